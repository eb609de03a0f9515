"""Scored: a replay held against the truth of its recording. It cannot act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from edge_agent.core.effects import Effect, PublishIncident
from edge_agent.core.expectation import Verdict, expected
from edge_agent.core.found import Told, gathered, told
from edge_agent.core.matching import Outcome, matched
from edge_agent.core.scoring import Score, by_matter, score

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from edge_agent.core.events import Event
    from edge_agent.core.site import Site
    from edge_agent.core.truth import Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
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


def said_of(effects: Iterable[Effect]) -> tuple[Told, ...]:
    """What the effects of a fold say of incidents."""
    return tuple(told(effect.event) for effect in effects if isinstance(effect, PublishIncident))


def judged(
    truth: Truth, said: Iterable[Told], site: Site, started: datetime, observed: timedelta | None = None
) -> Judged:
    """What was ``said`` of a recording that ``started`` then, against its truth under the rules of ``site``."""
    zones = {zone.id: zone for zone in site.zones}
    owed = tuple(expected(each, zones.get(each.zone), started, observed) for each in truth.incidents)
    return Judged(
        clip=truth.clip,
        outcomes=matched(owed, gathered(said, started)),
        observed=observed,
        unwatched=sum(each.verdict is Verdict.UNWATCHED for each in owed),
    )


def whole_score(several: Sequence[Judged]) -> Score:
    """The score of several recordings as if they were one."""
    return score(all_outcomes(several), _observed(several))


def scores_by_matter(several: Sequence[Judged]) -> dict[tuple[str, str], Score]:
    """The score of each kind and zone."""
    observed = _observed(several)
    return {matter: score(part, observed) for matter, part in by_matter(all_outcomes(several)).items()}


def _observed(several: Sequence[Judged]) -> timedelta | None:
    """How long all were looked at; None where nobody knows it of one of them."""
    spans = [each.observed for each in several if each.observed is not None]
    return sum(spans, timedelta(0)) if len(spans) == len(several) else None


def all_outcomes(several: Sequence[Judged]) -> tuple[Outcome, ...]:
    """The outcomes of all of them, in their order."""
    return tuple(outcome for each in several for outcome in each.outcomes)
