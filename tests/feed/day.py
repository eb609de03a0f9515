"""A scripted day: so many incidents, a few open at a time, each told in five events; the same at every call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from edge_agent.app.feed.messages import messages
from edge_agent.core.effects import PublishIncident, ReportHealth
from edge_agent.core.feed.incidents import Happening, IncidentEvent
from edge_agent.core.geometry import Box
from edge_agent.core.site.policy import Policy
from edge_agent.core.site.site import Site
from edge_agent.ports import Message

SITE: Final = Site(agent="box-01", adcode="320402", zones=(), policy=Policy(kinds={}, families={}))
SOURCE: Final = "cityops/v1/320402/box-01"
MIDNIGHT: Final = datetime(2026, 11, 1, tzinfo=UTC)
STEP: Final = timedelta(seconds=10)
LADDER: Final = (
    Happening.OPENED,
    Happening.WARNED,
    Happening.WARNED,
    Happening.ESCALATED,
    Happening.RESOLVED,
)
OPEN: Final = 20  # incidents at a time
TEXT: Final = {"en": "A vehicle stands at the kerb. " * 6, "zh-CN": "路边有机动车违停。" * 6}


def event_of(incident: int, seq: int, at: datetime) -> IncidentEvent:
    """Event ``seq`` of an incident, as large as a real one."""
    return IncidentEvent(
        type=LADDER[seq - 1],
        id=f"e-{incident}-{seq}",
        incident=f"i-{incident}",
        seq=seq,
        camera="c1",
        zone="kerb",
        kind="illegal_parking",
        at=at,
        opened=at,
        dwell_s=60.0,
        unobservable_s=0.0,
        delivered=0,
        box=Box(0.1, 0.2, 0.3, 0.4),
        codes={"GB/T 30428": "0305"},
        text=TEXT,
        reason="left",
    )


def script(incidents: int) -> Iterator[tuple[int, int]]:
    """Which event of which incident comes when: blocks of incidents that go on side by side."""
    for first in range(0, incidents, OPEN):
        for seq in range(1, len(LADDER) + 1):
            yield from ((incident, seq) for incident in range(first, min(first + OPEN, incidents)))


def day(incidents: int) -> tuple[tuple[datetime, tuple[Message, ...]], ...]:
    """Every event of the day with its instant; now and then the camera's health changes too."""
    events = []
    for number, (incident, seq) in enumerate(script(incidents)):
        at = MIDNIGHT + number * STEP
        effects = [PublishIncident(event_of(incident, seq, at))]
        health = (ReportHealth(at=at, camera="c1", state="ok"),) if number % 50 == 0 else ()
        events.append((at, messages((*effects, *health), SITE)))
    return tuple(events)
