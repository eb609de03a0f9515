"""Handling limits: when a work order must have been handled, on the calendar of those who handle it.

An hour is an hour. A working hour is one in which the working hours run. A working day ends when the working hours end
for the day; the day on which an order is opened within them does not count::

    Mo–Fr 9–18, opened Friday 17:00:   2 working hours ─▶ Monday 10:00      1 working day ─▶ Monday 18:00

What I dislike about it: without holidays in the calendar, an order of the day before one is called late too early.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Final, assert_never

if TYPE_CHECKING:
    from edge_agent.core.site.hours_and_permits import Hours

BREAK: Final = timedelta(hours=6)  # hours that begin again sooner have only paused
MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
MOST: Final = 1000


class LimitUnit(StrEnum):
    """What a limit is counted in."""

    MINUTE = "minute"
    WORKING_HOUR = "working_hour"
    HOUR = "hour"
    WORKING_DAY = "working_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many of a unit, from the opening of a work order on."""

    value: int
    unit: LimitUnit
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    def __post_init__(self) -> None:
        """Refuse a limit that is over at once, or never."""
        if not 1 <= self.value <= MOST:
            msg = f"value: expected 1 to {MOST}, got {self.value}"
            raise ValueError(msg)


def due(opened: datetime, limit: Limit, working: Hours) -> datetime:
    """The instant at which an order opened then must have been handled."""
    match limit.unit:
        case LimitUnit.HOUR:
            return opened + limit.value * HOUR
        case LimitUnit.MINUTE:
            return opened + limit.value * MINUTE
        case LimitUnit.WORKING_HOUR:
            return _worked(opened, limit.value * HOUR, working)
        case LimitUnit.WORKING_DAY:
            return _days_later(opened, limit.value, working)
        case _:
            assert_never(limit.unit)


def _worked(at: datetime, left: timedelta, working: Hours) -> datetime:
    """When the hours have run for so long; hours that never change again are taken to run."""
    while (change := working.next_change(at)) is not None:
        if working.covers(at):
            if at + left <= change:
                break
            left -= change - at
        at = change
    return at + left


def _days_later(opened: datetime, days: int, working: Hours) -> datetime:
    at, counted = opened, not working.covers(opened)
    while (change := working.next_change(at)) is not None:
        ends = working.covers(at) and not _pauses(change, working)
        at = change
        if ends:
            days -= counted
            counted = True
            if not days:
                return at
    return at + days * DAY


def _pauses(change: datetime, working: Hours) -> bool:
    again = working.next_change(change)
    return again is not None and again - change < BREAK
