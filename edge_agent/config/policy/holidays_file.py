"""The holidays file: days that a city knows better than the package, and school holidays.

::

    version: 1
    country: CN                             # whose holidays it is laid over; none: nobody's
    years: [2027]                           # of which this file knows every day
    off: [2027-01-01..2027-01-03]           # public holidays, a day or the first and the last of a break
    work: [2027-01-31]                      # weekends that are worked instead (调休)
    school: [2027-01-20..2027-02-18]        # days without school
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal

from pydantic import ConfigDict, Field, PlainValidator, TypeAdapter, WithJsonSchema

from edge_agent.config.fields.hours import HoursReader
from edge_agent.config.fields.refusals import validate, version_problems
from edge_agent.config.fields.values import KEYS, Reading, shown, wrong
from edge_agent.config.yaml.source import BadConfigError, Problem, Source, read_source
from edge_agent.core.site.day_table import DayTable

if TYPE_CHECKING:
    from pathlib import Path

BETWEEN: Final = ".."
LONGEST: Final = 366  # days of one entry
_EXPECTED: Final = "a day such as 2027-01-01 or a span such as 2027-01-01..2027-01-03"


def _days(value: object) -> frozenset[date]:
    first, mark, last = value.partition(BETWEEN) if isinstance(value, str) else ("", "", "")
    try:
        begin = date.fromisoformat(first.strip())
        end = date.fromisoformat(last.strip()) if mark else begin
    except ValueError as error:
        raise wrong(shown(value), _EXPECTED) from error
    count = (end - begin).days + 1
    if not 1 <= count <= LONGEST:
        raise wrong(shown(value), f"{_EXPECTED}, its last day behind its first and at most {LONGEST} days later")
    return frozenset(begin + timedelta(days=each) for each in range(count))


_SCHEMA: Final[dict[str, Any]] = {"type": "string", "description": _EXPECTED}
DaysField = Annotated[frozenset[date], PlainValidator(_days), WithJsonSchema(_SCHEMA)]


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidaysFile:
    """The file as written; what is over it and under it is told in ``core/site/day_table``."""

    version: Literal[1]
    country: Literal["CN", "none"] = "CN"
    years: frozenset[Annotated[int, Field(ge=1970, le=2099)]] = frozenset()
    off: tuple[DaysField, ...] = ()
    work: tuple[DaysField, ...] = ()
    school: tuple[DaysField, ...] = ()
    __pydantic_config__: ClassVar[ConfigDict] = KEYS

    @property
    def table(self) -> DayTable:
        """What it says of days."""
        return DayTable(
            years=self.years,
            off=frozenset().union(*self.off),
            work=frozenset().union(*self.work),
            school=frozenset().union(*self.school),
        )


HOLIDAYS_FILE: Final[TypeAdapter[HolidaysFile]] = TypeAdapter(HolidaysFile)


def read_hours_reader(source: Source, context: Reading) -> tuple[HoursReader, tuple[Problem, ...]]:
    """What reads the hours of the site in ``source``, and what is wrong with the holidays file that it names."""
    data = source.data if isinstance(source.data, dict) else {}
    reader = HoursReader(timezone=context.timezone.key, coords=_coords(data.get("position")))
    named = data.get("holidays")
    if not isinstance(named, str):
        return reader, ()
    path = source.path.parent / named
    if not (path in context.drafts or path.is_file()):
        return reader, (source.problem(("holidays",), f"no file {path}", "a file that exists"),)
    file, problems = _read(path, context)
    if file is None:
        return reader, problems
    return HoursReader(
        timezone=reader.timezone, coords=reader.coords, own=file.table, country=file.country == "CN"
    ), problems


def _read(path: Path, context: Reading) -> tuple[HolidaysFile | None, tuple[Problem, ...]]:
    try:
        source = read_source(path, context.drafts)
    except BadConfigError as error:
        return None, error.problems
    unreadable = version_problems(source)
    if unreadable:
        return None, unreadable
    file, problems = validate(HOLIDAYS_FILE, source, context)
    if file is None:
        return None, problems
    torn = sorted(file.table.off & file.table.work)
    if torn:
        return None, (source.problem(("work",), f"{torn[0]}, which is among off too", "each day in one of them"),)
    return file, ()


def _coords(position: object) -> tuple[float, float] | None:
    """Latitude and longitude of a position as written; what is wrong with it is said where the site file is read."""
    match position:
        case [float() | int() as lon, float() | int() as lat] if abs(lon) <= 180 and abs(lat) <= 90:  # noqa: PLR2004
            return float(lat), float(lon)
        case _:
            return None
