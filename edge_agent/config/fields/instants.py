"""Dates, times and hours as written for people at the site: local unless they say otherwise.

Clip names: the instant at which a recording began, as recorders write it into the names of their files.

========================================  ==================================================
``20261101T080000``, ``20261101_080000``  with or without anything between
``2026-11-01_08-00-00``                   ``-`` ``_`` ``.`` ``:`` between; ``08h00m00s``
``20261101T000000Z``                      in UTC; otherwise the local time of the site
``1793520000``, ``1793520000000``         seconds or milliseconds since 1970, in UTC
========================================  ==================================================

The first that makes sense wins, so a name with a beginning and an end (``…080000-20261101081000``) is read by its
beginning. Digits that are no date (a serial number, a picture's size) are passed over.

Quiet hours and exam days, as they are written in the files.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import PlainValidator, ValidationInfo, WithJsonSchema

from edge_agent.config.fields.hours import QUIET_HOURS, BadHoursError, HoursReader, OsmHours
from edge_agent.config.fields.values import Identifier, Reading, as_core, reading, shown, wrong
from edge_agent.core.site.hours_and_permits import Hours
from edge_agent.core.site.quiet_hours import ExamDays

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from edge_agent.core.site.policy import Rule
    from edge_agent.core.site.zones import Zone

_EXPECTED: Final = "a date such as 2026-11-01 or a time such as 2026-11-01T08:00"


def _hours(value: object, info: ValidationInfo) -> OsmHours:
    if not isinstance(value, str):
        raise wrong(shown(value), "hours such as Mo-Su 07:00-22:00 (OpenStreetMap opening_hours)")
    try:
        return hours_reader(reading(info))(value)
    except BadHoursError as error:
        raise wrong(error.found, error.expected) from error


def hours_reader(context: Reading) -> HoursReader:
    """What reads the hours of a site's files."""
    return context.hours or HoursReader(timezone=context.timezone.key)


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


_WRITTEN: Final = re.compile(
    r"(?<!\d)(20\d\d)[-_.]?(\d\d)[-_.]?(\d\d)[T_ .-]{0,3}(\d\d)[-_.:h]?(\d\d)[-_.:m]?(\d\d)(?:s|[.,]\d{1,6})?(Z)?(?!\d)"
)
_COUNTED: Final = re.compile(r"(?<!\d)(1\d{9})(\d{3})?(?!\d)")  # from 2001 to 2033
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def begun(name: str, local: tzinfo) -> datetime | None:
    """The instant (UTC) that a file's ``name`` says its recording began, or None where it says none."""
    for match in _WRITTEN.finditer(name):
        *parts, utc = match.groups()
        try:
            at = datetime(*map(int, parts), tzinfo=UTC if utc else local)  # type: ignore[arg-type,misc] # six numbers
        except ValueError:
            continue
        return at.astimezone(UTC)
    counted = _COUNTED.search(name)
    if counted is None:
        return None
    seconds, millis = counted.groups(default="0")
    return _EPOCH + timedelta(seconds=int(seconds), milliseconds=int(millis))


ExamField = Annotated[
    ExamDays,
    as_core(
        ExamDays,
        valid_from=FromField,
        valid_to=UntilField,
        hours=HoursField,
        zones=frozenset[Identifier],
    ),
]


def with_hours(zones: tuple[Zone, ...], timezone: ZoneInfo) -> tuple[Zone, ...]:
    """The zones with the usual quiet hours wherever quiet is asked for and no hours are given."""
    usual = OsmHours(QUIET_HOURS, timezone.key)

    def told(rule: Rule) -> Rule:
        needs_hours = rule.quiet is not None and rule.quiet_hours is None
        return replace(rule, quiet_hours=usual) if needs_hours else rule

    return tuple(replace(zone, rules={kind: told(rule) for kind, rule in zone.rules.items()}) for zone in zones)
