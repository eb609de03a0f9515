"""How an author writes down what is allowed when: ``worked 07:00-19:00, free 10:00-18:00``."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Annotated, Final

from pydantic import Field, PlainValidator, WithJsonSchema

from edge_agent.config.fields.values import Identifier, KindName, NotEmpty, as_core, shown, wrong
from lab.simulation.allowing import Allowance, Calendar, Days, Times
from lab.simulation.street import Asked, Breaks, Counting

TIMES: Final = f'times such as "worked 07:00-19:00, free 10:00-18:00"; days are {", ".join(Days)}'
DATES: Final = "a list of days such as 2026-10-01, or 2026-10-01..2026-10-07"
_TIMES: Final = re.compile(rf"({'|'.join(Days)}) (\d\d):(\d\d)-(\d\d):(\d\d)")
_LAST: Final = timedelta(days=1)


def _times(value: object) -> tuple[Times, ...]:
    found = [_TIMES.fullmatch(part.strip()) for part in value.split(",")] if isinstance(value, str) else [None]
    return tuple(_one(value, match) for match in found)


def _one(value: object, match: re.Match[str] | None) -> Times:
    if match is None:
        raise wrong(shown(value), TIMES)
    days, *clock = match.groups()
    hour, minute, last_hour, last_minute = map(int, clock)
    since, until = timedelta(hours=hour, minutes=minute), timedelta(hours=last_hour, minutes=last_minute)
    if max(since, until) > _LAST or max(minute, last_minute) > 59:  # noqa: PLR2004 - minutes of an hour
        raise wrong(shown(value), TIMES)
    return Times(days=Days(days), since=since, until=until)


def _dates(value: object) -> frozenset[date]:
    if not isinstance(value, list):
        raise wrong(shown(value), DATES)
    return frozenset(day for entry in value for day in _span(str(entry)))


def _span(entry: str) -> list[date]:
    first, mark, last = entry.partition("..")
    try:
        begin = date.fromisoformat(first)
        end = date.fromisoformat(last) if mark else begin
    except ValueError as error:
        raise wrong(shown(entry), DATES) from error
    return [begin + timedelta(days=number) for number in range((end - begin).days + 1)]


TimesField = Annotated[tuple[Times, ...], PlainValidator(_times), WithJsonSchema({"description": TIMES})]
DatesField = Annotated[frozenset[date], PlainValidator(_dates), WithJsonSchema({"description": DATES})]
CalendarField = Annotated[Calendar, as_core(Calendar, holidays=DatesField, worked=DatesField)]
AllowanceField = Annotated[
    Allowance,
    as_core(
        Allowance,
        name=Identifier,
        times=TimesField,
        places=Annotated[int, Field(ge=1)] | None,
        left=KindName | None,
    ),
]
BreaksField = (
    Annotated[
        Breaks,
        as_core(Breaks, zone=Identifier, forbidden=TimesField, allowed=Identifier | None, party=Identifier | None),
    ]
    | None
)
CountingField = (
    Annotated[
        Counting,
        as_core(
            Counting,
            steps=Annotated[
                tuple[Annotated[Asked, as_core(Asked, warnings=Annotated[int, Field(ge=1)])], ...], NotEmpty
            ],
        ),
    ]
    | None
)
