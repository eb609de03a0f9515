"""What the operations centre received, and what a replay of the detection log says, in words that tests can compare."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from edge_agent.adapters.detection_log import read_events
from edge_agent.adapters.store import SqliteStore
from edge_agent.app.feed.messages import messages
from edge_agent.app.replay.replay import Assumed, Speaking, replay
from edge_agent.core.effects import OpenWorkOrder
from tests.feed.contract import held
from tests.street import second_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from edge_agent.core.events import Event
    from edge_agent.core.site.site import Site
    from edge_agent.ports import Message

    Story = list[tuple[str, float]]

FROM_LOG = Assumed(speaking=Speaking.FROM_LOG, heard=None, looked_again=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One message: what happened to what, and at which second; equal ones may differ in their ``data``."""

    id: str
    happened: str
    subject: str
    second: float
    data: dict[str, object] = field(compare=False)


@dataclass(frozen=True, slots=True)
class FeedLog:
    """What was said of incidents and of the camera's health, in order."""

    incident_entries: tuple[FeedEntry, ...]
    health_entries: tuple[FeedEntry, ...]

    @property
    def story(self) -> Story:
        """What became of incidents, and at which second; warnings with their number."""
        return [(each.happened, each.second) for each in self.incident_entries]

    @property
    def health(self) -> Story:
        """The camera's states and since when."""
        return [(each.happened, each.second) for each in self.health_entries]

    @property
    def incidents(self) -> frozenset[str]:
        """The ids of the incidents."""
        return frozenset(each.subject for each in self.incident_entries)

    @property
    def unobservable(self) -> float:
        """The seconds without sight that the last event tells of."""
        return float(str(self.incident_entries[-1].data["unobservable_s"]))

    def one(self, happened: str) -> dict[str, object]:
        """What the only event of a type says."""
        (message,) = (each.data for each in self.incident_entries if each.happened == happened)
        return message


def told_by(store: Path) -> FeedLog:
    """What waits for the operations centre."""
    opened = SqliteStore(store)
    try:
        return _read(row.message for row in opened.pending(100_000))
    finally:
        opened.close()


def logged(logs: Path) -> tuple[Event, ...]:
    """Every event that entered the core, from all files of the log book."""
    return tuple(event for path in sorted(logs.glob("*.jsonl")) for event in read_events(path))


def replayed(logs: Path, site: Site) -> tuple[FeedLog, int]:
    """What a replay of the log tells the centre, and how many work orders it opens."""
    effects = tuple(replay(logged(logs), "c1", site, FROM_LOG))
    orders = sum(isinstance(effect, OpenWorkOrder) for effect in effects)
    return _read(messages(effects, site)), orders


def _read(arrived: Iterable[Message]) -> FeedLog:
    arrived = tuple(arrived)
    held(arrived)
    documents = [json.loads(each.payload) for each in arrived]
    incidents = (_entry(each, _happened(each)) for each in documents if each["type"].startswith("incident."))
    health = (_entry(each, each["data"]["state"]) for each in documents if each["type"] == "camera.health")
    return FeedLog(tuple(incidents), tuple(health))


def _entry(message: dict[str, Any], happened: str) -> FeedEntry:
    second = second_of(datetime.fromisoformat(message["time"]))
    return FeedEntry(
        id=message["id"], happened=happened, subject=message["subject"], second=second, data=message["data"]
    )


def _happened(message: dict[str, Any]) -> str:
    number = message["data"].get("n")
    return str(message["type"]).removeprefix("incident.") + ("" if number is None else f" {number}")
