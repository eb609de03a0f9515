"""A clock for tests: time passes only where the test lets it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

MORNING: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@dataclass(slots=True)
class SimulatedClock:
    """A chronometer that a wait moves on at once; ``system`` is what the machine's own clock would say."""

    start: datetime = MORNING
    trusted: bool | None = True
    _elapsed: timedelta = field(default=timedelta(0), init=False)
    _stepped: timedelta = field(default=timedelta(0), init=False)

    def now(self) -> datetime:
        """The present instant."""
        return self.start + self._elapsed

    def sleep(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self._elapsed += timedelta(seconds=max(0.0, seconds))

    def step(self, by: timedelta) -> None:
        """Set the system clock by so much, as a person or NTP does."""
        self._stepped += by

    def offset(self) -> timedelta:
        """How far the system clock is ahead."""
        return self._stepped

    def synchronised(self) -> bool | None:
        """What the test says."""
        return self.trusted

    def steer(self) -> timedelta:
        """The offset; a simulated clock does not lean."""
        return self._stepped
