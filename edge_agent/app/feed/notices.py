"""What delivery has to say of itself, in the log and as health: each trouble when it begins, and when all are over.

| state | meaning |
|---|---|
| `dead_letter` | the broker will never take a message; it is kept apart, and the rest goes on |
| `refused` | the broker does not take the messages of an incident (rights, quota); they are offered again, for ever |
| `nobody_listening` | the broker takes what is said, and nobody is subscribed to it |
| `name_taken` | another client uses our id, and the two send each other away |
| `outbox_full` | more waits than may; the oldest health was dropped, incidents never are |
| `evidence_dropped` | files of an incident will never be uploaded; the box keeps them as long as any |

`speaker_failed` is told by the speakers themselves (``speaker_health.py``).
"""

from __future__ import annotations

import logging
from enum import StrEnum
from typing import TYPE_CHECKING

from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)


class Notice(StrEnum):
    """A trouble of what goes out of the box, as health says it."""

    DEAD_LETTER = "dead_letter"
    REFUSED = "refused"
    NOBODY_LISTENING = "nobody_listening"
    NAME_TAKEN = "name_taken"
    OUTBOX_FULL = "outbox_full"
    SPEAKER_FAILED = "speaker_failed"
    EVIDENCE_DROPPED = "evidence_dropped"


class Notices:
    """Which troubles have been told of; ``tell`` gets a state and its reason, ``ok`` once the last is over."""

    def __init__(self, tell: Callable[[str, str], None]) -> None:
        self._tell = tell
        self._on: set[Notice] = set()

    def happened(self, notice: Notice, reason: str) -> None:
        """Tell of something that is over as soon as it has happened."""
        _log.error("%s: %s", notice, reason)
        self._report(notice, reason)

    def set(self, notice: Notice, reason: str) -> None:
        """A trouble is there: the first time it is told."""
        if notice not in self._on:
            self._on.add(notice)
            self.happened(notice, reason)

    def clear(self, notice: Notice) -> None:
        """A trouble is over, if it was there."""
        if notice in self._on:
            self._on.remove(notice)
            _log.info("%s is over", notice)
            if not self._on:
                self._report("ok", f"{notice} is over")

    def _report(self, state: str, reason: str) -> None:
        try:
            self._tell(state, reason)
        except OutsideError as error:  # the disk: the log has said it
            _log.warning("health was not kept: %s", error)
