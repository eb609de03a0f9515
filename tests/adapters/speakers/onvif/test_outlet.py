"""What is said is what is heard: the same laws for a camera of ours and for GStreamer's own server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge_agent.adapters.clock import SteadyClock
from edge_agent.adapters.speakers.onvif.outlet import TAIL_S
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result
from edge_agent.ports import SpeakerAnswer
from tests.adapters.speakers.onvif.saying import PASSWORD, QUOTED, announcement, likeness, murmur, outlet, sound
from tests.cameras.backchannel import BackchannelCamera, RtspRequest, Visit, offer
from tests.cameras.gstreamer import GStreamerCamera, missing
from tests.cameras.loudspeaker_login import Door
from tests.clocks import SimulatedClock

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from edge_agent.ports import Clock

SERVERS = pytest.mark.parametrize("server", ["ours", "gstreamer"])
PLAYED = SpeakerAnswer(result=Result.PLAYED)


def camera(server: str, folder: Path, codec: str = "PCMU", password: str = "") -> BackchannelCamera | GStreamerCamera:
    """A camera of that make; the one of GStreamer only where it is installed."""
    if server == "gstreamer":
        if missing():
            pytest.skip(missing())
        return GStreamerCamera(folder, codec, login=("guard", password) if password else ())
    return BackchannelCamera(
        offer(f"{0 if codec == 'PCMU' else 8} {codec}/8000"), door=Door("guard", password) if password else None
    )


class Patient:
    """A clock that goes on after the last packet when the camera has played it, however slow the machine is."""

    def __init__(self, clock: Clock, there: BackchannelCamera | GStreamerCamera, packets: int) -> None:
        self._clock = clock
        self._there = there
        self._packets = packets

    def now(self) -> datetime:
        """The clock's."""
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        """The clock's; and where it is long, until all has been played."""
        self._clock.sleep(seconds)
        if seconds >= TAIL_S:
            self._there.wait_for(self._packets)


@pytest.mark.parametrize(
    ("server", "codec", "time"),
    [
        ("ours", "PCMU", "simulated"),
        ("ours", "PCMA", "simulated"),
        ("gstreamer", "PCMU", "simulated"),
        ("gstreamer", "PCMA", "simulated"),
        ("gstreamer", "PCMA", "real"),
    ],
)
def test_what_is_heard_is_what_was_said(server: str, codec: str, time: str, tmp_path: Path) -> None:
    """As long to within a packet, and sample by sample alike: a correlation of 0.99 at least."""
    source_sound = murmur(1.01)
    with camera(server, tmp_path, codec) as there:
        clock = Patient(SteadyClock.going_on() if time == "real" else SimulatedClock(), there, packets=51)
        assert outlet(there.url(), clock=clock).play(announcement(sound(source_sound), clock=clock)) == PLAYED
        heard = there.heard()
    assert 0 <= len(heard) - len(source_sound) < 160
    assert likeness(source_sound, heard) >= 0.99


@SERVERS
def test_a_login_is_answered(server: str, tmp_path: Path) -> None:
    """With its signs that have a meaning in an address; a wrong one is refused, and none is asked for."""
    password = PASSWORD if server == "ours" else "h0lster"
    with camera(server, tmp_path, password=password) as there:
        clock = Patient(SimulatedClock(), there, packets=10)
        message = announcement(sound(murmur(0.2)), clock=clock)
        assert outlet(there.url("guard:wrong"), clock=clock).play(message).reason.endswith("refuses the login")
        assert outlet(there.url(), clock=clock).play(message).reason.endswith("a login, and its address has none")
        assert not len(there.heard())
        right = QUOTED if server == "ours" else password
        assert outlet(there.url(f"guard:{right}"), clock=clock).play(message) == PLAYED
        assert len(there.heard()) == 1600


@SERVERS
def test_a_probe_makes_no_sound(server: str, tmp_path: Path) -> None:
    """It says what is there, and nothing is played."""
    with camera(server, tmp_path, "PCMA") as there:
        assert outlet(there.url()).probe().endswith(": an ONVIF backchannel, PCMA")
        assert not len(there.heard())


def test_gstreamer_offers_no_backchannel_where_it_has_none(tmp_path: Path) -> None:
    """Nor a stream that is not there: each has its own sentence, in a probe as in an announcement."""
    if missing():
        pytest.skip(missing())
    clock = SimulatedClock()
    with GStreamerCamera(tmp_path) as there:
        plain = outlet(there.url(stream="plain")).play(announcement(sound(murmur(0.1)), clock=clock))
        assert plain.result is Result.FAILED
        assert plain.reason.endswith("the camera offers no backchannel: it does not know the word")
        with pytest.raises(OutsideError, match=r"rtsp://127\.0\.0\.1:\d+/…: the camera has no stream of that name"):
            outlet(there.url(stream="nowhere")).probe()


def test_two_languages_are_said_one_after_the_other() -> None:
    """With half a second between, each from its own rate, and as loud as asked."""
    clock = SimulatedClock()
    source_sound = murmur(0.4, rate=16_000)
    message = announcement(sound(source_sound, 16_000), sound(murmur(0.2)), clock=clock, volume=0.25)
    with BackchannelCamera() as there:
        assert outlet(there.url(), clock=clock).play(message) == PLAYED
        heard = there.heard()
    assert len(heard) == 3200 + 4000 + 1600
    assert not heard[3200:7200].any()
    assert np.std(heard[7200:].astype(float)) == pytest.approx(np.std(murmur(0.2).astype(float)) / 4, rel=0.02)


def test_a_session_is_asked_for_as_the_standard_says() -> None:
    """In its order, with the word for the backchannel, and left; the camera's own picture is set up alongside."""
    clock = SimulatedClock()
    with BackchannelCamera() as there:
        outlet(there.url(), clock=clock).play(announcement(sound(murmur(0.1)), clock=clock))
        methods = there.methods()
        requests = there.requests
    assert methods == ["DESCRIBE", "SETUP", "SETUP", "PLAY", "TEARDOWN"]
    assert [request.url.rpartition("/")[2] for request in requests] == ["stream", "trackID=1", "trackID=3", "", ""]
    assert [request.headers.get("require", "-")[-11:] for request in requests] == [
        "backchannel",
        "-",
        "backchannel",
        "backchannel",
        "-",
    ]
    assert all(request.headers["session"] == "5A17" for request in requests[2:])


def test_a_camera_may_choose_another_channel() -> None:
    """It hears on the one that it gave, not on the one that was asked for."""
    clock = SimulatedClock()

    class Choosy(BackchannelCamera):
        """Gives channel 6, whatever was asked for."""

        def _reply(self, visit: Visit, request: RtspRequest, number: str) -> bytes:
            reply = super()._reply(visit, request, number)
            if "trackID=3" in visit.channels:
                visit.channels["trackID=3"] = 6
            return reply.replace(b"interleaved=2-3", b"interleaved=6-7")

    with Choosy() as there:
        assert outlet(there.url(), clock=clock).play(announcement(sound(murmur(0.1)), clock=clock)) == PLAYED
        assert len(there.heard()) == 800


def test_sound_is_sent_at_the_pace_at_which_it_is_heard() -> None:
    """Ten seconds take ten seconds, and the half second that the camera plays on."""
    clock = SimulatedClock()
    began = clock.now()
    with BackchannelCamera() as there:
        outlet(there.url(), clock=clock).play(announcement(sound(murmur(10)), clock=clock))
    assert (clock.now() - began).total_seconds() == pytest.approx(10.5, abs=0.03)


def test_a_box_that_was_held_up_does_not_send_all_at_once() -> None:
    """A wait that took a second too long is made up for by a tenth of a second of packets, and no more."""

    class Drowsy(SimulatedClock):
        """Oversleeps once, and notes how long it was to sleep."""

        def sleep(self, seconds: float) -> None:
            """Let ``seconds`` pass, and at the tenth time one more."""
            requests.append(seconds)
            super().sleep(seconds + (1 if len(requests) == 10 else 0))

    requests: list[float] = []
    clock = Drowsy()
    with BackchannelCamera() as there:
        assert outlet(there.url(), clock=clock).play(announcement(sound(murmur(1)), clock=clock)) == PLAYED
    assert len([seconds for seconds in requests[10:] if seconds < 0]) == 5
    assert requests[20:-1] == pytest.approx([0.02] * len(requests[20:-1]))


def test_a_long_message_keeps_its_session_alive() -> None:
    """A camera that forgets after four seconds without a request hears twenty seconds to their end."""
    clock = SimulatedClock()
    with BackchannelCamera() as there:
        there.life_s = 4
        assert outlet(there.url(), clock=clock).play(announcement(sound(murmur(20)), clock=clock)) == PLAYED
        assert len(there.heard()) == 160_000
        assert 5 <= there.methods().count("OPTIONS") <= 10


@pytest.mark.parametrize("scheme", ["digest", "qop", "sha-256", "basic"])
def test_every_kind_of_challenge_is_answered(scheme: str) -> None:
    """The door works each answer out for itself."""
    clock = SimulatedClock()
    with BackchannelCamera(door=Door("guard", PASSWORD, scheme)) as there:
        speaker = outlet(there.url(f"guard:{QUOTED}"), openly=scheme == "basic")
        assert speaker.play(announcement(sound(murmur(0.1)), clock=clock)) == PLAYED


def test_a_password_goes_in_the_clear_only_where_that_may_be() -> None:
    """Whoever stands in the camera's place would have it; the camera never hears it, and what to do is said."""
    clock = SimulatedClock()
    with BackchannelCamera(door=Door("guard", PASSWORD, "basic")) as there:
        answer = outlet(there.url(f"guard:{QUOTED}")).play(announcement(sound(murmur(0.1)), clock=clock))
        assert not any("authorization" in request.headers for request in there.requests)
    assert answer.reason.endswith(
        "asks for the password in the clear (Basic); where that may be, set basic_auth: true of the speaker"
    )


def test_a_nonce_that_is_worn_out_is_replaced() -> None:
    """Where it is good for two requests only, also while the session is kept alive in the middle of a message."""

    class InStep(SimulatedClock):
        """Goes on when the camera has heard every packet that was sent before."""

        def sleep(self, seconds: float) -> None:
            """Let ``seconds`` pass."""
            there.wait_for(len(slept))
            slept.append(seconds)
            super().sleep(seconds)

    slept: list[float] = []
    clock = InStep()
    with BackchannelCamera(door=Door("guard", PASSWORD, good_for=2)) as there:
        there.life_s = 4
        message = announcement(sound(murmur(20)), clock=clock)
        assert outlet(there.url(f"guard:{QUOTED}"), clock=clock).play(message) == PLAYED


def test_two_announcements_follow_each_other() -> None:
    """Each has a session of its own, and nothing is held between."""
    clock = SimulatedClock()
    with BackchannelCamera() as there:
        speaker = outlet(there.url(), clock=clock)
        assert speaker.play(announcement(sound(murmur(0.1)), clock=clock)) == PLAYED
        assert speaker.play(announcement(sound(murmur(0.1)), clock=clock)) == PLAYED
        speaker.close()
        assert there.methods().count("TEARDOWN") == 2


def test_nobody_can_tell_what_was_heard_before_a_power_cut() -> None:
    """A camera keeps no record."""
    clock = SimulatedClock()
    answer = outlet("rtsp://127.0.0.1:9/").recall(announcement(sound(murmur(0.1)), clock=clock))
    assert answer.result is Result.UNKNOWN
    assert answer.reason.startswith("rtsp://127.0.0.1:9/…: cannot tell what was heard")
