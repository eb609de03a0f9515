"""The clocks: the only file that asks the operating system what time it is.

A box is left alone for a year. Its system clock is stepped when the network comes back, was never set when there was
no network at the start, and is now and then set wrong by a person. Spans of the ladder must not notice::

    system   ──────────────┐ stepped back 1 h
                           └───────────────────
    steady   ───────────────────────────────────   runs on the machine's counter from one anchor
                           ├ offset() = system − steady = −1 h: what a record would be off by

The anchor is the system's time at the start, or the latest instant that the store remembers where that is later, so
that time does not go back over a restart either: by no more than ``NEAR`` (``FAR`` where nobody vouches for the
system clock), for a box that once believed in a wrong time must come back from it. Where the kernel says that the
system clock is synchronised, ``steer`` draws the steady one towards it by at most 500 ppm: 1.8 s an hour. One that
is further off is not drawn but begun anew, by whoever watches over it (``app/health/timekeeper.py``).
"""

from __future__ import annotations

import ctypes
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final, Self

from edge_agent.core.incident.clock_jumps import EARLIEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.ports import Clock

LIMIT_PPM: Final = 500
NEAR: Final = timedelta(minutes=5)  # at 500 ppm it takes a week to come back from so far
FAR: Final = timedelta(hours=1)  # a box without a clock of its own begins at the last hour that it saved
WORST_ERROR_US: Final = 16_000_000  # the kernel's own bound: a clock nobody disciplines is at it (systemd's rule too)


class SystemClock:
    """Wall time in UTC, and waiting by it."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait ``seconds``; returns at once for zero and below."""
        time.sleep(max(0.0, seconds))

    def zone(self) -> tzinfo:
        """The time zone this machine is set to: for showing, never for deciding."""
        return datetime.now(UTC).astimezone().tzinfo or UTC


def counter_ns() -> int:
    """Nanoseconds of the machine's own counter: never set, never back, goes on while the machine is suspended."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def kernel_synchronised() -> bool | None:
    """Whether something (NTP, PTP) keeps the system clock right, as the kernel knows it; None where it does not say."""
    timex = _Timex()
    try:
        failed = ctypes.CDLL(None).adjtimex(ctypes.byref(timex)) < 0
    except (OSError, AttributeError):  # no such call in this C library
        return None
    return None if failed else timex.maxerror < WORST_ERROR_US


class _Timex(ctypes.Structure):
    """The head of Linux' ``struct timex``; ``modes`` 0 only reads, which needs no right."""

    maxerror: int
    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("rest", ctypes.c_byte * 256),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _ClockAnchor:
    """An instant known at a reading of the counter, and what the clock still owes the system's."""

    at: datetime
    counter_ns: int
    owed: timedelta = timedelta(0)

    def now(self, counter: int) -> datetime:
        """The instant at another reading; never before that of an earlier one."""
        elapsed = timedelta(microseconds=(counter - self.counter_ns) // 1000)
        if not self.owed:
            return self.at + elapsed
        leant = elapsed * LIMIT_PPM // 1_000_000
        return self.at + elapsed + max(-leant, min(leant, self.owed))


class SteadyClock:
    """UTC that no step of the system clock moves.

    Args:
        start: The instant to begin at.
        system: The clock that may be stepped; only compared with.
        counter: Nanoseconds that only grow.
        synchronised: Whether ``system`` can be trusted; None where nobody knows.
    """

    def __init__(
        self,
        start: datetime,
        *,
        system: Clock | None = None,
        counter: Callable[[], int] = counter_ns,
        synchronised: Callable[[], bool | None] = kernel_synchronised,
    ) -> None:
        self._system: Clock = system or SystemClock()
        self._counter = counter
        self._synchronised = synchronised
        self._anchor = _ClockAnchor(at=start, counter_ns=counter())

    @classmethod
    def going_on(
        cls,
        remembered: datetime | None = None,
        *,
        system: Clock | None = None,
        counter: Callable[[], int] = counter_ns,
        synchronised: Callable[[], bool | None] = kernel_synchronised,
    ) -> Self:
        """A clock from the system's time, or from the latest instant of the store where that is a little later.

        A store that is further ahead is believed only where the system clock was evidently never set.
        """
        system = system or SystemClock()
        now = system.now()
        ahead = (remembered or now) - now
        bound = NEAR if synchronised() else FAR
        start = now + ahead if timedelta(0) < ahead <= bound or (ahead > bound and now < EARLIEST) else now
        return cls(start, system=system, counter=counter, synchronised=synchronised)

    def now(self) -> datetime:
        """The present instant, aware, UTC; never before one told earlier."""
        return self._anchor.now(self._counter())

    def sleep(self, seconds: float) -> None:
        """Wait ``seconds`` of the machine's counter; returns at once for zero and below."""
        time.sleep(max(0.0, seconds))

    def offset(self) -> timedelta:
        """The system's time less this one: what a record would be off by."""
        return self._system.now() - self.now()

    def synchronised(self) -> bool | None:
        """Whether something keeps the system clock right; None where nobody knows."""
        return self._synchronised()

    def steer(self) -> timedelta:
        """Lean towards the system clock from now on, where it can be trusted; returns the offset found.

        To be called about once a minute. It never steps, and stops where it meets.
        """
        counter = self._counter()
        at = self._anchor.now(counter)
        offset = self._system.now() - at
        owed = offset if self._synchronised() else timedelta(0)
        self._anchor = _ClockAnchor(at=at, counter_ns=counter, owed=owed)
        return offset
