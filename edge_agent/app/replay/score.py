"""Scored: a replay held against the truth of its recording. It cannot act.

Pairs: each truth with the detection log, or the results, of its recording.

They lie beside each other and share their stem, unless somebody says otherwise::

    street.mp4   street.truth.yaml   street.detections.jsonl[.gz]
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge_agent.config.truth_file import SUFFIX
from edge_agent.core.effects import Effect, PublishIncident
from edge_agent.core.errors import BadInputError
from edge_agent.core.score.matching import Outcome, matched
from edge_agent.core.score.replayed import IncidentMessage, gathered, message_of
from edge_agent.core.score.scoring import Score, by_matter, score
from edge_agent.core.score.truth import Obligation, expected

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from edge_agent.core.events import Event
    from edge_agent.core.score.truth import Truth
    from edge_agent.core.site.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredRecording:
    """What became of one recording: ``observed`` is how long it was looked at, None where nobody knows.

    ``unwatched`` stands were of kinds that their zone is not watched for: they count neither way, but are told.
    """

    clip: str
    outcomes: tuple[Outcome, ...]
    observed: timedelta | None
    unwatched: int = 0


@dataclass(slots=True)
class Watched:
    """Passes events on and remembers how far they went: a fold reads them once, and its score needs their span."""

    events: Iterable[Event]
    last: datetime | None = None

    def __iter__(self) -> Iterator[Event]:
        """The events."""
        for event in self.events:
            self.last = event.at
            yield event

    def since(self, started: datetime) -> timedelta:
        """The span from ``started`` to the last event."""
        return timedelta(0) if self.last is None else max(timedelta(0), self.last - started)


def messages_of(effects: Iterable[Effect]) -> tuple[IncidentMessage, ...]:
    """What the effects of a fold say of incidents."""
    return tuple(message_of(effect.event) for effect in effects if isinstance(effect, PublishIncident))


def judged(
    truth: Truth, messages: Iterable[IncidentMessage], site: Site, started: datetime, observed: timedelta | None = None
) -> ScoredRecording:
    """What was ``said`` of a recording that ``started`` then, against its truth under the rules of ``site``."""
    zones = {zone.id: zone for zone in site.zones}
    owed = tuple(expected(each, zones.get(each.zone), started, observed) for each in truth.incidents)
    return ScoredRecording(
        clip=truth.clip,
        outcomes=matched(owed, gathered(messages, started)),
        observed=observed,
        unwatched=sum(each.verdict is Obligation.UNWATCHED for each in owed),
    )


def whole_score(several: Sequence[ScoredRecording]) -> Score:
    """The score of several recordings as if they were one."""
    return score(all_outcomes(several), _observed(several))


def scores_by_matter(several: Sequence[ScoredRecording]) -> dict[tuple[str, str], Score]:
    """The score of each kind and zone."""
    observed = _observed(several)
    return {matter: score(part, observed) for matter, part in by_matter(all_outcomes(several)).items()}


def _observed(several: Sequence[ScoredRecording]) -> timedelta | None:
    """How long all were looked at; None where nobody knows it of one of them."""
    spans = [each.observed for each in several if each.observed is not None]
    return sum(spans, timedelta(0)) if len(spans) == len(several) else None


def all_outcomes(several: Sequence[ScoredRecording]) -> tuple[Outcome, ...]:
    """The outcomes of all of them, in their order."""
    return tuple(outcome for each in several for outcome in each.outcomes)


LOGS: Final = (".detections.jsonl", ".detections.jsonl.gz")
RESULTS: Final = (".results.jsonl",)


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthPair:
    """A truth file, and the file of what was seen or told of the same recording."""

    truth: Path
    recorded: Path


def pairs(
    truths: Iterable[Path], file_pairs: Sequence[Path], suffixes: tuple[str, ...] = LOGS
) -> tuple[TruthPair, ...]:
    """Each truth file (those in a folder, by name) with its file: the one at its place in ``told``, or of its stem.

    ``told`` may be one folder in which they are looked for; empty means beside the truth. One truth may have a whole
    folder, in which an agent keeps its logs.

    Raises:
        BadInputError: A folder holds no truth, a truth has no file, or there are more of one than of the other.
    """
    files = tuple(file for path in truths for file in _truths(path))
    named = not file_pairs or (len(file_pairs) == 1 and file_pairs[0].is_dir())
    if named and file_pairs and suffixes == LOGS and len(files) == 1 and _is_agents(file_pairs[0], files[0]):
        return (TruthPair(truth=files[0], recorded=file_pairs[0]),)
    if named:
        return tuple(
            TruthPair(truth=file, recorded=_beside(file, file_pairs[0] if file_pairs else file.parent, suffixes))
            for file in files
        )
    if len(files) != len(file_pairs):
        raise BadInputError(f"{len(files)} truth files and {len(file_pairs)} of what was seen, expected one for each")
    return tuple(TruthPair(truth=file, recorded=path) for file, path in zip(files, file_pairs, strict=True))


def _truths(path: Path) -> tuple[Path, ...]:
    if not path.is_dir():
        return (path,)
    truths = tuple(sorted(path.glob(f"*{SUFFIX}")))
    if not truths:
        raise BadInputError(f"{path}: holds no truth, expected files named *{SUFFIX}")
    return truths


def _beside(truth: Path, folder: Path, suffixes: tuple[str, ...]) -> Path:
    stem = truth.name.removesuffix(SUFFIX)
    names = [f"{stem}{suffix}" for suffix in suffixes]
    beside = _file_beside(truth, folder, suffixes)
    if beside is None:
        raise BadInputError(f"{truth}: nothing of this recording in {folder}, expected {' or '.join(names)}")
    return beside


def _file_beside(truth: Path, folder: Path, suffixes: tuple[str, ...]) -> Path | None:
    stem = truth.name.removesuffix(SUFFIX)
    places = (folder / f"{stem}{suffix}" for suffix in suffixes)
    return next((place for place in places if place.is_file()), None)


def _is_agents(folder: Path, truth: Path) -> bool:
    """Whether a folder holds logs, and none of them by the name of a truth: those of an agent have a camera's."""
    return _file_beside(truth, folder, LOGS) is None and any(each.name.endswith(LOGS) for each in folder.iterdir())
