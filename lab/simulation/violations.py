"""Violations: what of that which stands is forbidden at that hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from edge_agent.core.score.truth import TrueIncident

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.core.site.hours_and_permits import Hours
    from edge_agent.core.site.zones import Zone
    from lab.simulation.actors import Stand


def violations(stands: tuple[Stand, ...], zones: tuple[Zone, ...], start: datetime) -> tuple[TrueIncident, ...]:
    """The truth of a day that began at ``start``: each stand as far as it falls into its zone's hours, by time."""
    hours = {zone.id: zone.hours for zone in zones}
    inside_boxes = [
        TrueIncident(
            kind=stand.breaks.kind,
            zone=stand.breaks.zone,
            since=since - start,
            until=until - start,
            box=stand.box,
        )
        for stand in stands
        for since, until in _forbidden(stand, hours[stand.breaks.zone], start)
    ]
    return tuple(sorted(inside_boxes, key=lambda each: (each.since, each.until, each.zone, each.kind)))


def _forbidden(stand: Stand, hours: Hours, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The parts of a stand that lie within the hours."""
    since, until = (start + timedelta(milliseconds=round(1000 * second)) for second in (stand.since, stand.until))
    while since < until:
        change = hours.next_change(since)
        end = until if change is None else min(change, until)
        if hours.covers(since):
            yield since, end
        since = end
