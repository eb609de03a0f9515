"""What the application needs of a clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime, timedelta


class Clock(Protocol):
    """Tells the time; the only way to learn it."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class Chronometer(Clock, Protocol):
    """A clock that no step of the system's moves; the ladder of a live camera runs on it."""

    def offset(self) -> timedelta:
        """The system's time less this one: what a record would be off by."""

    def synchronised(self) -> bool | None:
        """Whether something keeps the system clock right; None where nobody knows."""

    def steer(self) -> timedelta:
        """Lean gently towards the system clock where it can be trusted; returns the offset found."""
