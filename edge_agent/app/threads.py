"""Threads that work for one thing: the first of them that fails ends them all, and its error comes out."""

from __future__ import annotations

import sys
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

TURN_S: Final = 0.0005


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

    def join(self) -> None:
        """Wait for all to end; raises the first error of any."""
        for thread in self._threads:
            thread.join()
        if self._errors:
            raise self._errors[0]

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - it comes out of `join`
            with self._lock:
                self._errors.append(error)
            self._stop.set()
