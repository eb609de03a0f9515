r"""What comes on an RTSP connection, a piece at a time (RFC 2326): the head of a message, its body, or a packet.

::

    RTSP/1.0 200 OK\r\nCSeq: 3\r\n…\r\n\r\n   [body]   $ channel length payload   RTSP/1.0 …
    └ a head                                  └ its    └ an interleaved packet
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from edge_agent.core.printable import whole_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.adapters.rtsp.secured import Line

CHUNK: Final = 65_536
LARGEST: Final = 65_536  # bytes of a head, and of a body that nobody wants
ENDLESS: Final = 1 << 40  # bytes
FRAME: Final = 4  # bytes before an interleaved packet: '$', channel, length
END: Final = b"\r\n\r\n"
_STATUS: Final = re.compile(rb"RTSP/1\.\d (\d{3})")
_NUMBER: Final = re.compile(rb"^CSeq:[ \t]*(\d+)", re.MULTILINE | re.IGNORECASE)


class Inlet:
    """Takes apart what comes on a socket."""

    def __init__(self, source: Line) -> None:
        self._source = source
        self._data = b""

    def piece(self) -> bytes:
        """The next head or packet, whole; at the end of the connection, or of what can be understood, empty."""
        while True:
            size = self._size()
            if size:
                return self._taken(size)
            more = b"" if len(self._data) > LARGEST + FRAME else self._source.recv(CHUNK)
            if not more:
                return b""
            self._data += more

    def body(self, size: int) -> Iterator[bytes]:
        """The next ``size`` bytes as they come, or fewer where the connection ends."""
        while size > 0:
            if not self._data:
                self._data = self._source.recv(CHUNK)
            if not self._data:
                return
            some = self._taken(min(size, len(self._data)))
            size -= len(some)
            yield some

    def rest(self) -> bytes:
        """What has been read, and not been taken."""
        return self._taken(len(self._data))

    def _size(self) -> int:
        if self._data.startswith(b"$"):
            size = FRAME + int.from_bytes(self._data[2:FRAME], "big")
            return size if FRAME <= size <= len(self._data) and len(self._data) >= FRAME else 0
        return self._data.find(END) + len(END) if END in self._data else 0

    def _taken(self, size: int) -> bytes:
        some, self._data = self._data[:size], self._data[size:]
        return some


def status_of(head: bytes) -> int:
    """The status of a reply; 0 where it is none."""
    match = _STATUS.match(head.lstrip())
    return int(match[1]) if match else 0


def values_of(head: bytes, name: str) -> tuple[str, ...]:
    """The values of a header, one for each time that it is there."""
    lines = head.decode("latin-1").split("\r\n")[1:]
    fields = (line.partition(":") for line in lines)
    return tuple(value.strip() for key, colon, value in fields if colon and key.strip().lower() == name)


def body_size(head: bytes) -> int:
    """How many bytes belong to a message behind its head; of more than can ever come, so many."""
    length_text = (*values_of(head, "content-length"), "0")[0]
    size = whole_number(length_text, ENDLESS)
    return size if size is not None else ENDLESS if length_text.isdecimal() else 0


def numbered(head: bytes, number: bytes) -> bytes:
    """The same message under another number."""
    return _NUMBER.sub(b"CSeq: " + number, head, count=1)


def number_of(head: bytes) -> bytes:
    """The number of a message; empty where it has none."""
    match = _NUMBER.search(head)
    return match[1] if match else b""


def with_header(head: bytes, name: str, value: str) -> bytes:
    """The same message with one more header."""
    return head.removesuffix(b"\r\n") + f"{name}: {value}\r\n\r\n".encode()
