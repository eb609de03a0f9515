"""Tables: what a person reads of an incident, in the local time of the site."""

from __future__ import annotations

from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from edge_agent.cli.tables import event_line, incidents_table

SHANGHAI = ZoneInfo("Asia/Shanghai")


def message_of(type_: str, minute: int, **more: object) -> dict[str, Any]:
    """One event of an incident that opened at 16:01 in Shanghai."""
    return {
        "type": f"incident.{type_}",
        "incident": "i-1",
        "zone": "kerb",
        "kind": "illegal_parking",
        "at": f"2026-11-01T08:{minute:02}:00.000Z",
        "opened": "2026-11-01T08:01:00.000Z",
        "delivered": 3,
        "dwell_s": 61.4,
        "text": {"en": "please leave", "zh-CN": "请驶离"},
    } | more


def row(*events: dict[str, Any]) -> list[str]:
    """The cells of the only row."""
    table = incidents_table(events, SHANGHAI)
    assert table.row_count == 1
    shown = StringIO()
    Console(file=shown, width=160).print(table)
    line = next(line for line in shown.getvalue().splitlines() if "kerb" in line)
    return [cell.strip() for cell in line.strip("│┃").split("│")]


def test_an_event_is_a_line() -> None:
    """When, what, which warning, and the words in both languages."""
    line = event_line(message_of("warned", 6, n=2), SHANGHAI)
    assert line == "2026-11-01 16:06:00  warned 2   please leave | 请驶离"


def test_an_incident_that_goes_on() -> None:
    """No order yet, and nobody left."""
    assert row(message_of("opened", 1)) == [
        *("kerb", "illegal_parking", "2026-11-01 16:01:00", "3", "–", "still there", "61 s")
    ]


@pytest.mark.parametrize("end", ["resolved", "suppressed", "cancelled"])
def test_an_incident_that_ended(end: str) -> None:
    """With its order and its reason."""
    cells = row(message_of("opened", 1), message_of("escalated", 16), message_of(end, 20, reason="left", dwell_s=900.0))
    assert cells[3:] == ["3", "16:16:00", f"{end} (left)", "900 s"]


def test_every_incident_has_its_row() -> None:
    """However their events are mixed."""
    events = [message_of("opened", 1), message_of("opened", 2, incident="i-2"), message_of("warned", 3, n=1)]
    assert incidents_table(events, SHANGHAI).row_count == 2
