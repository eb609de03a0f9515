"""Allowing: when a thing may stand where it else must not, by the author's own calendar and count of places.

Nothing here is the agent's: neither its hours nor its holidays, permits, or who gets a free place. A street's author
writes on which days and between which times something is forbidden, or allowed for so many at once; the rest follows
from who came when::

    allowed for 2        ├───────────────────────────────┤
    first     ├──────────────────┤
    second          ├────────────────────────────────────────────┤
    third                  ├─────────────────────┤
    forbidden ├──────────┤                               ├───────┤   the second, once nobody may stand there any more
                           ├─────┤                                   the third, until a place is free

Who has a place keeps it until it has left; a free one goes to whoever has waited longest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Span = tuple[float, float]
DAY: Final = 86400.0
SATURDAY: Final = 5


class Days(StrEnum):
    """Kinds of days: each, those on which people work, all others, and public holidays."""

    ALL = "all"
    WORKED = "worked"
    FREE = "free"
    HOLIDAYS = "holidays"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The days of a street as its author knows them: ``holidays``, and weekends that are ``worked`` instead."""

    holidays: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def has(self, day: date, days: Days) -> bool:
        """Whether a day is of this kind."""
        works = day in self.worked or (day.weekday() < SATURDAY and day not in self.holidays)
        return {
            Days.ALL: True,
            Days.WORKED: works,
            Days.FREE: not works,
            Days.HOLIDAYS: day in self.holidays,
        }[days]


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """From one time of the local day to another, on days of a kind; to the day after where that is the earlier one."""

    days: Days
    since: timedelta
    until: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """Leave to stand at some times, for so many ``places`` at once (None: any number).

    Named by what breaks a rule where it does not hold. What still stands as it ends is of the kind ``left`` instead.
    """

    name: str
    times: tuple[Times, ...]
    places: int | None = None
    left: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDay:
    """Which ``date`` it is at second 0 of a simulated day, and at which ``hour``."""

    date: date
    hour: float
    calendar: Calendar = field(default_factory=Calendar)

    def spans(self, times: tuple[Times, ...], until: float) -> tuple[Span, ...]:
        """When these times run within the day, in seconds, one after the other."""
        runs = [
            (max(0.0, since), min(until, end))
            for each in times
            for days in range(-1, 3)
            if self.calendar.has(self.date + timedelta(days=days), each.days)
            for since, end in [self._of(each, days)]
        ]
        return joined(span for span in runs if span[0] < span[1])

    def _of(self, each: Times, days: int) -> Span:
        midnight = days * DAY - self.hour * 3600
        over = DAY if each.until <= each.since else 0.0
        return midnight + each.since.total_seconds(), midnight + each.until.total_seconds() + over


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans one after the other, those that touch made one."""
    merged: list[Span] = []
    for since, until in sorted(spans):
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(until, merged[-1][1]))
        else:
            merged.append((since, until))
    return tuple(merged)


def without(span: Span, others: tuple[Span, ...]) -> Iterator[Span]:
    """What of a span is in none of the others, which come one after the other."""
    since, until = span
    for begin, end in others:
        if end <= since or begin >= until:
            continue
        if since < begin:
            yield since, begin
        since = end
    if since < until:
        yield since, until


def within(span: Span, others: tuple[Span, ...]) -> Iterator[Span]:
    """What of a span is in one of the others."""
    for begin, end in others:
        both = max(span[0], begin), min(span[1], end)
        if both[0] < both[1]:
            yield both


def places_held(stands: tuple[Span, ...], runs: tuple[Span, ...], places: int | None) -> tuple[tuple[Span, ...], ...]:
    """For each of several stands, when it has a place while the allowance runs."""
    held: list[list[Span]] = [[] for _ in stands]
    for run in runs:
        for number, span in _held_in(stands, run, places):
            held[number].append(span)
    return tuple(joined(each) for each in held)


def _held_in(stands: tuple[Span, ...], run: Span, places: int | None) -> Iterator[tuple[int, Span]]:
    """Who has a place within one run of the allowance, and from when to when."""
    here = sorted((stand, number) for number, stand in enumerate(stands) if stand[0] < run[1] and stand[1] > run[0])
    most = len(here) if places is None else places
    free = [run[0]] * most  # since when each place is free
    waiting = list(here)
    while waiting:
        place = min(range(most), key=lambda each: free[each])
        now = max(free[place], waiting[0][0][0])
        if now >= run[1]:
            return
        (_, until), number = waiting.pop(0)
        if until <= now:
            continue  # it left before a place was free
        yield number, (now, min(until, run[1]))
        free[place] = until
