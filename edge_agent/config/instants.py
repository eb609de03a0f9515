"""Dates, times and hours as written for people at the site: local unless they say otherwise."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final

from pydantic import PlainValidator, ValidationInfo, WithJsonSchema

from edge_agent.config.fields import reading, shown, wrong
from edge_agent.config.hours import BadHoursError, OsmHours
from edge_agent.core.permits import Hours

_EXPECTED: Final = "a date such as 2026-11-01 or a time such as 2026-11-01T08:00"


def _hours(value: object, info: ValidationInfo) -> OsmHours:
    if not isinstance(value, str):
        raise wrong(shown(value), "hours such as Mo-Su 07:00-22:00 (OpenStreetMap opening_hours)")
    try:
        return OsmHours(value, reading(info).timezone.key)
    except BadHoursError as error:
        raise wrong(error.found, error.expected) from error


def _from(value: object, info: ValidationInfo) -> datetime:
    return _instant(value, info, days=0)


def _until(value: object, info: ValidationInfo) -> datetime:
    """The first instant no longer meant: a bare last day counts to its midnight."""
    return _instant(value, info, days=1)


def _instant(value: object, info: ValidationInfo, *, days: int) -> datetime:
    if not isinstance(value, str):
        raise wrong(shown(value), _EXPECTED)
    try:
        local = _local(value, days)
        zoned = local if local.tzinfo is not None else local.replace(tzinfo=reading(info).timezone)
        return zoned.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise wrong(shown(value), _EXPECTED) from error


def _local(text: str, days: int) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return datetime.fromisoformat(text)
    return datetime.combine(day + timedelta(days=days), time.min)


_HOURS_SCHEMA: Final[dict[str, Any]] = {
    "type": "string",
    "description": "OpenStreetMap opening_hours, such as Mo-Su 07:00-22:00; absent means always",
}
_INSTANT_SCHEMA: Final[dict[str, Any]] = {"type": "string", "description": _EXPECTED + ", local time"}

HoursField = Annotated[Hours, PlainValidator(_hours), WithJsonSchema(_HOURS_SCHEMA)]
FromField = Annotated[datetime, PlainValidator(_from), WithJsonSchema(_INSTANT_SCHEMA)]
UntilField = Annotated[datetime, PlainValidator(_until), WithJsonSchema(_INSTANT_SCHEMA)]
