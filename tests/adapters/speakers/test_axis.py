"""The loudspeaker of an Axis device: what is sent is heard, and only an answer makes it so."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.speakers.axis import AxisOutlet
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result
from tests.adapters.speakers.http_device import Answers, Dies, Fault, Silent
from tests.adapters.speakers.listening import CLIP_S, PASSWORD, announcement, clip, decoded, likeness, sweep
from tests.adapters.speakers.loudspeakers import PARAM, TRANSMIT, Axis
from tests.clocks import MORNING, SimulatedClock

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def horn() -> Iterator[Axis]:
    """A horn on a pole."""
    with Axis() as device:
        yield device


def outlet(horn: Axis, clock: SimulatedClock | None = None) -> AxisOutlet:
    """An outlet before it."""
    return AxisOutlet(
        address=horn.address, username="agent", password=PASSWORD, seconds=0.4, clock=clock or SimulatedClock()
    )


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 48000])
def test_what_is_sent_is_heard(horn: Axis, rate: int) -> None:
    """As FFmpeg decodes it: to the sample as long, and like the clip, from any rate."""
    assert outlet(horn).play(announcement(sounds={"en": clip(rate)})).result is Result.PLAYED
    heard, sent = decoded(horn.heard[0], "pcm_mulaw"), sweep(8000)
    assert len(heard) == len(sent)
    assert likeness(heard, sent) > 0.999


def test_it_is_sent_as_fast_as_it_is_heard(horn: Axis) -> None:
    """One request, as long as the clip."""
    clock = SimulatedClock()
    outlet(horn, clock).play(announcement())
    assert timedelta(0) <= clock.now() - MORNING - timedelta(seconds=CLIP_S) < timedelta(milliseconds=50)
    assert [(each.method, each.target.partition("?")[0]) for each in horn.requests] == [
        ("GET", PARAM),
        ("POST", TRANSMIT),
    ]


MIDWAY: dict[str, tuple[Fault, Result, str]] = {
    "dies in the middle": (Dies(after=4000), Result.UNKNOWN, "in the middle of the sound"),
    "dies in the end": (Dies(after=11999), Result.UNKNOWN, "in the middle of the sound"),
    "hears all and says nothing": (Silent(), Result.UNKNOWN, "said nothing for 0.4 s"),
    "is busy": (Answers(503, at_once=True), Result.FAILED, "is busy (HTTP 503)"),
    "refuses the code": (Answers(415, at_once=True), Result.FAILED, "does not take the kind of sound"),
    "breaks in the end": (Answers(500), Result.UNKNOWN, "answered HTTP 500 to POST /axis-cgi/audio/transmit.cgi"),
}


@pytest.mark.parametrize(("fault", "result", "words"), MIDWAY.values(), ids=MIDWAY)
def test_what_was_not_answered_was_not_played(horn: Axis, fault: Fault, result: Result, words: str) -> None:
    """What may have been heard is unknown; what was refused has not been."""
    horn.faults[TRANSMIT] = fault
    answer = outlet(horn).play(announcement())
    assert answer.result is result
    assert words in answer.reason


@pytest.mark.parametrize(("formats", "there"), [("aac,opus", "aac, opus"), ("", "no sound at all")])
def test_a_code_that_we_cannot_give_is_refused_by_name(horn: Axis, formats: str, there: str) -> None:
    """Nothing is sent; the probe says it beforehand."""
    horn.formats = formats
    answer = outlet(horn).play(announcement())
    assert answer.result is Result.FAILED
    assert answer.reason.endswith(f"takes {there}, expected g711 among it")
    assert horn.heard == []
    with pytest.raises(OutsideError, match="expected g711"):
        outlet(horn).probe()


def test_a_device_that_does_not_say_what_it_takes_is_tried(horn: Axis) -> None:
    """It answers for itself."""
    horn.formats = None
    assert outlet(horn).probe() == "a loudspeaker that takes what it does not say"
    assert outlet(horn).play(announcement()).result is Result.PLAYED


def test_a_probe_says_what_it_takes(horn: Axis) -> None:
    """Without a sound."""
    assert outlet(horn).probe() == "a loudspeaker that takes g711, g726, axis-mulaw-128"
    assert horn.heard == []
