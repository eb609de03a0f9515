"""The outlets of a site: each driver of the settings becomes the adapter of its kind, with what was written for it."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Final, get_args

import pytest

from edge_agent.adapters.broker import HOST, EmbeddedBroker
from edge_agent.adapters.mqtt import MqttSubscriber
from edge_agent.app.speak.outlets import OutletFactory
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.speaker.speakers import FileRelay, RelaySpeaker, SpeakerSettings, TopicRelay
from edge_agent.core.events import Result
from tests.adapters.speakers.test_files import warning
from tests.clocks import SimulatedClock
from tests.config.samples import SITE, load, write_site

PATIENCE_S: Final = 30.0
SPEAKERS: Final = """\
speakers:
  files: {driver: files, folder: warnings/}
  command: {driver: command, command: [play, "{file}"]}
  alsa: {driver: alsa, device: "plughw:1,0"}
  pipewire: {driver: pipewire}
  isapi: {driver: isapi, address: http://192.168.1.64, username: horn, password: {env: HORN}}
  axis: {driver: axis, address: http://192.168.1.90, username: horn, password: {env: HORN}}
  onvif: {driver: onvif, address: {env: STREAM}}
  webhook: {driver: webhook, url: "http://192.168.1.7/say", headers: {Authorization: {env: HORN}}, body: "{text}"}
  hook: {driver: relay, webhook: {on: http://192.168.1.8/on, off: http://192.168.1.8/off}}
  topic: {driver: relay, topic: {topic: lamps/1}}
  file: {driver: relay, file: {path: gpio}}
"""
MADE: Final = {
    "files": "FileOutlet",
    "command": "CommandOutlet",
    "alsa": "CommandOutlet",
    "pipewire": "CommandOutlet",
    "isapi": "IsapiOutlet",
    "axis": "AxisOutlet",
    "onvif": "OnvifOutlet",
    "webhook": "WebhookOutlet",
    "hook": "HookLamp",
    "topic": "TopicLamp",
    "file": "FileLamp",
}
SECRET: Final = "hunter2"  # noqa: S105 - of nobody


@pytest.fixture
def workshop() -> OutletFactory:
    """One without a broker that is there."""
    return OutletFactory(clock=SimulatedClock(), broker=BrokerSettings(host=HOST, port=9), name="box-01")


def test_every_driver_becomes_its_outlet(tmp_path: Path, workshop: OutletFactory) -> None:
    """And shows nothing of its secrets."""
    stream = f"rtsp://admin:{SECRET}@192.168.1.65/1"
    loaded = load(write_site(tmp_path, site=SITE + SPEAKERS), HORN=SECRET, STREAM=stream)
    assert {type(each) for each in loaded.speakers.values()} == set(get_args(SpeakerSettings))
    outlets = {name: workshop.outlet(settings) for name, settings in loaded.speakers.items()}
    assert {name: type(outlet).__name__ for name, outlet in outlets.items()} == MADE
    assert SECRET not in repr(loaded.speakers) + repr(outlets)
    for outlet in outlets.values():
        outlet.close()


def test_a_lamp_behind_a_file_is_lit_and_put_out(tmp_path: Path, workshop: OutletFactory) -> None:
    """With the texts that were written for it."""
    gpio = tmp_path / "gpio"
    gpio.write_text("?")
    lamp = workshop.outlet(RelaySpeaker(driver="relay", file=FileRelay(path=gpio, on="an", off="aus")))
    assert lamp.play(warning()).result is Result.PLAYED
    assert gpio.read_text() == "aus"


def test_a_lamp_that_listens_to_the_broker_is_told() -> None:
    """Over a connection of its own, first one payload and then the other."""
    heard: list[tuple[str, bytes]] = []
    out = Event()

    def listens(topic: str, request_bytes: bytes) -> None:
        heard.append((topic, request_bytes))
        if request_bytes == b"OFF":
            out.set()

    with EmbeddedBroker() as running:
        broker = BrokerSettings(host=HOST, port=running.port)
        ear = MqttSubscriber(broker, "lamps/+", listens, client_id="ear")
        workshop = OutletFactory(clock=SimulatedClock(), broker=broker, name="box-01")
        lamp = workshop.outlet(RelaySpeaker(driver="relay", topic=TopicRelay(topic="lamps/1", on="ON", off="OFF")))
        try:
            assert lamp.play(warning()).result is Result.PLAYED
            assert out.wait(PATIENCE_S)
        finally:
            lamp.close()
            ear.close()
    assert heard == [("lamps/1", b"ON"), ("lamps/1", b"OFF")]


def test_a_broker_that_is_gone_is_an_answer(workshop: OutletFactory) -> None:
    """Of the lamp that could not be told."""
    lamp = workshop.outlet(RelaySpeaker(driver="relay", topic=TopicRelay(topic="lamps/1")))
    answer = lamp.play(warning())
    assert answer.result is Result.FAILED
    assert "cannot be reached" in answer.reason
