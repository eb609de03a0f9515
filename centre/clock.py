"""The one place of the centre that asks the operating system for the time."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def running_s() -> float:
    """Seconds of a clock that never goes back, to measure spans with."""
    return time.monotonic()


def sleep(span_s: float) -> None:
    """Do nothing for so many seconds."""
    time.sleep(span_s)
