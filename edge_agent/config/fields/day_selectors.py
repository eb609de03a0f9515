"""Kinds of days in hours: ``PH``, ``SH``, ``workdays`` and ``restdays``, written out as dates.

The library that reads hours knows no city's swapped working days, so these words are replaced by the dates that a day
table has for them before it sees the text::

    PH off                  ─▶  2026 Jan 01-2026 Jan 03,2026 Feb 15-2026 Feb 23,… off
    workdays 09:00-18:00    ─▶  2026 Jan 04-2026 Jan 09,… 09:00-18:00; 2027+ Mo-Fr 09:00-18:00

``PH`` and ``SH`` are OpenStreetMap's own; ``workdays`` are the days on which people work, ``restdays`` all others. Of
years that the table does not know, working days are Monday to Friday.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from edge_agent.core.site.day_table import ranges

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from edge_agent.core.site.day_table import DayTable

SPECIAL: Final = re.compile(r"\b(PH|SH|workdays|restdays)\b")
_DAY: Final = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_SELECTOR: Final = rf"(?:{_DAY}(?:-{_DAY})?(?:\[[-\d,]+\])?|PH|SH|workdays|restdays)"
_RULE: Final = re.compile(rf"(?P<days>{_SELECTOR}(?:\s*,\s*{_SELECTOR})*)(?P<rest>\s.*)?", re.DOTALL)
_SEPARATOR: Final = re.compile(r"(\s*(?:;|\|\|)\s*)")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 9998  # of the library's calendar, less one


class DaySelectorError(ValueError):
    """Kinds of days where they cannot be read: what was ``found`` and what was ``expected``."""

    def __init__(self, value: str, expected: str) -> None:
        """Say both in one sentence."""
        super().__init__(f"found {value}, expected {expected}")
        self.found = value
        self.expected = expected


def written_out(text: str, table: DayTable) -> str:
    """``text`` with its kinds of days as dates; raises DaySelectorError where they stand in no plain list of days."""
    parts = _SEPARATOR.split(text)
    return "".join(
        part if odd % 2 or not SPECIAL.search(part) else _rule(part, table) for odd, part in enumerate(parts)
    )


def _rule(rule: str, table: DayTable) -> str:
    match = _RULE.fullmatch(rule.strip())
    rest = (match["rest"] or "").strip() if match else ""
    if match is None or SPECIAL.search(rest) or re.search(rf"\b{_DAY}\b", rest):
        word = SPECIAL.search(rule)
        named = "" if word is None else word.group()
        raise DaySelectorError(
            f"{named} among other selectors in {rule.strip()!r}",
            f"a list of days before the times, such as '{named} 09:00-18:00' or 'Sa,Su,{named} off'",
        )
    days = [each.strip() for each in re.split(r",(?![-\d])", match["days"])]
    plain = ",".join(day for day in days if not SPECIAL.fullmatch(day))
    selectors = [plain] if plain else []
    for day in days:
        if SPECIAL.fullmatch(day):
            selectors += _dates(day, table)
    return "; ".join(f"{selector} {rest}".strip() for selector in selectors)


def _dates(word: str, table: DayTable) -> list[str]:
    match word:
        case "PH":
            return _some(table.off, word, "no public holidays known here", "holidays of the country, or a file of them")
        case "SH":
            return _some(table.school, word, "no days without school known here", "a holidays file with school days")
        case "workdays":
            return [_listed(day for day in table.days() if table.is_workday(day)), *_unknown(table, "Mo-Fr")]
        case _:
            return [_listed(day for day in table.days() if not table.is_workday(day)), *_unknown(table, "Sa-Su")]


def _some(days: frozenset[date], word: str, value: str, expected: str) -> list[str]:
    if not days:
        raise DaySelectorError(f"{word}, and {value}", expected)
    return [_listed(days)]


def _listed(days: Iterable[date]) -> str:
    runs = ((_date(first), _date(last)) for first, last in ranges(days))
    return ",".join(first if first == last else f"{first}-{last}" for first, last in runs) or f"{FIRST_YEAR} Jan 01"


def _date(day: date) -> str:
    return f"{day.year} {_MONTHS[day.month - 1]} {day.day:02d}"


def _unknown(table: DayTable, days: str) -> list[str]:
    """The years of which nothing is known, with the ``days`` of the week that are meant then."""
    years, first = [], FIRST_YEAR
    for year in (*sorted(table.years), LAST_YEAR + 1):
        if first <= year - 1:
            years.append(f"{first}-{year - 1} {days}" if first < year - 1 else f"{first} {days}")
        first = year + 1
    return years
