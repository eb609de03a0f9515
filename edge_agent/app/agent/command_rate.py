"""How many commands are taken in a minute: by verb, by person, and of those that cannot be read.

Whoever floods one of them shuts out nobody else: garbage takes nothing from people, a person nothing from another. The
lift of a silence always passes while it may change something, for it gives the street its voice back.
"""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final

from edge_agent.core.commands import Silence

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import datetime

    from edge_agent.config.wire.commands import Given
    from edge_agent.core.commands import Instruction

A_MINUTE: Final = 60  # commands of one person
OF_A_VERB: Final = 120  # of all persons
UNREADABLE: Final = 10
MINUTE: Final = timedelta(minutes=1)
LIFTED: Final = timedelta(
    seconds=10
)  # for so long a second lift of a zone that nobody has silenced again is like others


class Floodgate:
    """Knows what has passed lately; safe from any thread."""

    def __init__(self) -> None:
        self._passed: dict[tuple[str, str], deque[datetime]] = {}
        self._lifted: dict[str, datetime] = {}
        self._lock = Lock()

    def lets(self, given: Given | None, now: datetime, zones: Container[str]) -> bool:
        """Whether a command may pass; None is one that cannot be read, ``zones`` are those that there are."""
        with self._lock:
            self._forget(now)
            if given is None:
                return self._room({("unreadable", ""): UNREADABLE}, now)
            lifted = _lifts(given.what, now)
            if lifted in zones and lifted not in self._lifted:
                self._lifted[lifted] = now
                return True
            passes = self._room({("verb", given.what.verb): OF_A_VERB, ("person", given.by): A_MINUTE}, now)
            if passes and isinstance(given.what, Silence):
                self._lifted.pop(given.what.zone, None)
            return passes

    def _room(self, limits: dict[tuple[str, str], int], now: datetime) -> bool:
        """Whether every bucket has room for one more, which is then in it."""
        if any(len(self._passed.get(bucket, ())) >= limit for bucket, limit in limits.items()):
            return False
        for bucket in limits:
            self._passed.setdefault(bucket, deque()).append(now)
        return True

    def _forget(self, now: datetime) -> None:
        for passed in self._passed.values():
            while passed and now - passed[0] >= MINUTE:
                passed.popleft()
        self._passed = {bucket: passed for bucket, passed in self._passed.items() if passed}
        self._lifted = {zone: at for zone, at in self._lifted.items() if now - at < LIFTED}


def _lifts(what: Instruction, now: datetime) -> str:
    """The zone whose silence an instruction lifts; empty where it lifts none."""
    return what.zone if isinstance(what, Silence) and what.until <= now else ""
