"""Spells: when something runs in the days to come, so that a person can read it before the box goes by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge_agent.core.site.hours_and_permits import Hours, Permit


@dataclass(frozen=True, slots=True)
class Spell:
    """From ``begin`` until before ``end`` it runs."""

    begin: datetime
    end: datetime


def spells_of_hours(hours: Hours, begin: datetime, end: datetime) -> tuple[Spell, ...]:
    """When hours run from ``begin`` to ``end``."""
    return _spells(hours.covers, hours.next_change, begin, end)


def spells_of_permit(permit: Permit, begin: datetime, end: datetime) -> tuple[Spell, ...]:
    """When a permit runs from ``begin`` to ``end``: in its hours, while it is valid."""

    def change(at: datetime) -> datetime | None:
        changes = (permit.hours.next_change(at), permit.valid_from, permit.valid_to)
        return min((each for each in changes if each is not None and each > at), default=None)

    return _spells(permit.runs, change, begin, end)


def _spells(
    runs: Callable[[datetime], bool], change: Callable[[datetime], datetime | None], begin: datetime, end: datetime
) -> tuple[Spell, ...]:
    spells: list[Spell] = []
    at = begin
    while at < end:
        until = change(at)
        last = end if until is None else min(until, end)
        if runs(at):
            spells.append(Spell(at, last))
        at = last
    return tuple(spells)
