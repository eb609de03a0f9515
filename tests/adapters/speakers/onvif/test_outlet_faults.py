"""What can go wrong with a camera's loudspeaker, each with the result the ladder needs and a sentence for a person."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.speakers.onvif.connection import Connection
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.core.events import Result
from tests.adapters.speakers.onvif.saying import PASSWORD, QUOTED, announcement, murmur, outlet, sound
from tests.cameras.backchannel import BackchannelCamera, RtspRequest, Visit, offer
from tests.cameras.fault_proxy import FaultProxy
from tests.cameras.faults import Delay
from tests.cameras.loudspeaker_faults import Foreign, Forget, HangUp, Manner, Mute, Refuse, Trickle, Well
from tests.cameras.loudspeaker_login import Door
from tests.clocks import SimulatedClock

if TYPE_CHECKING:
    from edge_agent.ports import SpeakerAnswer

BUSY = "the camera is busy: it takes no further session now"


@dataclass(frozen=True)
class Case:
    """How a camera misbehaves, and what is said of it; ``seconds`` is how long it may take."""

    manner: Manner
    reason: str
    seconds: float = 10
    codes: tuple[str, ...] = ("0 PCMU/8000",)


BEFORE = {
    "half-open": Case(Mute("DESCRIBE"), "the camera takes the connection and says nothing within 0.2 s", seconds=0.2),
    "slow": Case(Trickle(SystemClock()), "the camera answers too slowly: no whole reply within 1.5 s", seconds=1.5),
    "silent at the play": Case(Mute("PLAY"), "the camera answers too slowly: no whole reply within 1.5 s", seconds=1.5),
    "a web server": Case(Foreign(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "what answers there speaks no RTSP"),
    "a terminal": Case(Foreign(b"SSH-2.0-OpenSSH_9.2\r\n"), "what answers there speaks no RTSP"),
    "a number without end": Case(
        Foreign(b"RTSP/1.0 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n"), "what answers there speaks no RTSP"
    ),
    "noise": Case(Foreign(b"\x16\x03\x01\x00\xff\x00"), "what answers there speaks no RTSP"),
    "not in the offer": Case(Refuse("DESCRIBE", 551), "the camera offers no backchannel: it does not know the word"),
    "not there": Case(Refuse("DESCRIBE", 404), "the camera has no stream of that name"),
    "forbidden": Case(Refuse("PLAY", 403), "the camera refuses the login"),
    "busy at the setup": Case(Refuse("SETUP", 453), BUSY),
    "busy at the play": Case(Refuse("PLAY", 503), BUSY),
    "not over TCP": Case(Refuse("SETUP", 461), "the camera takes no sound over TCP"),
    "no reason given": Case(Refuse("PLAY", 500), "the camera refuses PLAY with 500"),
    "another codec": Case(
        Well(),
        "the camera's backchannel takes MPEG4-GENERIC/16000, G726-32/8000, expected PCMU/8000 or PCMA/8000",
        codes=("97 MPEG4-GENERIC/16000", "2 G726-32/8000"),
    ),
    "another rate": Case(
        Well(),
        "the camera's backchannel takes PCMU/16000, expected PCMU/8000 or PCMA/8000",
        codes=("98 PCMU/16000",),
    ),
}
MIDWAY = {
    "power lost": Case(HangUp(after=20), r"the camera hung up|the connection broke off \(.*\)"),
    "session ended": Case(Forget(after=20), "the camera refuses TEARDOWN with 454"),
    "no goodbye": Case(Mute("TEARDOWN"), "the camera answers too slowly: no whole reply within 1.5 s", seconds=1.5),
}


def tried(case: Case) -> tuple[SpeakerAnswer, BackchannelCamera]:
    """A second of sound through such a camera."""
    clock = case.manner.clock if isinstance(case.manner, Trickle) else SimulatedClock()
    with BackchannelCamera(offer(*case.codes), manner=case.manner) as there:
        answer = outlet(there.url(), clock=clock, seconds=case.seconds).play(
            announcement(sound(murmur(1)), clock=clock)
        )
    return answer, there


@pytest.mark.parametrize("case", BEFORE.values(), ids=BEFORE.keys())
def test_what_goes_wrong_before_the_first_packet_has_failed(case: Case) -> None:
    """Nothing was heard, so it may be tried again; where a session had been made, leave was taken."""
    answer, there = tried(case)
    assert answer.result is Result.FAILED
    assert answer.reason.partition("/…: ")[2] == case.reason
    assert not there.packets
    made = isinstance(case.manner, Mute | Refuse) and case.manner.method == "PLAY"
    assert there.methods().count("TEARDOWN") == made


@pytest.mark.parametrize("case", MIDWAY.values(), ids=MIDWAY.keys())
def test_what_goes_wrong_in_the_middle_is_unknown(case: Case) -> None:
    """Some of it may have been heard: it is not said again at once."""
    answer, there = tried(case)
    assert answer.result is Result.UNKNOWN
    assert re.fullmatch(case.reason, answer.reason.partition("/…: ")[2])
    assert there.packets


def test_a_camera_that_ends_the_session_is_noticed_while_it_is_kept_alive() -> None:
    """At the next sign of life, not only at the end of a long message."""
    clock = SimulatedClock()
    with BackchannelCamera(manner=Forget(after=20)) as there:
        there.life_s = 4
        answer = outlet(there.url(), clock=clock).play(announcement(sound(murmur(20)), clock=clock))
    assert answer.result is Result.UNKNOWN


def test_a_camera_that_would_send_its_answers_over_udp_is_refused() -> None:
    """It takes the set-up, but not the way that was asked for."""
    clock = SimulatedClock()

    class Elsewhere(BackchannelCamera):
        """Chooses another way."""

        def _reply(self, visit: Visit, request: RtspRequest, number: str) -> bytes:
            reply = super()._reply(visit, request, number)
            return reply.replace(b"RTP/AVP/TCP;unicast;interleaved=2-3", b"RTP/AVP;unicast;client_port=2-3")

    with Elsewhere() as there:
        answer = outlet(there.url(), clock=clock).play(announcement(sound(murmur(0.1)), clock=clock))
        assert there.methods()[-1] == "TEARDOWN"
    assert answer.result is Result.FAILED
    assert answer.reason.endswith("the camera takes no sound over TCP")


def test_the_answer_to_a_sign_of_life_is_not_taken_for_that_to_the_leave() -> None:
    """It came late, and the leave was refused: the session had not lived to its end."""
    clock = SimulatedClock()

    class Late(BackchannelCamera):
        """Answers signs of life only together with the leave, which it refuses."""

        def _reply(self, visit: Visit, request: RtspRequest, number: str) -> bytes:
            match request.method:
                case "OPTIONS":
                    held.append(super()._reply(visit, request, number))
                    return b""
                case "TEARDOWN":
                    return b"".join(held) + f"RTSP/1.0 454 Session Not Found\r\nCSeq: {number}\r\n\r\n".encode()
                case _:
                    return super()._reply(visit, request, number)

    held: list[bytes] = []
    with Late() as there:
        there.life_s = 4
        answer = outlet(there.url(), clock=clock).play(announcement(sound(murmur(3)), clock=clock))
    assert held
    assert answer.result is Result.UNKNOWN
    assert answer.reason.endswith("the camera refuses TEARDOWN with 454")


def test_a_slow_line_is_no_failure() -> None:
    """Everything from the camera comes late, and in its order."""
    clock = SimulatedClock()
    with BackchannelCamera() as there, FaultProxy(("127.0.0.1", there.port)) as proxy:
        proxy.fault = Delay(0.03)
        url = there.url().replace(str(there.port), str(proxy.port))
        assert outlet(url, clock=clock).play(announcement(sound(murmur(1)), clock=clock)).result is Result.PLAYED
        assert len(there.heard()) == 8000


def test_nobody_is_there() -> None:
    """The port is closed: a camera without power, or another address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    clock = SimulatedClock()
    answer = outlet(f"rtsp://127.0.0.1:{port}/").play(announcement(sound(murmur(0.1)), clock=clock))
    assert answer.result is Result.FAILED
    assert answer.reason == f"rtsp://127.0.0.1:{port}/…: the camera cannot be reached (Connection refused)"


def test_a_camera_that_stops_listening_is_given_up() -> None:
    """Its own buffers are full, and ours: a send ends after as long as a reply may take."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        connection = Connection("127.0.0.1", server.getsockname()[1], clock=SimulatedClock(), seconds=0.1)
        with pytest.raises(OutsideError, match=r"the camera has taken nothing for 0\.1 s"):
            connection.send(bytes(50_000_000))
        assert connection.torn
        connection.close()


def test_nothing_is_said_too_late() -> None:
    """A camera that is ready when the announcement has expired hears nothing, and is left in good order."""
    clock = SimulatedClock()
    with BackchannelCamera() as there:
        answer = outlet(there.url(), clock=clock).play(announcement(sound(murmur(1)), clock=clock, within_s=0))
        assert not there.packets
        assert there.methods()[-1] == "TEARDOWN"
    assert answer.result is Result.FAILED
    assert answer.reason.endswith("the camera was ready too late, expected before 08:00:00 UTC")


def test_an_announcement_without_sound_is_not_played() -> None:
    """Nobody is even asked."""
    clock = SimulatedClock()
    with BackchannelCamera() as there:
        none = outlet(there.url(), clock=clock).play(announcement(clock=clock))
        empty = outlet(there.url(), clock=clock).play(announcement(sound(murmur(0)), clock=clock))
        assert not there.requests
    assert (none.result, empty.result) == (Result.FAILED, Result.FAILED)
    assert "empty" in empty.reason


def test_a_camera_that_will_not_send_its_picture_still_takes_sound() -> None:
    """It has as many viewers as it can: what it would send is done without."""
    clock = SimulatedClock()
    refused = offer("0 PCMU/8000").replace("trackID=1", "trackID=3", 1)

    class Full(BackchannelCamera):
        """Refuses the first set-up only."""

        def _reply(self, visit: Visit, request: RtspRequest, number: str) -> bytes:
            if self.methods() == ["DESCRIBE", "SETUP"]:
                return b"RTSP/1.0 453 Not Enough Bandwidth\r\nCSeq: 2\r\n\r\n"
            return super()._reply(visit, request, number)

    with Full(refused) as there:
        answer = outlet(there.url(), clock=clock).play(announcement(sound(murmur(0.1)), clock=clock))
        assert answer.result is Result.PLAYED
        assert there.requests[2].headers["transport"].endswith("interleaved=0-1")


@pytest.mark.parametrize(
    "text", ["", "http://camera/", "rtsp://", "rtsp://camera:99999/", "rtsp://u:p@ss/@camera/", "x"]
)
def test_an_address_that_is_none_is_refused_at_once(text: str) -> None:
    """With what is expected, and without what was found: there may be a login in it."""
    with pytest.raises(BadInputError, match=r"expected rtsp://host/path or") as caught:
        outlet(text)
    assert "p@ss" not in str(caught.value)


def test_no_sentence_and_no_value_shows_the_password() -> None:
    """Whatever goes wrong, in an answer, an error, or what a debugger shows of the outlet."""
    clock = SimulatedClock()
    shown = []
    for manner in [case.manner for case in (BEFORE | MIDWAY).values() if case.seconds == 10]:
        with BackchannelCamera(manner=manner, door=Door("guard", "other")) as there:
            speaker = outlet(there.url(f"guard:{QUOTED}"), clock=clock)
            shown.append(speaker.play(announcement(sound(murmur(0.1)), clock=clock)).reason)
            with pytest.raises(OutsideError) as caught:
                speaker.probe()
            shown += [str(caught.value), repr(speaker), *map(repr, vars(speaker).values())]
    assert len(shown) > 30
    assert not [text for text in shown if PASSWORD in text or QUOTED in text or "guard" in text]
