"""Hours in OpenStreetMap's ``opening_hours`` syntax, told in the site's time zone.

Syntax: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification. Refused, because the answer would
be a guess: public and school holidays (no calendar of a city's swapped working days is built in), the sun
(a site has no coordinates), ``unknown`` and comments.

What I dislike about it: in the one hour of a year in which a clock is set back, the same wall time comes twice
and ``next_change`` names the second one only. China sets no clocks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from opening_hours import OpeningHours

WORKING_HOURS: Final = "Mo-Fr 09:00-18:00"  # of those who handle work orders, where a site says nothing else
QUIET_HOURS: Final = "22:00-06:00"  # where a rule asks for quiet and names no hours
_OURS: Final = frozenset({WORKING_HOURS, QUIET_HOURS})
_GUESSES: Final = {
    r"\bPH\b": "public holidays (PH)",
    r"\bSH\b": "school holidays (SH)",
    r"\b(sunrise|sunset|dawn|dusk)\b": "hours by the sun",
    r"\bunknown\b": "hours marked unknown",
    r'"': "a comment",
}


class BadHoursError(ValueError):
    """An hours text that cannot be used: what was ``found`` in it and what was ``expected``."""

    def __init__(self, found: str, expected: str) -> None:
        """Say both in one sentence."""
        super().__init__(f"found {found}, expected {expected}")
        self.found = found
        self.expected = expected


@dataclass(frozen=True, slots=True)
class OsmHours:
    """A calendar from ``text`` in the time zone named ``timezone``; equal and hashable by these two."""

    text: str
    timezone: str

    def __post_init__(self) -> None:
        """Refuse a text that is no hours, or whose answer would be a guess."""
        if self.text in _OURS:
            return  # and most sites have no others: the calendar is loaded when it is asked
        # ParserError is missing from the library's stubs only.
        from opening_hours import ParserError  # type: ignore[attr-defined] # noqa: PLC0415

        for pattern, what in _GUESSES.items():
            if re.search(pattern, self.text):
                raise BadHoursError(what, "weekdays, dates and times only, such as Mo-Su 07:00-22:00")
        try:
            _parsed(self.text, self.timezone)
        except ParserError as error:
            raise BadHoursError(*_sentence(self.text, str(error))) from error

    def covers(self, at: datetime) -> bool:
        """Whether the hours are running at ``at``."""
        return _parsed(self.text, self.timezone).is_open(_local(at, self.timezone))

    def next_change(self, at: datetime) -> datetime | None:
        """The first instant after ``at`` at which ``covers`` changes (UTC), or None if it never does."""
        change = _parsed(self.text, self.timezone).next_change(_local(at, self.timezone))
        return None if change is None else change.astimezone(UTC)


@lru_cache(maxsize=1024)
def _parsed(text: str, timezone: str) -> OpeningHours:
    """The parsed hours; the library guesses neither zone nor country."""
    from opening_hours import OpeningHours  # noqa: PLC0415 - a site without hours need not wait for it

    zone = ZoneInfo(timezone)
    return OpeningHours(text, timezone=zone, auto_country=False, auto_timezone=False)


def _local(at: datetime, timezone: str) -> datetime:
    return at.astimezone(ZoneInfo(timezone))


def _sentence(text: str, message: str) -> tuple[str, str]:
    """The library's drawing of an error as found and expected."""
    place = re.search(r"-->\s*\d+:(\d+)", message)
    column = int(place.group(1)) if place else 1
    expected = "hours such as Mo-Su 07:00-22:00 (OpenStreetMap opening_hours)"
    return f"{text!r}, which stops making sense at character {column}", expected
