"""Threads that work for one thing: the first of them that fails ends them all, and its error comes out."""

from __future__ import annotations

import logging
import sys
from math import inf
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

TURN_S: Final = 0.0005
ROUND_S: Final = 0.05
_log = logging.getLogger(__name__)


def take_turns() -> None:
    """Let no thread keep the interpreter for longer than half a millisecond while another waits for it.

    Python's own five are as long as all that a detector does around the network, and with a hundred readers somebody
    always has it.
    """
    sys.setswitchinterval(TURN_S)


class Threads:
    """Starts threads, and waits for all of them.

    Args:
        stop: Set when one fails; everything the threads do is to end when it is set.
    """

    def __init__(self, stop: Event) -> None:
        self._stop = stop
        self._threads: list[Thread] = []
        self._errors: list[BaseException] = []
        self._lock = Lock()

    def start(self, name: str, work: Callable[[], object]) -> None:
        """Run ``work`` on a thread of that name."""
        thread = Thread(target=self._guarded, args=(work,), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def join(self, *, within_s: float | None = None) -> None:
        """Wait for all to end; raises the first error of any.

        After ``within_s`` it goes on without those that have not: they are named in the log, and end with the process.
        """
        left_s = inf if within_s is None else within_s
        while left_s > 0 and (alive := [thread for thread in self._threads if thread.is_alive()]):
            alive[0].join(ROUND_S)
            left_s -= ROUND_S
        if late := [thread.name for thread in self._threads if thread.is_alive()]:
            _log.error("not ended within %g s, left behind: %s", within_s, ", ".join(late))
        if self._errors:
            raise self._errors[0]

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - it comes out of `join`
            with self._lock:
                self._errors.append(error)
            self._stop.set()
