"""The day table: which dates are holidays, which weekends are worked instead (调休), when schools are shut.

It is data alone. Where it comes from (a package, a city's own file) is the business of ``config``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY = 5
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTable:
    """``off`` are public holidays, all days of a break, ``work`` are working days on a weekend; both of the ``years``.

    ``school`` are days without school. Of a year that is not among ``years`` nothing is known: its holidays are none,
    and its working days are Monday to Friday.
    """

    years: frozenset[int] = frozenset()
    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()
    school: frozenset[date] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Whether people work on a day: Monday to Friday without the holidays, and the weekends that are worked."""
        return day in self.work or (day.weekday() < SATURDAY and day not in self.off)

    def days(self) -> Iterator[date]:
        """Every day of the years of which something is known, in order."""
        for year in sorted(self.years):
            day = date(year, 1, 1)
            while day.year == year:
                yield day
                day += DAY


def laid_over(table: DayTable, own: DayTable) -> DayTable:
    """``table`` with a city's ``own`` over it: day by day, or a whole year where ``own`` knows all of it."""
    kept_off = {day for day in table.off if day.year not in own.years and day not in own.work}
    kept_work = {day for day in table.work if day.year not in own.years and day not in own.off}
    return DayTable(
        years=table.years | own.years,
        off=own.off | kept_off,
        work=own.work | kept_work,
        school=table.school | own.school,
    )


def ranges(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """The first and the last day of each unbroken run of ``days``, in order."""
    first = last = None
    for day in sorted(days):
        if last is not None and first is not None and day == last + DAY:
            last = day
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = day
    if first is not None and last is not None:
        yield first, last
