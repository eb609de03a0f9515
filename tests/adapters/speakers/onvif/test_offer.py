"""What a camera offers: the part that takes sound is found among the others, and its code is one we speak."""

from __future__ import annotations

import numpy as np
import pytest

from edge_agent.adapters.speakers.onvif.offer import Backtrack, backtrack
from edge_agent.core.errors import OutsideError

BASE = "rtsp://camera/live/"
VIDEO = "m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=control:trackID=1\na=recvonly\n"
LISTEN = "m=audio 0 RTP/AVP 0\na=control:trackID=2\na=recvonly\n"
METADATA = "m=application 0 RTP/AVP 107\na=rtpmap:107 vnd.onvif.metadata/90000\na=control:trackID=4\na=recvonly\n"
SPEAK = "m=audio 0 RTP/AVP 0 8\na=rtpmap:0 PCMU/8000\na=rtpmap:8 PCMA/8000\na=control:trackID=3\na=sendonly\n"


def track_of(*parts: str, base: str = BASE) -> Backtrack:
    """What is found in an offer of these parts."""
    return backtrack("v=0\ns=camera\na=control:*\nt=0 0\n" + "".join(parts), base)


def test_the_part_that_takes_sound_is_told_from_the_one_that_sends_it() -> None:
    """Both are audio; pictures and sound of the camera are set up alongside, its metadata is left alone."""
    track = track_of(VIDEO, LISTEN, METADATA, SPEAK)
    assert track == Backtrack(
        url="rtsp://camera/live/trackID=3",
        codec="PCMU",
        payload_type=0,
        alongside=("rtsp://camera/live/trackID=1", "rtsp://camera/live/trackID=2"),
    )


@pytest.mark.parametrize(
    ("part", "codec", "payload_type"),
    [
        ("m=audio 0 RTP/AVP 0\na=sendonly\n", "PCMU", 0),
        ("m=audio 0 RTP/AVP 8\r\na=sendonly\r\n", "PCMA", 8),
        ("m=audio 0 RTP/AVP 97 98\na=rtpmap:97 G726-32/8000\na=rtpmap:98 pcma/8000/1\na=sendonly\n", "PCMA", 98),
        ("m=audio 0 RTP/AVP 8 0\na=rtpmap:8 PCMA/16000\na=sendonly\n", "PCMU", 0),
    ],
    ids=["static", "static, A-law", "by its name", "not at that rate"],
)
def test_a_code_is_known_by_its_name_or_by_its_number(part: str, codec: str, payload_type: int) -> None:
    """The first that we speak; 0 and 8 need no name."""
    track = track_of(part)
    assert (track.codec, track.payload_type) == (codec, payload_type)


def test_of_two_backchannels_the_one_we_can_speak_is_taken() -> None:
    """A camera may offer the same loudspeaker in several parts."""
    track = track_of("m=audio 0 RTP/AVP 97\na=rtpmap:97 OPUS/48000/2\na=control:a\na=sendonly\n", SPEAK)
    assert track.url.endswith("trackID=3")


@pytest.mark.parametrize(
    ("control", "url"),
    [
        ("a=control:trackID=5\n", "rtsp://camera/live/trackID=5"),
        ("a=control:rtsp://other:8554/back\n", "rtsp://other:8554/back"),
        ("a=control:*\n", BASE),
        ("", BASE),
    ],
    ids=["relative", "whole", "all", "none"],
)
def test_the_place_of_a_part_is_relative_to_the_offer(control: str, url: str) -> None:
    """Or whole; or the offer's own where it has none."""
    assert track_of(f"m=audio 0 RTP/AVP 0\n{control}a=sendonly\n").url == url


def test_a_query_stays_before_the_part() -> None:
    """Cameras that choose a channel by a query want it there."""
    assert track_of(SPEAK, base="rtsp://camera/live?channel=1/").url == "rtsp://camera/live?channel=1/trackID=3"


def test_sound_is_coded_as_the_part_says() -> None:
    """The same silence is FF in one and D5 in the other."""
    silence = np.zeros(2, np.int16)
    assert track_of("m=audio 0 RTP/AVP 0\na=sendonly\n").encode(silence) == b"\xff\xff"
    assert track_of("m=audio 0 RTP/AVP 8\na=sendonly\n").encode(silence) == b"\xd5\xd5"


@pytest.mark.parametrize("number", ["128", "300", "9" * 5000, "²"])
def test_a_number_that_no_packet_can_carry_is_no_code(number: str) -> None:
    """Of a packet's types there are 128; what else is offered counts."""
    mapped = f"a=rtpmap:{number} PCMU/8000\na=sendonly\n"
    with pytest.raises(OutsideError, match="the camera's backchannel takes nothing, expected PCMU"):
        track_of(f"m=audio 0 RTP/AVP {number}\n{mapped}")
    assert track_of(f"m=audio 0 RTP/AVP {number} 8\n{mapped}").codec == "PCMA"


def test_of_what_a_camera_sends_only_some_is_set_up() -> None:
    """Each part is a question and an answer: thousands would hold the announcement back until it is late."""
    assert len(track_of(*(VIDEO * 300,), SPEAK).alongside) == 8


@pytest.mark.parametrize(
    "parts", [(), (VIDEO, LISTEN), ("m=\n",), ("a=sendonly\n",), ("m=video 0 RTP/AVP 0\na=sendonly\n",)]
)
def test_an_offer_without_a_backchannel_is_none(parts: tuple[str, ...]) -> None:
    """Also one of nothing, or of nonsense."""
    with pytest.raises(OutsideError, match="the camera offers no backchannel: nothing in its stream takes sound"):
        track_of(*parts)


@pytest.mark.parametrize(
    ("part", "codes"),
    [
        ("m=audio 0 RTP/AVP 97\na=rtpmap:97 MPEG4-GENERIC/16000\na=sendonly\n", "MPEG4-GENERIC/16000"),
        ("m=audio 0 RTP/AVP 9\na=sendonly\n", "9"),
        ("m=audio 0 RTP/AVP\na=sendonly\n", "nothing"),
        ("m=audio 0 RTP/AVP 97\na=rtpmap:97 \x1b[2J" + "x" * 200 + "/8000\na=sendonly\n", r"\[2J" + "x" * 77),
    ],
    ids=["a name", "a number", "none", "no name to be shown"],
)
def test_a_code_that_we_do_not_speak_is_named(part: str, codes: str) -> None:
    """In the camera's own words, as far as they can be shown."""
    with pytest.raises(OutsideError, match=f"takes {codes}, expected PCMU/8000 or PCMA/8000$"):
        track_of(part)
