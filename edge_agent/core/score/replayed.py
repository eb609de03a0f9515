"""Found: an incident as a replay told it, gathered from its events for judging.

An incident that goes on after a return is one incident and several *spells* at the place. Somebody who writes the truth
down sees a thing leave and a thing come, and may count two::

    told     opened ━━━━━━━ resolved      recurred ━━━━━ resolved      one incident, two spells
    truth    ├── from … to ──┤            ├── from … to ──┤            two stands, or one from the first to the last
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.core.feed.incidents import Happening
from edge_agent.core.geometry import Box

if TYPE_CHECKING:
    from edge_agent.core.feed.incidents import IncidentEvent

ENDINGS: Final = (Happening.RESOLVED, Happening.SUPPRESSED, Happening.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMessage:
    """What judging needs of one event of an incident; ``box`` None where whoever told it says no place."""

    type: Happening
    incident: str
    zone: str
    kind: str
    at: datetime
    box: Box | None = None
    dwell_s: float = 0.0
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoodFor:
    """One time that a thing stood there, as far as was told; ``until`` None while it still does."""

    since: timedelta
    until: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedIncident:
    """One incident that was opened; all spans count from the start of the recording.

    ``warned`` is the first warning that was played, ``ordered`` the work order, ``dwell`` what the dwell clock showed
    when it was resolved; None where that did not happen.
    """

    incident: str
    zone: str
    kind: str
    box: Box | None
    spells: tuple[StoodFor, ...]
    opened: timedelta
    warned: timedelta | None
    ordered: timedelta | None
    dwell: timedelta | None


def message_of(event: IncidentEvent) -> IncidentMessage:
    """What judging needs of ``event``."""
    return IncidentMessage(
        type=event.type,
        incident=event.incident,
        zone=event.zone,
        kind=event.kind,
        at=event.at,
        box=event.box,
        dwell_s=event.dwell_s,
        end=event.end,
    )


def gathered(events: Iterable[IncidentMessage], started: datetime) -> tuple[ReplayedIncident, ...]:
    """The incidents that were opened, of the events of a recording that ``started`` then; in the order of their ids.

    An incident that never opened (a permit covered it) said nothing to anybody, so it is no finding.
    """
    by_incident: dict[str, list[IncidentMessage]] = {}
    for event in events:
        by_incident.setdefault(event.incident, []).append(event)
    several = (_incident_of(incident_events, started) for _, incident_events in sorted(by_incident.items()))
    return tuple(each for each in several if each is not None)


def _incident_of(events: list[IncidentMessage], started: datetime) -> ReplayedIncident | None:
    opened = _first(events, Happening.OPENED)
    if opened is None:
        return None
    warned, ordered = _first(events, Happening.WARNED), _first(events, Happening.ESCALATED)
    resolved = [event for event in events if event.type is Happening.RESOLVED]
    return ReplayedIncident(
        incident=opened.incident,
        zone=opened.zone,
        kind=opened.kind,
        box=opened.box,
        spells=tuple(_spells(events, started)),
        opened=opened.at - started,
        warned=None if warned is None else warned.at - started,
        ordered=None if ordered is None else ordered.at - started,
        dwell=timedelta(seconds=resolved[-1].dwell_s) if resolved else None,
    )


def _first(events: list[IncidentMessage], happening: Happening) -> IncidentMessage | None:
    return next((event for event in events if event.type is happening), None)


def _spells(events: list[IncidentMessage], started: datetime) -> Iterator[StoodFor]:
    """From each opening or return to the end that follows it."""
    since: timedelta | None = None
    for event in events:
        if event.type is Happening.OPENED:
            since = event.at - started - timedelta(seconds=event.dwell_s)
        elif event.type is Happening.RECURRED:
            since = event.at - started
        elif event.type in ENDINGS and since is not None:
            yield StoodFor(since=since, until=(event.end or event.at) - started)
            since = None
    if since is not None:
        yield StoodFor(since=since, until=None)
