"""the upkeep: what must be done every so often while an agent lives, on one thread, by the steady clock.

The watchdog: every part of the agent that must go on says so, and one that falls silent makes the agent unwell.

A camera that is down is not silent: its loop tries again, and beats. Silent is a thread that hangs or has died, and
that only a restart mends; so ``trouble`` is what decides whether systemd is fed and what ``/healthz`` answers.

Threads that work for one thing: the first of them that fails ends them all, and its error comes out.
"""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from datetime import timedelta
from math import inf
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final

from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from edge_agent.ports import Clock

ROUND_S: Final = 1.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """Something to be done every so often; that the outside fails at it is logged, and it is tried again next time."""

    name: str
    every: timedelta
    do: Callable[[], object]


class PeriodicJobs:
    """Does its chores in turn: each at the start, then when its time has come."""

    def __init__(self, chores: tuple[PeriodicJob, ...], clock: Clock) -> None:
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


def _do(chore: PeriodicJob) -> None:
    try:
        chore.do()
    except OutsideError as error:
        _log.warning("%s: %s", chore.name, error)


class Watchdog:
    """Knows when each part was last heard of.

    Args:
        clock: One that no step of the system's moves.
        patience: How long a part may be silent.
    """

    def __init__(self, clock: Clock, patience: timedelta) -> None:
        self._clock = clock
        self._patience = patience
        self._heard: dict[str, datetime] = {}
        self._lock = Lock()

    def beat(self, part: str) -> None:
        """The part goes on; its first beat makes it one that is waited for."""
        with self._lock:
            self._heard[part] = self._clock.now()

    def leave(self, part: str) -> None:
        """The part has ended orderly."""
        with self._lock:
            self._heard.pop(part, None)

    def trouble(self) -> str:
        """The parts that have fallen silent, in a sentence; empty while all go on."""
        now = self._clock.now()
        with self._lock:
            silent = {part: now - at for part, at in self._heard.items() if now - at > self._patience}
        return "; ".join(f"{part} has been silent for {span.total_seconds():.0f} s" for part, span in silent.items())


TURN_S: Final = 0.0005
JOIN_ROUND_S: Final = 0.05


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
            alive[0].join(JOIN_ROUND_S)
            left_s -= JOIN_ROUND_S
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
