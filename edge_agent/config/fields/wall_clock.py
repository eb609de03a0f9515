"""Wall clocks that are set: from what a clock on the wall shows to instants, over the doubled and the missing hour.

Hours are a function of what the wall shows. Twice a year in some zones that jumps, so between two jumps a change is
found on the wall, and at a jump it is asked whether the wall now shows another answer::

    02:00 ──▶ 03:00 ──╮ set back                 hours until 02:30 run twice to 02:30, and stop twice
                      ╰▶ 02:00 ──▶ 03:00 ──▶
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable

SECOND: Final = timedelta(seconds=1)
FURTHEST: Final = 400  # jumps: two hundred years
LAST: Final = 9990


def wall(at: datetime, zone: str) -> datetime:
    """What a clock on the wall shows at an instant, without a zone."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def next_change(
    at: datetime, zone: str, runs: Callable[[datetime], bool], change: Callable[[datetime], datetime | None]
) -> datetime | None:
    """The first instant after ``at`` (UTC) at which what ``runs`` says of the wall is another answer, or None.

    ``change`` finds the next change on a wall that is never set.
    """
    at = at.astimezone(UTC)  # or adding a span to it would be done on the wall
    before, local = runs(wall(at, zone)), ZoneInfo(zone)
    for _ in range(FURTHEST):
        shown = wall(at, zone)
        changes = change(shown)
        jump = _jump_after(at, zone, changes)
        if changes is not None:
            then = at + (changes - shown)
            if jump is None or then < jump:
                return then
        if jump is None:
            return None
        at = jump
        if runs(wall(at, zone)) is not before:
            return at
    change_at = change(wall(at, zone))
    return None if change_at is None else change_at.replace(tzinfo=local).astimezone(UTC)


def _jump_after(at: datetime, zone: str, until: datetime | None) -> datetime | None:
    """The first instant after ``at`` at which clocks are set, where that is before the wall shows ``until``."""
    year = wall(at, zone).year
    last = min(year + 1 if until is None else until.year + 1, year + 2, LAST)
    return next((jump for each in range(year, last + 1) for jump in _jumps(zone, each) if jump > at), None)


@lru_cache(maxsize=1024)
def _jumps(zone: str, year: int) -> tuple[datetime, ...]:
    """The instants of a year (UTC) at which the clocks of a zone are set."""
    local, jumps = ZoneInfo(zone), []
    day = datetime(year, 1, 1, tzinfo=UTC)
    while day.year == year:
        following = day + timedelta(days=1)
        if day.astimezone(local).utcoffset() != following.astimezone(local).utcoffset():
            jumps.append(_bisected(day, following, local))
        day = following
    return tuple(jumps)


def _bisected(early: datetime, late: datetime, local: ZoneInfo) -> datetime:
    """The second at which the offset changes between two instants that differ in it."""
    before = early.astimezone(local).utcoffset()
    while late - early > SECOND:
        middle = early + timedelta(seconds=(late - early) // SECOND // 2)
        if middle.astimezone(local).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late
