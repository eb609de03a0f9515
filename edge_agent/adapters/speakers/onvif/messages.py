r"""What a camera sends on an RTSP connection, taken apart (RFC 2326): replies, and packets between them.

::

    RTSP/1.0 200 OK\r\nCSeq: 3\r\n…\r\n\r\n[body]   $ channel length payload   RTSP/1.0 …
    └ a reply                                       └ an interleaved packet: of the camera's own stream, or a report

Packets are passed over: nothing in them is for us, but a camera that cannot send them stops. So are requests that some
cameras make of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from edge_agent.core.errors import OutsideError
from edge_agent.core.printable import whole_number

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST: Final = 65_536  # bytes of the head of a message, and of its body
FRAME: Final = 4  # bytes before an interleaved packet: '$', channel, length
_FIRST: Final = re.compile(rb"(?:RTSP/1\.\d (?P<status>\d{3})|(?P<method>[A-Z_]+) \S+ RTSP/1\.\d)")
_BEGINNING: Final = re.compile(rb"[A-Z]|$")  # of what may become a first line


class NotRtspError(OutsideError):
    """What was sent is no RTSP."""

    def __init__(self) -> None:
        super().__init__("what answers there speaks no RTSP")


@dataclass(frozen=True, slots=True, kw_only=True)
class RtspReply:
    """What a camera answered. Names of ``headers`` are in small letters; one that came twice has two values."""

    status: int
    headers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    body: bytes = b""

    def header(self, name: str) -> str:
        """The first value; empty where there is none."""
        return self.headers.get(name, ("",))[0]

    @property
    def number(self) -> str:
        """Which request it answers."""
        return self.header("cseq")


class Incoming:
    """Puts together what arrives in pieces."""

    def __init__(self) -> None:
        self._rest = b""

    def replies(self, data: bytes) -> Iterator[RtspReply]:
        """The replies that are complete with ``data``; raises NotRtspError."""
        self._rest += data
        while self._rest:
            if self._rest.startswith(b"$"):
                length = FRAME + int.from_bytes(self._rest[2:FRAME], "big")
                if len(self._rest) < max(FRAME, length):
                    return
                self._rest = self._rest[length:]
                continue
            complete = _message(self._rest)
            if complete is None:
                return
            reply, self._rest = complete
            if reply is not None:
                yield reply


def _message(data: bytes) -> tuple[RtspReply | None, bytes] | None:
    """The reply that ``data`` begins with (None: a request) and what follows it; None where it is not all there."""
    data = data.lstrip(b"\r\n")  # some cameras end a message with one line too many
    head, end, rest = data.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    match = _FIRST.match(first)
    if len(head) > LARGEST or (match is None and (lines or end or not _BEGINNING.match(first))):
        raise NotRtspError
    if match is None or not end:
        return None
    headers = _headers(lines)
    length = whole_number(headers.get("content-length", ("0",))[0], LARGEST)
    if length is None:
        raise NotRtspError
    if len(rest) < length:
        return None
    reply = RtspReply(status=int(match["status"]), headers=headers, body=rest[:length]) if match["status"] else None
    return reply, rest[length:]


def _headers(lines: list[bytes]) -> dict[str, tuple[str, ...]]:
    headers: dict[str, tuple[str, ...]] = {}
    for line in lines:
        name, _, value = line.decode("latin-1").partition(":")
        key = name.strip().lower()
        headers[key] = (*headers.get(key, ()), value.strip())
    return headers
