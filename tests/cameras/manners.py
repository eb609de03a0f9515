"""The ways in which an `UnrulyCamera` misbehaves: what it says in place of an answer, what it offers, what it plays."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final

from tests.cameras.fuzz_camera import unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np

H264: Final = (
    "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
    "a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0IAHukBQHsg,aM44gA==\r\na=control:t0\r\n"
)
SESSION: Final = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\n"
OFFERS: Final = (
    H264,
    H264.replace("90000", "0"),
    H264.replace("90000", "99999999999999999999"),
    H264.replace("H264/90000", "H264"),
    H264.replace("Z0IAHukBQHsg,aM44gA==", "!!!!,===="),
    H264.replace("Z0IAHukBQHsg,aM44gA==", "A" * 60_000),
    H264.replace("H264", "H265").replace(
        "sprop-parameter-sets=Z0IAHukBQHsg,aM44gA==", "sprop-vps=AA;sprop-sps=;sprop-pps="
    ),
    H264.replace("H264", "JPEG").replace("96", "26"),
    H264.replace("H264", "MP4V-ES"),
    H264.replace("H264", "VP8"),
    H264.replace("H264", "AV1"),
    H264 * 400,
    H264.replace("a=control:t0", "a=control:rtsp://192.0.2.7/elsewhere"),
    H264.replace("a=control:t0", "a=control:" + "../" * 500),
    H264.replace("m=video", "m=audio"),
    "m=video 0 RTP/AVP\r\n",
    "m=video x RTP/AVP y\r\na=rtpmap:z\r\na=framerate:nan\r\na=framesize:96 1-99999999\r\n",
    "\x00\xff" * 300,
    "",
)
LOGINS: Final = (
    "",
    "Basic",
    'Basic realm="' + "r" * 9000 + '"',
    "Digest",
    'Digest realm="x"',
    'Digest realm="x", nonce="", algorithm=MD5-sess, qop="auth-int"',
    'Digest realm="x", nonce="n", algorithm=SHA-512-256',
    'Digest realm="x", nonce="\x01\x02", qop="auth,", stale=maybe',
    'Digest realm="\\", nonce="n"',
    "Negotiate, NTLM",
)
PLACES: Final = (
    "",
    "/",
    "rtsp://",
    "rtsp://[",
    "file:///etc/passwd",
    "rtsp://192.0.2.7:1/x",
    "rtsp://127.0.0.1:99999/x",
    "x" * 9000,
)
TRANSPORTS: Final = (
    "RTP/AVP/TCP;unicast;interleaved=0-1",
    "RTP/AVP/TCP;unicast",
    "RTP/AVP/TCP;unicast;interleaved=300-301",
    "RTP/AVP/TCP;unicast;interleaved=1-0;ssrc=ZZZZ",
    "RTP/AVP;unicast;client_port=5-6;server_port=1-2;destination=192.0.2.7",
    "RTP/AVP;multicast;destination=239.1.1.1;port=5000-5001;ttl=255",
)
SESSIONS: Final = ("1", "1;timeout=0", "1;timeout=-5", "1;timeout=99999999999", "", "s" * 3000)


def framed(packet: bytes, channel: int = 0) -> bytes:
    """A packet as RTSP interleaves it."""
    return b"$" + bytes([channel]) + len(packet).to_bytes(2, "big") + packet


def rtp(payload: bytes, number: int, when: int, *, first: int = 0x80, kind: int = 96, mark: bool = True) -> bytes:
    """A packet of RTP; ``first`` holds its version, padding, extension and count of sources."""
    head = bytes([first, kind | mark << 7]) + (number & 0xFFFF).to_bytes(2, "big")
    return head + (when & 0xFFFFFFFF).to_bytes(4, "big") + b"\0\0\0\1" + payload


def sound(draws: np.random.Generator) -> Iterator[bytes]:
    """Packets as they should be, of made-up units."""
    return (framed(rtp(unit(draws), n, n * 3600)) for n in count())


def _headers(draws: np.random.Generator) -> Iterator[bytes]:
    """Wrong versions, paddings longer than the packet, extensions and sources that are not there, other types."""
    for n in count():
        yield framed(
            rtp(
                draws.bytes(int(draws.integers(40))),
                n,
                n * 3600,
                first=int(draws.integers(256)),
                kind=int(draws.integers(128)),
            )
        )


def _short(draws: np.random.Generator) -> Iterator[bytes]:
    """Packets of 0 to 20 bytes, on every channel."""
    for _ in count():
        yield framed(draws.bytes(int(draws.integers(21))), int(draws.integers(256)))


def _pieces(draws: np.random.Generator) -> Iterator[bytes]:
    """Pieces of units (FU-A) that begin, end, or go on as they please, and never whole; one unit grows without end."""
    endless = draws.random() < 0.5
    for n in count():
        bits = 0 if endless and n else int(draws.choice([0, 0x80, 0x40, 0xC0, 0x20]))
        yield framed(
            rtp(
                bytes([0x7C, bits | int(draws.integers(32))]) + draws.bytes(1300),
                n,
                0 if endless else n * 3600,
                mark=not endless,
            )
        )


def _bundles(draws: np.random.Generator) -> Iterator[bytes]:
    """Bundles (STAP-A, STAP-B, MTAP) whose lengths point past the packet, or are 0."""
    for n in count():
        kind = int(draws.choice([24, 25, 26, 27, 29, 30, 31, 0]))
        length = int(draws.choice([0, 1, 7, 0xFFFF]))
        yield framed(
            rtp(bytes([kind | 0x60]) + length.to_bytes(2, "big") + draws.bytes(int(draws.integers(60))), n, n * 3600)
        )


def _numbers(draws: np.random.Generator) -> Iterator[bytes]:
    """Numbers and times that jump, repeat, run backwards and wrap."""
    number, when = 0, 0
    for _ in count():
        number += int(draws.choice([1, 1, 1, 0, -1, 2, 1000, 40000]))
        when += int(draws.choice([3600, 3600, 0, -3600, 1 << 31, 90000 * 86400, 1]))
        yield framed(rtp(unit(draws), number, when))


def _reports(draws: np.random.Generator) -> Iterator[bytes]:
    """Sender reports of RTCP with any time, wrong lengths, and farewells, between packets."""
    for n in count():
        kind = int(draws.choice([200, 200, 201, 202, 203, 204, 255]))
        length = int(draws.choice([6, 0, 1, 0xFFFF]))
        report = (
            bytes([0x80 | int(draws.integers(32)), kind])
            + length.to_bytes(2, "big")
            + draws.bytes(int(draws.integers(48)))
        )
        yield framed(report, 1)
        yield framed(rtp(unit(draws), n, n * 3600))


def _between(draws: np.random.Generator) -> Iterator[bytes]:
    """Answers nobody asked for, requests to the viewer, and noise between the packets."""
    said = (
        b"RTSP/1.0 200 OK\r\nCSeq: 99\r\n\r\n",
        b"ANNOUNCE rtsp://x RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 5\r\n\r\nv=0\r\n",
        b"REDIRECT * RTSP/1.0\r\nCSeq: 2\r\nLocation: rtsp://192.0.2.7/\r\n\r\n",
        b"RTSP/1.0 454 Session Not Found\r\nCSeq: 5\r\n\r\n",
        b"$\x07\x00\x00",
        b"\r\n\r\n\r\n",
    )
    for n in count():
        yield said[int(draws.integers(len(said)))] if draws.random() < 0.1 else framed(rtp(unit(draws), n, n * 3600))


def _endless(_: np.random.Generator) -> Iterator[bytes]:
    yield b"RTSP/1.0 200 OK\r\n"
    for _n in count():
        yield b"X-A: " + b"a" * 4000 + b"\r\n"


def _huge(_: np.random.Generator) -> Iterator[bytes]:
    yield b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 2147483647\r\n\r\n"
    for _n in count():
        yield b"a" * 65536


def _lengths(draws: np.random.Generator) -> Iterator[bytes]:
    length = draws.choice(["-1", "nan", "9" * 5000, "0x10", "1e9", "5, 6", ""])
    yield f"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: {length}\r\n\r\nhello".encode()


def _status(draws: np.random.Generator) -> Iterator[bytes]:
    line = draws.choice(
        [
            "RTSP/1.0",
            "RTSP/1.0 abc OK",
            "RTSP/1.0 99999999999999999999 OK",
            "HTTP/1.1 200 OK",
            "RTSP/9.9 200 \x1b[2J",
            "RTSP/1.0 100 Continue",
        ]
    )
    yield f"{line}\r\nCSeq: 1\r\n\r\n".encode()


def _drip(_: np.random.Generator) -> Iterator[bytes]:
    for _n in count():
        yield b"R"


def _noise(draws: np.random.Generator) -> Iterator[bytes]:
    for _ in range(40):
        yield draws.bytes(3000)


def _login(draws: np.random.Generator) -> Iterator[bytes]:
    ask = LOGINS[int(draws.integers(len(LOGINS)))]
    yield f"RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: {ask}\r\n\r\n".encode(errors="replace")


def _elsewhere(draws: np.random.Generator) -> Iterator[bytes]:
    place = PLACES[int(draws.integers(len(PLACES)))]
    yield f"RTSP/1.0 {draws.choice([301, 302, 303, 305])} Moved\r\nCSeq: 1\r\nLocation: {place}\r\n\r\n".encode()


SPOILT: Final[dict[str, Callable[[np.random.Generator], Iterator[bytes]]]] = {
    "endless headers": _endless,
    "huge body": _huge,
    "odd length": _lengths,
    "odd status": _status,
    "drip": _drip,
    "noise": _noise,
    "odd login": _login,
    "elsewhere": _elsewhere,
}
PLAYED: Final[dict[str, Callable[[np.random.Generator], Iterator[bytes]]]] = {
    "headers": _headers,
    "short": _short,
    "pieces": _pieces,
    "bundles": _bundles,
    "numbers": _numbers,
    "reports": _reports,
    "between": _between,
}
WAYS: Final = (*SPOILT, *PLAYED, "odd offer", "odd answers")
