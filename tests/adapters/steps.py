"""Steps of a camera's core, as short words: what the tests of the store and of the delivery commit."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from edge_agent.core.effects import Effect, LookAgain, Note, OpenWorkOrder, Remark, ReportHealth, SaveSnapshot, Speak
from edge_agent.core.events import FrameSeen, Result, WarningAnswered
from edge_agent.core.feed.work_orders import WorkOrder
from edge_agent.core.geometry import Box
from edge_agent.core.incident.world import World
from edge_agent.ports import Message

if TYPE_CHECKING:
    from pathlib import Path

STARTED = datetime(2026, 11, 1, 8, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """An instant of the story, in seconds from its start."""
    return STARTED + timedelta(seconds=seconds)


def world(seconds: float) -> World:
    """What camera c1 remembers at that moment; the trouble it names makes worlds tell apart."""
    return World(camera="c1", at=at(seconds), lost=f"after {seconds} s")


def look(seconds: float) -> FrameSeen:
    """A look at an empty street."""
    return FrameSeen(at=at(seconds), detections=())


def spoken_request(seconds: float, *, n: int = 1, attempt: int = 1) -> Speak:
    """Warning ``n`` is asked for."""
    return Speak(
        id=f"say-{n}-{attempt}",
        at=at(seconds),
        incident="i-1",
        zone="kerb",
        kind="illegal_parking",
        n=n,
        attempt=attempt,
        expires_at=at(seconds + 300),
        text={"zh-CN": "请驶离", "en": "Please move on"},
    )


def answered(seconds: float, *, n: int = 1, result: Result = Result.PLAYED) -> WarningAnswered:
    """The core is told what became of warning ``n``."""
    return WarningAnswered(at=at(seconds), incident="i-1", n=n, result=result)


def message(n: int) -> Message:
    """The n-th message of an incident."""
    return Message(id=f"e-{n}", key="i-1", topic="cityops/v1/110105/box/incident/x/opened", payload=b"{}" * n)


def order(**changed: str | datetime) -> WorkOrder:
    """The work order of the incident."""
    given = {"id": "wo-1", "incident": "i-1", "camera": "c1", "zone": "kerb", "kind": "illegal_parking"}
    times = {"opened": at(900), "at": at(900), "why": "3 of 3 warnings delivered", "delivered": 3, "warnings": 3}
    return WorkOrder(**(given | times | changed))  # type: ignore[arg-type]


def remark(seconds: float) -> Note:
    """Why nothing came of a case."""
    return Note(
        at=at(seconds),
        camera="c1",
        case="k",
        zone="kerb",
        kind="x",
        what=Remark.LEFT_EARLY,
        dwell_s=9.5,
        unobservable_s=0,
        needed_s=60,
    )


def every_effect() -> tuple[Effect, ...]:
    """One of each kind that the store keeps, and the one it does not."""
    box = Box(0.1, 0.2, 0.3, 0.4)
    return (
        spoken_request(1),
        OpenWorkOrder(order()),
        SaveSnapshot(at=at(1), incident="i-1", event="e-1", stage="opened", box=box),
        remark(1),
        ReportHealth(at=at(1), camera="c1", state="dark"),
        LookAgain(at=at(1), case="k", kind="x", labels=frozenset({"car"}), box=box),
    )


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    """What another program reads from the file."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def damage(path: Path) -> None:
    """Overwrite the first page of the outbox of a store that is closed."""
    ((page,),) = rows(path, "SELECT rootpage FROM sqlite_master WHERE name = 'outbox'")
    whole, start = path.read_bytes(), (int(str(page)) - 1) * 4096
    path.write_bytes(whole[:start] + b"\xa5" * 4096 + whole[start + 4096 :])
