"""Shifts: whether each zone's hours run, and since when.

Asking a calendar is slow next to folding a look, so the answer is kept in the world until the instant at which
it changes. The dwell of a thing that stood there before the hours began is counted from that very instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge_agent.core.site.zones import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Whether a zone's hours run, since when (as far as is known), and when that changes next."""

    zone: str
    running: bool
    since: datetime
    until: datetime | None


def turned(shifts: tuple[Shift, ...], zones: tuple[Zone, ...], at: datetime) -> tuple[Shift, ...]:
    """The shifts of ``zones`` at ``at``."""
    if len(shifts) == len(zones) and all(map(_holds, shifts, zones, repeat(at))):
        return shifts  # as at most looks
    known = {shift.zone: shift for shift in shifts}
    return tuple(_turned(known.get(zone.id), zone, at) for zone in zones)


def _holds(shift: Shift, zone: Zone, at: datetime) -> bool:
    return shift.zone == zone.id and (shift.until is None or at < shift.until)


def _turned(shift: Shift | None, zone: Zone, at: datetime) -> Shift:
    if shift is None:
        running = zone.hours.covers(at)
        return Shift(zone=zone.id, running=running, since=at, until=zone.hours.next_change(at))
    while shift.until is not None and shift.until <= at:
        began = shift.until
        running = zone.hours.covers(began)
        shift = Shift(zone=zone.id, running=running, since=began, until=zone.hours.next_change(began))
    return shift
