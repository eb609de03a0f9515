"""What the operations centre received, and what a replay of the detection log says, in words that tests can compare."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from edge_agent.adapters.detection_log import read_events
from edge_agent.adapters.store import SqliteStore
from edge_agent.app.feed import messages
from edge_agent.app.replay import Assumed, Speaking, replay
from edge_agent.core.effects import OpenWorkOrder
from tests.street import second_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from edge_agent.core.events import Event
    from edge_agent.core.site import Site
    from edge_agent.ports import Message

    Story = list[tuple[str, float]]

FROM_LOG = Assumed(speaking=Speaking.FROM_LOG, heard=None, looked_again=None)


@dataclass(frozen=True, slots=True)
class Told:
    """Messages of the feed, in their order."""

    messages: tuple[dict[str, object], ...]

    @property
    def story(self) -> Story:
        """What became of incidents, and at which second; warnings with their number."""
        return [(_happened(each), _second(each)) for each in self.messages if each["type"] != "camera.health"]

    @property
    def health(self) -> Story:
        """The camera's states and since when."""
        return [(str(_data(each)["state"]), _second(each)) for each in self.messages if each["type"] == "camera.health"]

    @property
    def incidents(self) -> frozenset[str]:
        """The ids of the incidents."""
        return frozenset(str(each["subject"]) for each in self.messages if each["type"] != "camera.health")

    @property
    def unobservable(self) -> float:
        """The seconds without sight that the last event tells of."""
        last = [each for each in self.messages if each["type"] != "camera.health"][-1]
        return float(str(_data(last)["unobservable_s"]))

    def one(self, happened: str) -> dict[str, object]:
        """What the only event of a type says."""
        (found,) = (each for each in self.messages if each["type"] == f"incident.{happened}")
        return _data(found)


def told_by(store: Path) -> Told:
    """What waits for the operations centre."""
    opened = SqliteStore(store)
    try:
        return _read(row.message for row in opened.pending(100_000))
    finally:
        opened.close()


def logged(logs: Path) -> tuple[Event, ...]:
    """Every event that entered the core, from all files of the log book."""
    return tuple(event for path in sorted(logs.glob("*.jsonl")) for event in read_events(path))


def replayed(logs: Path, site: Site) -> tuple[Told, int]:
    """What a replay of the log tells the centre, and how many work orders it opens."""
    effects = tuple(replay(logged(logs), "c1", site, FROM_LOG))
    orders = sum(isinstance(effect, OpenWorkOrder) for effect in effects)
    return _read(messages(effects, site)), orders


def _read(found: Iterable[Message]) -> Told:
    return Told(tuple(json.loads(each.payload) for each in found))


def _happened(message: dict[str, object]) -> str:
    number = _data(message).get("n")
    return str(message["type"]).removeprefix("incident.") + ("" if number is None else f" {number}")


def _second(message: dict[str, object]) -> float:
    return second_of(datetime.fromisoformat(str(message["time"])))


def _data(message: dict[str, object]) -> dict[str, object]:
    data = message["data"]
    assert isinstance(data, dict)
    return data
