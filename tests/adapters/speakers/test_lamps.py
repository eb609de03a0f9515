"""A lamp burns as long as it should and is put out again, whatever happens."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.speakers.lamps import FileLamp, HookLamp, TopicLamp
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result
from tests.adapters.speakers.digest import Doorkeeper
from tests.adapters.speakers.http_device import Answers, HttpDevice, Silent
from tests.adapters.speakers.listening import PASSWORD, announcement
from tests.clocks import MORNING, SimulatedClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LIT = timedelta(seconds=30)


class Wire:
    """An MQTT broker of one topic that breaks as it is told."""

    def __init__(self) -> None:
        self.said: list[tuple[str, bytes]] = []
        self.deaf_to: frozenset[bytes] = frozenset()

    def publish(self, topic: str, payload: bytes) -> None:
        """Take it, or not."""
        if payload in self.deaf_to:
            raise OutsideError("broker: gone")
        self.said.append((topic, payload))


def topic_lamp(wire: Wire, clock: SimulatedClock | None = None) -> TopicLamp:
    """A lamp on the wire."""
    return TopicLamp(publish=wire.publish, topic="street/strobe", lit=LIT, clock=clock or SimulatedClock())


class Watching(SimulatedClock):
    """A clock that notes what can be seen while it waits."""

    def __init__(self, look: Callable[[], object]) -> None:
        super().__init__()
        self.look = look
        self.seen: list[object] = []

    def sleep(self, seconds: float) -> None:
        """Look, and let the time pass."""
        self.seen.append(self.look())
        super().sleep(seconds)


def test_a_lamp_on_a_topic_burns_for_as_long_as_is_set() -> None:
    """On, half a minute, off."""
    wire = Wire()
    clock = SimulatedClock()
    answer = topic_lamp(wire, clock).play(announcement())
    assert answer.result is Result.PLAYED
    assert answer.reason == ""
    assert clock.now() - MORNING == LIT
    assert wire.said == [("street/strobe", b"ON"), ("street/strobe", b"OFF")]


def test_a_lamp_on_a_pin_burns_for_as_long_as_is_set(tmp_path: Path) -> None:
    """The file says 1 meanwhile, and 0 afterwards."""
    pin = tmp_path / "value"
    pin.write_text("0000")
    clock = Watching(pin.read_text)
    lamp = FileLamp(file=pin, lit=LIT, clock=clock)
    assert lamp.play(announcement()).result is Result.PLAYED
    assert clock.seen == ["1"]
    assert pin.read_text() == "0"


def test_a_relay_of_the_network_is_put_on_and_off() -> None:
    """By two requests of its own, with a login and bodies where it wants them."""
    with HttpDevice(doorkeeper=Doorkeeper()) as relay:
        lamp = HookLamp(
            on=f"{relay.address}/outputs/1?on",
            off=f"{relay.address}/outputs/1?off",
            method="PUT",
            on_body="<outputState>high</outputState>",
            off_body="<outputState>low</outputState>",
            username="agent",
            password=PASSWORD,
            seconds=2,
            lit=LIT,
            clock=SimulatedClock(),
        )
        assert lamp.play(announcement()).result is Result.PLAYED
    assert {each.headers["Content-Type"] for each in relay.requests} == {"application/xml"}
    assert [(each.method, each.target, each.body) for each in relay.requests] == [
        ("PUT", "/outputs/1?on", b"<outputState>high</outputState>"),
        ("PUT", "/outputs/1?off", b"<outputState>low</outputState>"),
    ]


@pytest.mark.parametrize("fault", [Silent(), Answers(500)])
def test_a_relay_that_did_not_answer_is_put_off_all_the_same(fault: Silent | Answers) -> None:
    """It may burn, and only the answer was lost."""
    with HttpDevice() as relay:
        relay.faults["/on"] = fault
        lamp = HookLamp(
            on=f"{relay.address}/on", off=f"{relay.address}/off", seconds=0.3, lit=LIT, clock=SimulatedClock()
        )
        assert lamp.play(announcement()).result is Result.FAILED
    assert [path for _, path in relay.attempts] == ["/on", "/off"]


def test_a_lamp_that_could_not_be_put_on_has_not_told_anybody() -> None:
    """Failed, with the reason, and put off for safety."""
    wire = Wire()
    wire.deaf_to = frozenset({b"ON"})
    answer = topic_lamp(wire).play(announcement())
    assert answer.result is Result.FAILED
    assert answer.reason == "broker: gone"
    assert wire.said == [("street/strobe", b"OFF")]


def test_a_lamp_that_could_not_be_put_out_was_seen_and_is_put_out_at_the_end() -> None:
    """Played, with a word about it."""
    wire = Wire()
    wire.deaf_to = frozenset({b"OFF"})
    lamp = topic_lamp(wire)
    answer = lamp.play(announcement())
    assert answer.result is Result.PLAYED
    assert answer.reason == "broker: gone (when it was put out)"
    wire.deaf_to = frozenset()
    lamp.close()
    assert wire.said[-1] == ("street/strobe", b"OFF")


def test_a_lamp_that_is_out_is_left_alone_at_the_end() -> None:
    """Somebody else may use it."""
    wire = Wire()
    lamp = topic_lamp(wire)
    lamp.play(announcement())
    lamp.close()
    lamp.close()
    assert len(wire.said) == 2


def test_a_lamp_is_put_out_when_the_waiting_breaks() -> None:
    """A bug, or somebody who ends the agent: the light does not stay."""

    def broken() -> None:
        raise KeyboardInterrupt

    wire = Wire()
    with pytest.raises(KeyboardInterrupt):
        topic_lamp(wire, Watching(broken)).play(announcement())
    assert wire.said[-1] == ("street/strobe", b"OFF")


def test_a_lamp_that_a_power_cut_left_burning_is_put_out() -> None:
    """Whether it was seen is unknown."""
    wire = Wire()
    assert topic_lamp(wire).recall(announcement()).result is Result.UNKNOWN
    assert wire.said == [("street/strobe", b"OFF")]


def test_a_pin_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """A mistyped name is said so, and leaves no file behind that looks like a lamp."""
    lamp = FileLamp(file=tmp_path / "valeu", lit=LIT, clock=SimulatedClock())
    with pytest.raises(OutsideError, match="there is no such file, expected one of the kernel's"):
        lamp.probe()
    answer = lamp.play(announcement())
    assert answer.result is Result.FAILED
    assert answer.reason.endswith("cannot be written: No such file or directory")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_pin_that_may_not_be_written_is_said_so(tmp_path: Path) -> None:
    """Before it is needed."""
    pin = tmp_path / "value"
    pin.touch(mode=0o400)
    with pytest.raises(OutsideError, match="may not be written, expected the agent's user to have the right"):
        FileLamp(file=pin, lit=LIT, clock=SimulatedClock()).probe()


def test_a_probe_leaves_the_lamp_dark(tmp_path: Path) -> None:
    """It says what it looked at, and what it did not."""
    pin = tmp_path / "value"
    pin.write_text("0")
    assert FileLamp(file=pin, lit=LIT, clock=SimulatedClock()).probe() == f"the file {pin}; it was not written"
    wire = Wire()
    assert topic_lamp(wire).probe() == "the topic street/strobe; whether a lamp listens there was not tried"
    assert wire.said == []
