"""The caretaker: what must be done every so often while an agent lives, on one thread, by the steady clock."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from threading import Event

    from edge_agent.ports import Clock

ROUND_S: Final = 1.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to be done every so often; that the outside fails at it is logged, and it is tried again next time."""

    name: str
    every: timedelta
    do: Callable[[], object]


class Caretaker:
    """Does its chores in turn: each at the start, then when its time has come."""

    def __init__(self, chores: tuple[Chore, ...], clock: Clock) -> None:
        self._chores = chores
        self._clock = clock
        self._done: dict[str, datetime] = {}

    def run(self, stop: Event) -> None:
        """Do what is due, every second, until ``stop``."""
        while not stop.is_set():
            self.turn()
            stop.wait(ROUND_S)

    def turn(self) -> None:
        """Do what is due now."""
        now = self._clock.now()
        for chore in self._chores:
            done = self._done.get(chore.name)
            if done is None or now - done >= chore.every:
                self._done[chore.name] = now
                _do(chore)


def _do(chore: Chore) -> None:
    try:
        chore.do()
    except OutsideError as error:
        _log.warning("%s: %s", chore.name, error)
