"""Tables: the feed's incidents as a person reads them in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any, Final

from edge_agent.cli.output import cell
from edge_agent.core.explain.explanations import ORDERS
from edge_agent.core.feed.incidents import ReviewStatus
from edge_agent.core.feed.work_orders import OrderStatus
from edge_agent.core.printable import printable_line

if TYPE_CHECKING:
    from rich.table import Table

Told = Mapping[str, Any]  # the payload of one event of an incident, as on the feed (docs/events.md)
WAITING: Final = frozenset({ReviewStatus.BEFORE_WARNING, ReviewStatus.BEFORE_ORDER})
ENDS: Final = ("incident.resolved", "incident.suppressed", "incident.cancelled")


def event_line(story: Told, zone: tzinfo) -> str:
    """One event of an incident on one line, in the local time of ``zone``."""
    if str(story["type"]).startswith("work_order."):
        return printable_line(f"{_local(story['at'], zone):%Y-%m-%d %H:%M:%S}  {_order(story)}")
    happened = " ".join(part for part in (story["type"].removeprefix("incident."), str(story.get("n", ""))) if part)
    return printable_line(
        f"{_local(story['at'], zone):%Y-%m-%d %H:%M:%S}  {happened:<10} "
        f"{story['text']['en']} | {story['text']['zh-CN']}"
    )


def _order(story: Told) -> str:
    """A step of a work order: what, about what, whose it is, until when."""
    status = OrderStatus(story["status"])
    names = {"to": story.get("to") or "–", "by": story.get("by") or "–"}
    words = " | ".join(ORDERS[status][language].format(**names) for language in ("en", "zh-CN"))
    whose = f", {story['responsible']}" if story.get("responsible") else ""
    which = f"{story['work_order']} of {story['incident']}: {story['kind']} in {story['zone']}"
    return f"{'order':<10} {which}{whose}; {words}"


def incidents_table(stories: Iterable[Told], zone: tzinfo, *, ids: bool = False) -> Table:
    """One row an incident: where, what, when it opened, how far it came, how it ended; its id where ``ids`` asks."""
    from rich.table import Table  # noqa: PLC0415 - a fold that tells lines must not wait for tables

    table = Table(title="Incidents", title_justify="left")
    for column in (
        *(("incident",) if ids else ()),
        "zone",
        "kind",
        "opened",
        "warnings",
        "work order",
        "ended",
        "dwell",
    ):
        table.add_column(column, overflow="fold")
    by_incident: dict[str, list[Told]] = {}
    for event in stories:
        by_incident.setdefault(event["incident"], []).append(event)
    for events in by_incident.values():
        table.add_row(*map(cell, ((events[-1]["incident"],) if ids else ()) + _row(events, zone)))
    return table


def _row(stories: list[Told], zone: tzinfo) -> tuple[str, ...]:
    last = stories[-1]
    ordered = next((event["at"] for event in stories if event["type"] == "incident.escalated"), None)
    ends = [event for event in stories if event["type"] in ENDS]
    return (
        last["zone"],
        last["kind"],
        f"{_local(last['opened'], zone):%Y-%m-%d %H:%M:%S}",
        str(last["delivered"]),
        "–" if ordered is None else f"{_local(ordered, zone):%H:%M:%S}",
        f"{ends[-1]['type'].removeprefix('incident.')} ({ends[-1].get('reason', '–')})" if ends else _open(last),
        f"{last['dwell_s']:.0f} s",
    )


def _open(last: Told) -> str:
    """How far one has come that is not over."""
    return "waits for review" if last.get("review") in WAITING else "still there"


def _local(at: str, zone: tzinfo) -> datetime:
    return datetime.fromisoformat(at).astimezone(zone)
