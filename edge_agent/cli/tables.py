"""Tables: incidents as a person reads them in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge_agent.core.incidents import IncidentEvent


def incident_line(event: IncidentEvent) -> str:
    """One event of an incident on one line."""
    happened = event.type.removeprefix("incident.")
    number = "" if event.n is None else f" {event.n}"
    words = event.text.get("en", "")
    return f"{event.at:%Y-%m-%d %H:%M:%S}  {happened + number:<12} {event.zone:<10} {event.kind:<22} {words}"


def incidents_table(events: Iterable[IncidentEvent]) -> Table:
    """One row an incident: where, what, when it opened, how far it came, how it ended."""
    table = Table(title="Incidents", title_justify="left")
    for column in ("zone", "kind", "opened", "warnings", "work order", "ended", "dwell"):
        table.add_column(column)
    by_incident: dict[str, list[IncidentEvent]] = {}
    for event in events:
        by_incident.setdefault(event.incident, []).append(event)
    for told in by_incident.values():
        table.add_row(*_row(told))
    return table


def _row(told: list[IncidentEvent]) -> tuple[str, ...]:
    last = told[-1]
    ordered = next((f"{event.at:%H:%M:%S}" for event in told if event.type == "incident.escalated"), "–")
    ends = [event for event in told if event.type in ("incident.resolved", "incident.suppressed", "incident.cancelled")]
    ended = f"{ends[-1].type.removeprefix('incident.')} ({ends[-1].reason})" if ends else "still there"
    return (
        last.zone,
        last.kind,
        f"{last.opened:%Y-%m-%d %H:%M:%S}",
        str(last.delivered),
        ordered,
        ended,
        f"{last.dwell_s:.0f} s",
    )
