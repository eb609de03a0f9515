r"""RTSP over TCP taken apart: replies as they are, and the RTP packets between them, one by one.

::

    RTSP/1.0 200 OK\r\n…\r\n\r\n[body]   $ channel length payload   $ channel length payload   RTSP/1.0 …
    └ a reply                            └ an interleaved packet: 4 bytes of frame, RTP on even channels
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

FRAME: Final = 4  # bytes: '$', channel, length of the payload
HEADERS: Final = 14  # bytes of an RTP header and of what says which part of a picture this is
_LENGTH: Final = re.compile(rb"^content-length:\s*(\d+)", re.IGNORECASE | re.MULTILINE)


class Interleaved:
    """Splits what a server sends into whole pieces; what is not whole yet waits for more."""

    def __init__(self) -> None:
        self._rest = b""

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """The replies and packets that are complete now."""
        rest, at = self._rest + data, 0
        while (length := _length(rest, at)) is not None and at + length <= len(rest):
            yield rest[at : at + length]
            at += length
        self._rest = rest[at:]


def is_rtp(piece: bytes) -> bool:
    """Whether a piece is a packet of pictures, and neither a reply nor a report."""
    return piece[:1] == b"$" and piece[1] % 2 == 0


def spoilt(piece: bytes) -> bytes:
    """The packet with a third of its picture data turned over."""
    data = bytearray(piece)
    for n in range(FRAME + HEADERS, len(data), 3):
        data[n] ^= 0xA5
    return bytes(data)


def _length(rest: bytes, at: int) -> int | None:
    """How long the piece is that begins there; None where that is not known yet."""
    if rest[at : at + 1] == b"$":
        return FRAME + int.from_bytes(rest[at + 2 : at + FRAME], "big") if len(rest) >= at + FRAME else None
    end = rest.find(b"\r\n\r\n", at)
    if end < 0:
        return None
    body = _LENGTH.search(rest, at, end)
    return end + 4 - at + (int(body[1]) if body else 0)
