"""Hikvision's two-way audio: what is sent is heard, one session at a time, and none is ever left open."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.speakers.isapi import TAIL, IsapiOutlet
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result
from tests.adapters.speakers.http_device import Answers, Dies, Fault, Silent
from tests.adapters.speakers.listening import CLIP_S, PASSWORD, announcement, clip, decoded, likeness, sweep
from tests.adapters.speakers.loudspeakers import AUDIO, CHANNELS, CLOSE, OPEN, Isapi, status
from tests.clocks import MORNING, SimulatedClock

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def camera() -> Iterator[Isapi]:
    """A camera with one loudspeaker."""
    with Isapi() as device:
        yield device


def outlet(camera: Isapi, *, channel: int = 1, clock: SimulatedClock | None = None) -> IsapiOutlet:
    """An outlet before it."""
    return IsapiOutlet(
        address=camera.address,
        channel=channel,
        username="agent",
        password=PASSWORD,
        seconds=0.4,
        clock=clock or SimulatedClock(),
    )


@pytest.mark.parametrize(("codec", "decoder"), [("G.711ulaw", "pcm_mulaw"), ("G.711alaw", "pcm_alaw")])
@pytest.mark.parametrize("rate", [8000, 16000, 22050, 48000])
def test_what_is_sent_is_heard(camera: Isapi, codec: str, decoder: str, rate: int) -> None:
    """As FFmpeg decodes it: to the sample as long, and like the clip, in either code, from any rate."""
    camera.codec = codec
    assert outlet(camera).play(announcement(sounds={"en": clip(rate)})).result is Result.PLAYED
    heard, sent = decoded(camera.heard[0], decoder), sweep(8000)
    assert len(heard) == len(sent)
    assert likeness(heard, sent) > 0.999


def test_a_device_may_want_another_rate(camera: Isapi) -> None:
    """Sixteen thousand bytes a second, and as long in time."""
    camera.kilohertz = "16"
    clock = SimulatedClock()
    outlet(camera, clock=clock).play(announcement())
    assert len(camera.heard[0]) == round(CLIP_S * 16000)
    assert likeness(decoded(camera.heard[0], "pcm_mulaw"), sweep(16000)) > 0.999


def test_languages_are_heard_one_after_the_other_at_the_volume(camera: Isapi) -> None:
    """With half a second between them, at half the amplitude."""
    sounds = {"zh-CN": clip(16000, 1.0), "en": clip(22050, 1.5)}
    outlet(camera).play(announcement(sounds=sounds, volume=0.5))
    heard = decoded(camera.heard[0], "pcm_mulaw")
    assert len(heard) == 8000 + 4000 + 12000
    assert likeness(heard[:8000], sweep(8000, 1.0)) > 0.999
    assert abs(heard[8100:11900]).max() < 10
    assert likeness(heard[12000:], sweep(8000, 1.5)) > 0.999
    assert 0.47 < heard[12000:].std() / sweep(8000, 1.5).std() < 0.53


def test_it_takes_as_long_as_it_is_heard(camera: Isapi) -> None:
    """The sound, and what the device still holds, before the session is closed."""
    clock = SimulatedClock()
    outlet(camera, clock=clock).play(announcement())
    took = clock.now() - MORNING
    assert timedelta(0) <= took - timedelta(seconds=CLIP_S) - TAIL < timedelta(milliseconds=50)


def test_a_session_is_opened_used_by_its_id_and_closed(camera: Isapi) -> None:
    """In the order of the document, the login's challenge answered once, and once more for the close."""
    outlet(camera).play(announcement())
    assert [each.target for each in camera.requests] == [CHANNELS, OPEN, f"{AUDIO}?sessionId=2093716361", CLOSE]
    assert len(camera.attempts) == len(camera.requests) + 2
    assert camera.requests[2].headers["Content-Length"] == "12000"


def test_a_session_without_an_id_is_one(camera: Isapi) -> None:
    """Older firmwares answer only that it is well."""
    camera.numbered = False
    assert outlet(camera).play(announcement()).result is Result.PLAYED
    assert [each.target for each in camera.requests][2] == AUDIO


def test_a_device_may_answer_before_it_has_heard_all() -> None:
    """All of it is sent to it all the same."""
    with Isapi() as camera:
        camera.answers_first = True
        assert outlet(camera).play(announcement()).result is Result.PLAYED
    assert [len(each.body) for each in camera.requests if each.target.startswith(AUDIO)] == [12000]


def test_a_session_whose_words_cannot_be_read_is_one(camera: Isapi) -> None:
    """It was opened; it has no id that could be told."""
    camera.numbered = False
    camera.open_session = ""
    camera.faults[OPEN] = Answers(200, b"<html>welcome")
    assert outlet(camera).play(announcement()).result is Result.PLAYED


def test_a_channel_that_cannot_be_opened_is_said_so(camera: Isapi) -> None:
    """And is not called busy where nothing says so."""
    for body in b"<html>sorry", status(3, "Device Error", "deviceError"):
        camera.faults[OPEN] = Answers(500, body)
        answer = outlet(camera).play(announcement())
        assert answer.result is Result.FAILED
        assert answer.reason.endswith(f"answered HTTP 500 to PUT {OPEN}, expected 200")


def test_a_busy_channel_is_said_so_and_left_alone(camera: Isapi) -> None:
    """Somebody is speaking to the street; closing would cut them off."""
    camera.open_session = "somebody's"
    answer = outlet(camera).play(announcement())
    assert answer.result is Result.FAILED
    assert "two-way audio channel 1 is busy (HTTP 403)" in answer.reason
    assert camera.open_session == "somebody's"


@pytest.mark.parametrize(
    ("code", "body"),
    [(401, b""), (403, b""), (409, b""), (503, b""), (500, status(2, "Device Busy", "deviceBusy"))],
)
def test_a_channel_that_lets_in_nobody_whose_login_was_right_is_busy(camera: Isapi, code: int, body: bytes) -> None:
    """Many firmwares say it as if the login were wrong, or in the words of the document."""
    camera.faults[OPEN] = Answers(code, body)
    answer = outlet(camera).play(announcement())
    assert answer.result is Result.FAILED
    assert "is busy" in answer.reason
    assert CLOSE not in [path for _, path in camera.attempts]


MIDWAY: dict[str, tuple[Fault, Result, str]] = {
    "dies in the middle": (Dies(after=4000), Result.UNKNOWN, "in the middle of the sound"),
    "hears all and says nothing": (Silent(), Result.UNKNOWN, "said nothing for 0.4 s"),
    "is busy at once": (Answers(503, at_once=True), Result.FAILED, "is busy (HTTP 503)"),
    "is busy in the end": (Answers(503), Result.FAILED, "is busy (HTTP 503)"),
    "breaks in the end": (Answers(500), Result.UNKNOWN, "answered HTTP 500 to PUT"),
    "sends elsewhere": (Answers(302, location="/there"), Result.FAILED, "answered HTTP 302"),
    "does not know it": (Answers(404, at_once=True), Result.FAILED, "answered HTTP 404"),
}


@pytest.mark.parametrize(("fault", "result", "words"), MIDWAY.values(), ids=MIDWAY)
def test_the_session_is_closed_whatever_happens(camera: Isapi, fault: Fault, result: Result, words: str) -> None:
    """What may have been heard is unknown; what was refused has not been."""
    camera.faults[AUDIO] = fault
    answer = outlet(camera).play(announcement())
    assert answer.result is result
    assert words in answer.reason
    assert camera.open_session is None
    assert camera.opened == 1


def test_a_refusal_at_once_ends_the_sound(camera: Isapi) -> None:
    """An hour is not spoken to nobody."""
    camera.faults[AUDIO] = Answers(404, at_once=True)
    clock = SimulatedClock()
    outlet(camera, clock=clock).play(announcement(sounds={"en": clip(8000, 60)}))
    assert clock.now() - MORNING < timedelta(seconds=60)


def test_a_session_whose_opening_was_not_answered_is_closed(camera: Isapi) -> None:
    """It may be open: only the answer was lost."""
    camera.faults[OPEN] = Silent()
    assert outlet(camera).play(announcement()).result is Result.FAILED
    assert camera.attempts[-1] == ("PUT", CLOSE)


def test_a_session_that_could_not_be_closed_is_closed_next_time(camera: Isapi) -> None:
    """Or it would keep everybody out for ever."""
    speaker = outlet(camera)
    camera.faults[CLOSE] = Answers(500)
    assert speaker.play(announcement()).result is Result.PLAYED
    del camera.faults[CLOSE]
    assert speaker.play(announcement()).result is Result.PLAYED
    assert camera.open_session is None
    assert camera.opened == 2


def test_a_session_that_could_not_be_closed_is_closed_at_the_end(camera: Isapi) -> None:
    """The agent does not leave a door open behind it."""
    speaker = outlet(camera)
    camera.faults[CLOSE] = Answers(500)
    speaker.play(announcement())
    del camera.faults[CLOSE]
    speaker.close()
    assert camera.open_session is None


def test_a_session_that_a_power_cut_left_is_closed(camera: Isapi) -> None:
    """Another process asks what became of the announcement."""
    camera.open_session = "ours, before"
    assert outlet(camera).recall(announcement()).result is Result.UNKNOWN
    assert camera.open_session is None


@pytest.mark.parametrize("codec", ["AAC", "G.722.1", "MP2L2", "G.711"])
def test_a_code_that_we_cannot_give_is_refused_by_name(camera: Isapi, codec: str) -> None:
    """Nothing is opened; the probe says it beforehand."""
    camera.codec = codec
    words = f"channel 1 is set to {codec}, expected G.711ulaw or G.711alaw"
    answer = outlet(camera).play(announcement())
    assert answer.result is Result.FAILED
    assert words in answer.reason
    assert camera.opened == 0
    with pytest.raises(OutsideError, match="is set to"):
        outlet(camera).probe()


def test_a_channel_that_is_not_there_is_said_so(camera: Isapi) -> None:
    """With those that are."""
    answer = outlet(camera, channel=3).play(announcement())
    assert answer.reason.endswith("no two-way audio channel 3, expected one of 1")


NO_LISTS = {
    "nothing": b"",
    "no XML": b"<html><body>log in",
    "no number": b"<L><TwoWayAudioChannel><id>one</id></TwoWayAudioChannel></L>",
    "an endless rate": b"<TwoWayAudioChannel><id>1</id><audioSamplingRate>1e999</audioSamplingRate>"
    b"</TwoWayAudioChannel>",
    "entities": b'<!DOCTYPE a [<!ENTITY b "ha">]><a>&b;</a>',
    "another encoding": "<a>\u4e2d</a>".encode("utf-16")[:-1],
}


@pytest.mark.parametrize("document", NO_LISTS.values(), ids=NO_LISTS)
def test_a_list_that_cannot_be_read_is_said_so(camera: Isapi, document: bytes) -> None:
    """Never a crash, whatever a device says."""
    camera.faults[CHANNELS] = Answers(200, document)
    answer = outlet(camera).play(announcement())
    assert answer.result is Result.FAILED
    assert answer.reason.startswith(f"isapi 127.0.0.1:{camera.port}: ")


def test_a_channel_without_a_code_is_said_so(camera: Isapi) -> None:
    """A document of nothing but numbers."""
    camera.faults[CHANNELS] = Answers(200, b"<L><TwoWayAudioChannel><id>1</id></TwoWayAudioChannel></L>")
    assert "is set to nothing" in outlet(camera).play(announcement()).reason


def test_nothing_is_said_too_late(camera: Isapi) -> None:
    """The device was ready only when the announcement had lost its meaning; the session is closed."""
    clock = SimulatedClock()
    clock.sleep(300)
    answer = outlet(camera, clock=clock).play(announcement())
    assert answer.result is Result.FAILED
    assert "was ready too late" in answer.reason
    assert camera.heard == []
    assert camera.open_session is None


def test_an_announcement_without_a_sound_is_no_announcement(camera: Isapi) -> None:
    """Nothing is opened for silence."""
    for sounds, words in ({}, "there is no sound"), ({"en": clip(seconds=0)}, "is empty"):
        answer = outlet(camera).play(announcement(sounds=sounds))
        assert answer.result is Result.FAILED
        assert words in answer.reason
    assert camera.opened == 0


def test_a_probe_says_what_it_wants(camera: Isapi) -> None:
    """In the device's own word."""
    assert outlet(camera).probe() == "two-way audio channel 1, G.711ulaw at 8000 Hz"
