"""The system's clock: the only file that asks the operating system what time it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, tzinfo


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
