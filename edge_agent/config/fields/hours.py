"""Hours in OpenStreetMap's ``opening_hours`` syntax, told in the site's time zone.

Syntax: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification. Public and school holidays, working days
and days of rest are those of the site's day table (``day_selectors``); the sun's hours are those of its position, by
the library. Refused, because the answer would be a guess: holidays without a table, the sun without a position,
``unknown`` and comments.

Hours are a function of what a clock on the wall shows, also where it is set: hours until 02:30 run twice in the night
in which 03:00 becomes 02:00, and stop twice (``wall_clock``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from edge_agent.config.fields.day_selectors import SPECIAL, DaySelectorError, written_out
from edge_agent.config.fields.wall_clock import next_change, wall
from edge_agent.core.site.day_table import DayTable, laid_over

if TYPE_CHECKING:
    from datetime import datetime

    from opening_hours import OpeningHours

WORKING_HOURS: Final = "Mo-Fr 09:00-18:00"  # of those who handle work orders, where a site says nothing else
QUIET_HOURS: Final = "22:00-06:00"  # where a rule asks for quiet and names no hours
_OURS: Final = frozenset({WORKING_HOURS, QUIET_HOURS})
_GUESSES: Final = {
    r"\bunknown\b": "hours marked unknown",
    r'"': "a comment",
}
_SUN: Final = re.compile(r"\b(sunrise|sunset|dawn|dusk)\b")
COUNTRY: Final = "CN"  # whose holidays come with the agent
LATER: Final = {"later": True}  # no part of a policy's hash while nobody sets it

Coords = tuple[float, float]  # latitude, longitude


class BadHoursError(ValueError):
    """An hours text that cannot be used: what was ``found`` in it and what was ``expected``."""

    def __init__(self, value: str, expected: str) -> None:
        """Say both in one sentence."""
        super().__init__(f"found {value}, expected {expected}")
        self.found = value
        self.expected = expected


@dataclass(frozen=True, slots=True)
class OsmHours:
    """A calendar from ``text`` in the time zone named ``timezone``; equal and hashable by what it is made of.

    ``days`` and ``coords`` are set only where the text asks for kinds of days or for the sun.
    """

    text: str
    timezone: str
    days: DayTable | None = field(default=None, metadata=LATER, repr=False)
    coords: Coords | None = field(default=None, metadata=LATER)

    def __post_init__(self) -> None:
        """Refuse a text that is no hours, or whose answer would be a guess."""
        if self.text in _OURS:
            return  # and most sites have no others: the calendar is loaded when it is asked
        # ParserError is missing from the library's stubs only.
        from opening_hours import ParserError  # type: ignore[attr-defined] # noqa: PLC0415

        for pattern, what in _GUESSES.items():
            if re.search(pattern, self.text):
                raise BadHoursError(what, "weekdays, dates and times only, such as Mo-Su 07:00-22:00")
        if _SUN.search(self.text) and self.coords is None:
            raise BadHoursError("hours by the sun", "a site with its position: [longitude, latitude]")
        if SPECIAL.search(self.text) and self.days is None:
            raise BadHoursError(
                f"{SPECIAL.findall(self.text)[0]}, and no day table is known here", "hours read with a site"
            )
        try:
            _parsed(self)
        except DaySelectorError as error:
            raise BadHoursError(error.found, error.expected) from error
        except ParserError as error:
            raise BadHoursError(*_sentence(self.text, str(error))) from error

    def covers(self, at: datetime) -> bool:
        """Whether the hours are running at ``at``."""
        if self.days is None:
            return _parsed(self).is_open(wall(at, self.timezone))
        return _spell_of(self, at).runs

    def next_change(self, at: datetime) -> datetime | None:
        """The first instant after ``at`` at which ``covers`` changes (UTC), or None if it never does."""
        return _changed(self, at)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursReader:
    """Reads hours as they hold at one site; equal by what it knows.

    ``own`` is the city's own file of days, ``country`` False where only that file counts.
    """

    timezone: str
    coords: Coords | None = None
    own: DayTable | None = None
    country: bool = True

    def __call__(self, text: str) -> OsmHours:
        """The hours that ``text`` means here; raises BadHoursError."""
        days = self.days if SPECIAL.search(text) else None
        return OsmHours(text, self.timezone, days, self.coords if _SUN.search(text) else None)

    @property
    def days(self) -> DayTable:
        """The day table of the site: the country's, and its own file over it."""
        return _laid_over(self.country, self.own)


def asks_for_days(text: str) -> bool:
    """Whether hours ask what kind of day it is: their answer needs the table to know the year."""
    return SPECIAL.search(text) is not None


@lru_cache(maxsize=8)
def _laid_over(country: bool, own: DayTable | None) -> DayTable:  # noqa: FBT001 - a key of the cache
    table = _country() if country else DayTable()
    return table if own is None else laid_over(table, own)


@cache
def _country() -> DayTable:
    """China's public holidays and working weekends, as the State Council announced them."""
    from chinese_calendar.constants import holidays, workdays  # noqa: PLC0415 - a site without such days need not wait

    return DayTable(years=frozenset(day.year for day in holidays), off=frozenset(holidays), work=frozenset(workdays))


@dataclass(frozen=True, slots=True)
class _Spell:
    """The answer from ``begin`` until it changes."""

    begin: datetime
    end: datetime | None
    runs: bool


_lately: dict[OsmHours, _Spell] = {}  # the last answer of hours that are written out as many dates, and slow to ask


def _spell_of(hours: OsmHours, at: datetime) -> _Spell:
    """The spell around ``at``, as far back as it is known; the same however often and in whatever order it is asked."""
    known = _lately.get(hours)
    if known is None or at < known.begin or (known.end is not None and at >= known.end):
        runs = _parsed(hours).is_open(wall(at, hours.timezone))
        known = _lately[hours] = _Spell(at, _changed(hours, at), runs)
    return known


@lru_cache(maxsize=8192)
def _changed(hours: OsmHours, at: datetime) -> datetime | None:
    parsed = _parsed(hours)
    return next_change(at, hours.timezone, parsed.is_open, lambda shown: _on_wall(parsed.next_change(shown)))


def _on_wall(change: datetime | None) -> datetime | None:
    return None if change is None else change.replace(tzinfo=None, fold=0)


@lru_cache(maxsize=8192)
def _parsed(hours: OsmHours) -> OpeningHours:
    """The parsed hours; the library guesses neither zone nor country. It is asked what the wall shows."""
    from opening_hours import OpeningHours  # noqa: PLC0415 - a site without hours need not wait for it

    text = hours.text if hours.days is None else written_out(hours.text, hours.days)
    if hours.coords is None:
        return OpeningHours(text, auto_country=False, auto_timezone=False)
    located: dict[str, Any] = {"timezone": ZoneInfo(hours.timezone), "coords": hours.coords}
    return OpeningHours(text, auto_country=False, **located)  # with auto_timezone off it forgets the position


def _sentence(text: str, message: str) -> tuple[str, str]:
    """The library's drawing of an error as found and expected."""
    place = re.search(r"-->\s*\d+:(\d+)", message)
    column = int(place.group(1)) if place else 1
    expected = "hours such as Mo-Su 07:00-22:00 (OpenStreetMap opening_hours)"
    return f"{text!r}, which stops making sense at character {column}", expected
