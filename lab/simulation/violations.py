"""Violations: what of that which stands is forbidden at that hour, and who is asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.core.score.truth import TrueIncident
from lab.simulation.allowing import LocalDay, places_held, within, without

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edge_agent.core.site.hours_and_permits import Hours
    from lab.simulation.actors import Stand
    from lab.simulation.allowing import Allowance, Span
    from lab.simulation.street import Street

UNTIL_FREE: Final = 60.0  # s: so long after somebody has left his place nobody can tell whether he has


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that stood where it must not, and who is counted for it, where somebody is."""

    incident: TrueIncident
    party: str | None


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a stand: its span, the kind that it is; ``optional`` where it may be told or not."""

    span: Span
    kind: str
    optional: bool = False


def violations(stands: tuple[Stand, ...], street: Street, start: datetime) -> tuple[Violation, ...]:
    """The truth of a day that began at ``start``, by time: each stand as far as it is forbidden then."""
    days = (start - street.start).days
    day = LocalDay(date=street.first_date + timedelta(days=days), hour=street.hour, calendar=street.calendar)
    found = [
        Violation(_incident(stand, part), stand.breaks.party)
        for stand, parts in _judged(stands, street, day, start)
        for part in parts
    ]
    return tuple(sorted(found, key=lambda each: _in_order(each.incident)))


def _judged(
    stands: tuple[Stand, ...], street: Street, day: LocalDay, start: datetime
) -> Iterator[tuple[Stand, Iterable[_Part]]]:
    """The stands with what of each is forbidden: those of one allowance together, for they share its places."""
    hours = {zone.id: zone.hours for zone in street.zones}
    until = street.lasts.total_seconds()

    def forbidden(stand: Stand) -> tuple[Span, ...]:
        if stand.breaks.forbidden:
            return tuple(within((stand.since, stand.until), day.spans(stand.breaks.forbidden, until)))
        return tuple(_in_hours(stand, hours[stand.breaks.zone], start))

    for allowance in (None, *street.allowances):
        name = None if allowance is None else allowance.name
        those = tuple(stand for stand in stands if stand.breaks.allowed == name)
        runs = () if allowance is None else day.spans(allowance.times, until)
        places = None if allowance is None else allowance.places
        held = places_held(tuple((each.since, each.until) for each in those), runs, places)
        for stand, mine in zip(those, held, strict=True):
            yield stand, tuple(_parts(stand, forbidden(stand), mine, runs, allowance))


def _parts(
    stand: Stand, forbidden: tuple[Span, ...], held: tuple[Span, ...], runs: tuple[Span, ...], by: Allowance | None
) -> Iterator[_Part]:
    """What of a stand is a violation, and where nobody can tell yet that it is none any more."""
    ends = {end for _, end in runs}
    given_up = {until for _, until in held if until in ends and until < stand.until}
    for span in forbidden:
        for since, until in without(span, held):
            left = by is not None and by.left is not None and since in given_up
            yield _Part((since, until), by.left if left and by is not None and by.left else stand.breaks.kind)
            if any(since < begin == until for begin, _ in held) and until not in {begin for begin, _ in runs}:
                yield _Part((until, min(until + UNTIL_FREE, stand.until)), stand.breaks.kind, optional=True)


def _in_hours(stand: Stand, hours: Hours, start: datetime) -> Iterator[Span]:
    """The parts of a stand that lie within the hours of its zone: of a street whose author says none of his own."""
    since, until = (start + timedelta(milliseconds=round(1000 * second)) for second in (stand.since, stand.until))
    while since < until:
        change = hours.next_change(since)
        end = until if change is None else min(change, until)
        if hours.covers(since):
            yield (since - start).total_seconds(), (end - start).total_seconds()
        since = end


def _incident(stand: Stand, part: _Part) -> TrueIncident:
    since, until = (timedelta(milliseconds=round(1000 * second)) for second in part.span)
    return TrueIncident(
        kind=part.kind, zone=stand.breaks.zone, since=since, until=until, box=stand.box, optional=part.optional
    )


def _in_order(each: TrueIncident) -> tuple[timedelta, timedelta, str, str]:
    return each.since, each.until, each.zone, each.kind
