"""The spoken log of the speakers: what each has said, so that neither a cap nor a warning is forgotten by a power cut.

One small file a speaker, written before it begins and when it has ended. It is no record: where it is damaged or gone,
the speaker begins anew, and what was under way counts as not played.

How the speakers of a site are: which one fails and why, told when it begins and when it is over, and counted.

What the limits of a speaker forbid is no fault of it, and only counted.
"""

from __future__ import annotations

import logging
from threading import Lock
from typing import TYPE_CHECKING, Final

from edge_agent.app.feed.notices import Notice
from edge_agent.config.wire.remembered import decode_spoken, encode_spoken
from edge_agent.config.yaml.rewriting import write_private
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.core.events import Result
from edge_agent.core.speak.limits import Spoken
from edge_agent.ports.measures import DropCause, Measure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge_agent.ports import Metrics, SpeakerAnswer

_log = logging.getLogger(__name__)


class SpokenLog:
    """The files in one folder; each belongs to one speaker's thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def remembered(self, speaker: str) -> Spoken:
        """What a speaker has said; nothing where nothing is known, or can be read."""
        path = self._path(speaker)
        try:
            return decode_spoken(path.read_bytes())
        except FileNotFoundError:
            return Spoken()
        except (OSError, BadInputError) as error:
            _log.warning("%s: what speaker %s has said is not known: %s", path, speaker, error)
            return Spoken()

    def keep(self, speaker: str, spoken: Spoken) -> None:
        """Write it down; a disk that refuses is logged, for a warning that is due is not held back for it."""
        path = self._path(speaker)
        try:
            write_private(path, encode_spoken(spoken))
        except OSError as error:
            _log.warning("%s: cannot be written: %s", path, error.strerror)

    def _path(self, speaker: str) -> Path:
        return self._folder / f"{speaker}.json"


REFUSED: Final = "refused"


class SpeakerHealth:
    """Which speakers fail; ``tell`` gets a state and its reason, ``ok`` once all play again. Safe from any thread."""

    def __init__(
        self, metrics: Metrics | None = None, tell: Callable[[str, str], None] = lambda _state, _why: None
    ) -> None:
        self._metrics = metrics
        self._tell = tell
        self._failing: dict[str, str] = {}
        self._lock = Lock()

    def answered(self, speaker: str, answer: SpeakerAnswer) -> None:
        """A speaker has played a message, or has not."""
        self._count(speaker, answer.result)
        with self._lock:
            if answer.result is not Result.PLAYED:
                self._fails(speaker, answer.reason or f"what it played is {answer.result}")
            elif self._failing.pop(speaker, None) is not None:
                _log.info("speaker %s plays again", speaker)
                self._report("; ".join(self._failing.values()))

    def refused(self, speaker: str) -> None:
        """A speaker was not free to say something in time."""
        self._count(speaker, REFUSED)

    def dropped(self, speaker: str) -> None:
        """A request found no room in the speaker's queue; it is no camera's, so that label is empty."""
        self._count(speaker, REFUSED)
        if self._metrics is not None:
            self._metrics.count(Measure.DROPS, camera="", cause=DropCause.SPEAKER_FULL)

    def _fails(self, speaker: str, reason: str) -> None:
        before, fault = self._failing.get(speaker), f"{speaker}: {reason}"
        self._failing[speaker] = fault
        if before is None:
            _log.error("speaker %s", fault)
            self._report("; ".join(self._failing.values()))

    def _report(self, failing: str) -> None:
        try:
            self._tell(Notice.SPEAKER_FAILED if failing else "ok", failing or "every speaker plays again")
        except OutsideError as error:  # the disk: the log has said it
            _log.warning("health was not kept: %s", error)

    def _count(self, speaker: str, result: str) -> None:
        if self._metrics is not None:
            self._metrics.count(Measure.WARNINGS, speaker=speaker, result=result)
