"""The whole agent on composed clips: model, core, store, outbox, speaker, and a broker with somebody who listens.

Five cameras of one site look at the same road, where the same garbage appears after 20 s and stays:

    pile       on the verge: an incident
    alone      where `seen` has a bin, and no bin is there: an incident, so the bin is what silences `seen`
    seen       before a bin that the detector goes on seeing behind it
    hidden     before a bin that the detector no longer sees behind it
    exempt     as `pile`, where the zone says that a place does not count

A bin that is hidden by what lies before it is remembered for as long as a thing may be out of sight (30 min in the
shipped policy), not for ever: where garbage always covers the bin, `exempt` is the lasting answer.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition
from typing import Any, Final

import pytest

from edge_agent.adapters.broker import HOST, EmbeddedBroker
from edge_agent.adapters.mqtt import MqttSubscriber
from edge_agent.adapters.store.sqlite import SqliteStore
from edge_agent.app.feed.messages import EVERY_INCIDENT
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.core.geometry import covered
from edge_agent.core.incident.grouping import IN_CONTAINER
from edge_agent.core.track.settings import Seeing
from edge_agent.core.track.spots import HIDDEN
from lab.training.pictures.archives import Image
from tests.lab.training.composing import MODEL, PILE, cutting, detected, needs_pictures, put, record, road

pytestmark = needs_pictures

SLOWEST_S: Final = 120.0
LOOK_EVERY_S: Final = 5
BIN: Final = ("000618", 1)

SITE: Final = """
version: 1
agent: box
adcode: "320402"
timezone: Asia/Shanghai
model: {model}
broker: {{host: 127.0.0.1, port: {port}}}
state: state
policy: policy.yaml
speakers: {{files: {{driver: files, folder: warnings}}}}
cameras:
"""
CAMERA: Final = """
  {camera}:
    source: {camera}.mp4
    zones: {camera}.yaml
    looks_per_second: 0.2
    started: 2026-11-01T08:00
"""
ZONES: Final = """
version: 1
camera: {camera}
zones:
  - id: verge-{camera}
    polygon: [[0.02, 0.5], [0.5, 0.5], [0.5, 0.99], [0.02, 0.99]]
    kinds: {{exposed_garbage: {{}}}}
    exempt: {exempt}
"""
SHIPPED: Final = "version: 1\n"
WITHOUT_BINS: Final = "version: 1\nkinds: {exposed_garbage: {containers: []}}\n"
ITS_PLACE: Final = "[[[0.14, 0.74], [0.36, 0.74], [0.36, 0.95], [0.14, 0.95]]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a camera sees before and after the garbage appears, and the place that does not count."""

    before: Image
    after: Image
    exempt: str = "[]"


@dataclass(slots=True)
class Centre:
    """The operations centre: the messages it received, each once."""

    received: dict[str, dict[str, Any]] = field(default_factory=dict)
    _news: Condition = field(default_factory=Condition)

    def hear(self, _topic: str, payload: bytes) -> None:
        """Take one message."""
        message = json.loads(payload)
        with self._news:
            self.received[message["id"]] = message
            self._news.notify_all()

    def wait_for(self, count: int) -> None:
        """Wait until so many different messages have come."""
        with self._news:
            came = self._news.wait_for(lambda: len(self.received) >= count, SLOWEST_S)
        assert came, f"{len(self.received)} of {count} messages came"

    def opened(self) -> list[tuple[str, str]]:
        """Camera and kind of every incident that was opened."""
        happened = [message["data"] for message in self.received.values()]
        return sorted((data["camera"], data["kind"]) for data in happened if data["type"] == "incident.opened")


def scenes() -> dict[str, Scene]:
    """The cameras by name."""
    verge = put(road(), cutting(*PILE, height=90), left=150, foot=500)
    heap, low = cutting(*PILE, height=48), cutting(*PILE, height=55)
    large = put(road(), cutting(*BIN, height=180), left=120, foot=500)
    small = put(road(), cutting(*BIN, height=150), left=200, foot=500)
    return {
        "pile": Scene(before=road(), after=verge),
        "alone": Scene(before=road(), after=put(road(), heap, left=143, foot=500)),
        "seen": Scene(before=large, after=put(large, heap, left=143, foot=500)),
        "hidden": Scene(before=small, after=put(small, low, left=210, foot=500)),
        "exempt": Scene(before=road(), after=verge, exempt=ITS_PLACE),
    }


def write_site(folder: Path, port: int, policy: str = SHIPPED) -> Path:
    """The site with its cameras, zones and clips."""
    (folder / "policy.yaml").write_text(policy, encoding="utf-8")
    text = SITE.format(model=MODEL, port=port)
    for camera, scene in scenes().items():
        record(folder / f"{camera}.mp4", scene.before, scene.after, every_s=LOOK_EVERY_S)
        zones = ZONES.format(camera=camera, exempt=scene.exempt)
        (folder / f"{camera}.yaml").write_text(zones, encoding="utf-8")
        text += CAMERA.format(camera=camera)
    site = folder / "site.yaml"
    site.write_text(text, encoding="utf-8")
    return site


def opened_in(database: Path) -> int:
    """How many messages the broker has taken, once none waits."""
    store = SqliteStore(database)
    try:
        backlog = store.backlog()
    finally:
        store.close()
    assert backlog.messages == 0
    return backlog.taken


def heard(folder: Path, policy: str) -> list[tuple[str, str]]:
    """What the centre was told by one run of the agent over all clips, once it has heard all there was to hear."""
    centre = Centre()
    with EmbeddedBroker() as broker:
        settings = BrokerSettings(host=HOST, port=broker.port)
        site = write_site(folder, broker.port, policy)
        subscriber = MqttSubscriber(settings, EVERY_INCIDENT, centre.hear, client_id="centre")
        try:
            command = [sys.executable, "-m", "edge_agent", "run", str(site)]
            subprocess.run(command, cwd=folder, check=True, timeout=SLOWEST_S)
            centre.wait_for(opened_in(folder / "state" / "agent.db"))
        finally:
            subscriber.close()
    return centre.opened()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """Camera and kind of every incident under the shipped policy."""
    return heard(tmp_path_factory.mktemp("site"), SHIPPED)


@pytest.mark.parametrize("camera", ["pile", "alone"])
def test_a_pile_that_appears_and_stays_is_told_once(camera: str, opened: list[tuple[str, str]]) -> None:
    """Exactly one incident arrives over MQTT, and it is exposed garbage."""
    assert [incident for incident in opened if incident[0] == camera] == [(camera, "exposed_garbage")]


@pytest.mark.parametrize("camera", ["seen", "hidden", "exempt"])
def test_garbage_in_a_bins_place_is_not_told(camera: str, opened: list[tuple[str, str]]) -> None:
    """Neither where the bin is seen, nor where it is hidden and remembered, nor where the zone exempts its place."""
    assert [incident for incident in opened if incident[0] == camera] == []


def test_without_the_rule_of_bins_all_garbage_is_told(tmp_path: Path) -> None:
    """A policy that knows no bins hears of the same piles: it is the bin's place that silences them, and no chance."""
    told_of = {camera for camera, _ in heard(tmp_path, WITHOUT_BINS)}
    assert told_of == {"pile", "alone", "seen", "hidden"}


def test_the_bins_are_seen_before_the_garbage_is() -> None:
    """Silence says something only where both the bin and the garbage before it are detected, one inside the other."""
    for camera in ("seen", "hidden"):
        scene = scenes()[camera]
        closed, lying = detected(scene.before), detected(scene.after)
        assert set(closed) == {"garbage_bin"}
        assert "garbage" in lying
        assert "overflow" not in lying
        assert covered(lying["garbage"].box, closed["garbage_bin"].box) >= IN_CONTAINER


def test_one_bin_is_seen_behind_the_garbage_and_one_is_not() -> None:
    """The second is known from before only: the garbage covers its foot, so that it counts as out of sight."""
    seen, hidden = (detected(scenes()[camera].after, Seeing().keep_score) for camera in ("seen", "hidden"))
    assert "garbage_bin" in seen
    assert "garbage_bin" not in hidden
    foot = detected(scenes()["hidden"].before)["garbage_bin"].box.footprint
    assert covered(foot, hidden["garbage"].box) >= HIDDEN
