"""Power cuts: the real agent on the real clip, killed at random moments, tells the same story as one left alone."""

from __future__ import annotations

import json
import random  # noqa: TID251 - seeded, so that a failure comes again
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock
from typing import Any, Final

import pytest

from edge_agent.adapters.broker import HOST, EmbeddedBroker
from edge_agent.adapters.mqtt import MqttSubscriber
from edge_agent.app.feed.messages import EVERY_INCIDENT
from edge_agent.config.broker.broker_settings import BrokerSettings
from tests.architecture import ROOT
from tests.feed.stripped import without_pictures

CUTS: Final = 24
LOOKS: Final = 510  # 17 minutes at a look every two seconds
TOLD: Final = ("incident.opened", *["incident.warned"] * 3, "incident.escalated")
DECISIONS: Final = (30, 180, 330, 480)  # the looks at which warnings and the order fall due
POLL_S: Final = 0.005
SLOWEST_S: Final = 600  # only what hangs takes that long

SITE: Final = """
version: 1
agent: {agent}
adcode: "320402"
timezone: Asia/Shanghai
model: {root}/models/street.onnx
state: state
cameras:
  campus:
    source: {root}/sample_videos/campus_road.mp4
    zones: {root}/zones/campus_road.yaml
    looks_per_second: 0.5
    started: 2026-11-01T08:00
broker: {{host: 127.0.0.1, port: {port}}}
speakers: {{files: {{driver: files, folder: warnings}}}}
"""


class Listener:
    """The operations centre: everything it received, in order."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.received: list[dict[str, Any]] = []

    def hear(self, _topic: str, payload: bytes) -> None:
        """Take one message."""
        with self._lock:
            self.received.append(json.loads(payload))

    def once(self) -> list[dict[str, Any]]:
        """What was received, each id once; a message that came twice must be the same both times."""
        by_id: dict[str, dict[str, Any]] = {}
        for message in self.received:
            assert by_id.setdefault(message["id"], message) == message
        return list(by_id.values())

    def wait_for(self, count: int) -> None:
        """Wait until ``count`` different messages have come."""
        for _ in range(int(SLOWEST_S / POLL_S)):
            if len(self.once()) >= count:
                return
            Event().wait(POLL_S)
        pytest.fail(f"{len(self.once())} of {count} messages came")


@pytest.fixture
def centre() -> Iterator[tuple[int, Listener]]:
    """A broker that no power cut of the agent reaches, and somebody who listens."""
    listener = Listener()
    with EmbeddedBroker() as broker:
        settings = BrokerSettings(host=HOST, port=broker.port)
        subscriber = MqttSubscriber(settings, EVERY_INCIDENT, listener.hear, client_id="centre")
        try:
            yield broker.port, listener
        finally:
            subscriber.close()


@contextmanager
def agent(folder: Path, agent_id: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The agent as a process of its own."""
    folder.mkdir(exist_ok=True)
    site = folder / "site.yaml"
    site.write_text(SITE.format(root=ROOT, port=port, agent=agent_id), encoding="utf-8")
    command = [sys.executable, "-m", "edge_agent", "run", str(site), "--loop", "17m", "--log", str(folder)]
    with subprocess.Popen(command, cwd=folder) as process:
        try:
            yield process
        finally:
            process.kill()


def looks_logged(folder: Path) -> int:
    """How many events stand in the detection log."""
    log = folder / "campus.detections.jsonl"
    return log.read_bytes().count(b"\n") - 1 if log.exists() else 0


def moments() -> list[tuple[int, float]]:
    """The looks at which the power goes, and how many seconds after; a third of them at a decision."""
    draw = random.Random(20261101)  # noqa: S311 - moments are no secrets
    at_decisions = [look for look in DECISIONS for _ in range(2)]
    anywhere = draw.sample(range(1, LOOKS - 5), CUTS - len(at_decisions))
    return [(look, draw.uniform(0, 0.08)) for look in sorted(at_decisions + anywhere)]


def cut_at(process: subprocess.Popen[bytes], folder: Path, look: int, then_s: float) -> bool:
    """Kill the process ``then_s`` after it has logged ``look``; False if it ended before that."""
    for _ in range(int(SLOWEST_S / POLL_S)):
        if looks_logged(folder) >= look:
            Event().wait(then_s)
            process.kill()
            return True
        if process.poll() is not None:
            return False
        Event().wait(POLL_S)
    return False


def spoken(folder: Path) -> dict[str, int]:
    """Every warning that was written, and the very file it is in."""
    return {path.name: path.stat().st_ino for path in (folder / "warnings").glob("*.wav")}


def data_of(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the messages say."""
    return [without_pictures(message["data"]) for message in messages]


def test_cuts_change_nothing(tmp_path: Path, centre: tuple[int, Listener]) -> None:
    """Killed at 24 moments, the agent tells every event once, plays no warning twice, and loses nothing."""
    port, listener = centre
    with agent(tmp_path / "left_alone", "box", port) as process:
        assert process.wait(SLOWEST_S) == 0
    listener.wait_for(len(TOLD))
    unbroken, listener.received = listener.once(), []
    heard: dict[str, int] = {}
    folder = tmp_path / "cut_off"
    for look, then_s in moments():
        with agent(folder, "box", port) as process:
            assert cut_at(process, folder, look, then_s), f"no cut at look {look}"
        now = spoken(folder)
        assert heard.items() <= now.items(), "a warning was played again"
        heard = now
    with agent(folder, "box", port) as process:
        assert process.wait(SLOWEST_S) == 0
    listener.wait_for(len(TOLD))
    assert [message["type"] for message in data_of(unbroken)] == list(TOLD)
    assert data_of(listener.once()) == data_of(unbroken)
    assert heard.items() <= spoken(folder).items()
    assert len(spoken(folder)) == 2 * len([type_ for type_ in TOLD if type_ == "incident.warned"])
