"""Quiet hours and exam days, as they are written in the files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from edge_agent.config.fields import Identifier, as_core
from edge_agent.config.hours import QUIET_HOURS, OsmHours
from edge_agent.config.instants import FromField, HoursField, UntilField
from edge_agent.core.quiet import ExamDays

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from edge_agent.core.policy import Rule
    from edge_agent.core.zones import Zone


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
        asked = rule.quiet is not None and rule.quiet_hours is None
        return replace(rule, quiet_hours=usual) if asked else rule

    return tuple(replace(zone, rules={kind: told(rule) for kind, rule in zone.rules.items()}) for zone in zones)
