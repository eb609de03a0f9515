"""What a camera sends is understood in whatever pieces it arrives, and what is no RTSP is seen at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.adapters.speakers.onvif.messages import LARGEST, Incoming, NotRtspError, RtspReply

OFFER = b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 5\r\n\r\nv=0\r\n"
REFUSAL = b"RTSP/1.0 401 Unauthorized\r\nCSeq:3\r\nWWW-Authenticate: Digest x\r\nwww-authenticate: Basic y\r\n\r\n"
PICTURE = b"$\x00\x00\x04RTSP"
REPORT = b"$\x01\x00\x00"
REQUEST = b"SET_PARAMETER rtsp://c/ RTSP/1.0\r\nCSeq: 2\r\nContent-Length: 3\r\n\r\na=b"
STRAY = b"\r\n\r\n"

PIECES = (PICTURE, OFFER, REPORT, STRAY, REFUSAL, REQUEST, PICTURE, OFFER)


def replies(data: bytes, cuts: list[int]) -> list[RtspReply]:
    """What is understood of ``data`` when it arrives cut there."""
    incoming = Incoming()
    ends = sorted({cut % (len(data) + 1) for cut in cuts} | {len(data)})
    return [reply for start, end in zip([0, *ends], ends, strict=False) for reply in incoming.replies(data[start:end])]


@given(cuts=st.lists(st.integers(0, 10_000), max_size=12))
def test_the_pieces_in_which_it_arrives_do_not_matter(cuts: list[int]) -> None:
    """Replies come out whole and in their order; packets, requests and stray lines between them are passed over."""
    messages = replies(b"".join(PIECES), cuts)
    assert [reply.status for reply in messages] == [200, 401, 200]
    assert [reply.number for reply in messages] == ["2", "3", "2"]
    assert messages[0].body == b"v=0\r\n"
    assert messages[1].headers["www-authenticate"] == ("Digest x", "Basic y")
    assert not messages[1].header("session")


@given(noise=st.binary(max_size=200))
def test_noise_is_understood_as_nothing_or_refused(noise: bytes) -> None:
    """Never as a reply, and never by another error."""
    try:
        assert replies(noise, []) == []
    except NotRtspError:
        assert not noise.startswith(b"$")


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b"SSH-2.0-OpenSSH_9.2p1\r\n",
        b"\x15\x03\x01\x00\x02\x02\x0a",
        b"220 smtp ready\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nX: " + b"x" * (LARGEST + 1),
    ],
    ids=["web", "ssh", "tls", "mail", "no length", "too long a body", "too long a number", "too long a head"],
)
def test_what_is_no_rtsp_is_refused(data: bytes) -> None:
    """As soon as it shows: nobody waits for the end of it."""
    with pytest.raises(NotRtspError, match="what answers there speaks no RTSP"):
        replies(data, [])
