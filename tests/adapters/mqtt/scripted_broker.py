"""A broker that answers as told, over real TCP: for the refusals that the embedded one cannot give.

It knows as much of MQTT 5 (OASIS, 2019) as a client that publishes and subscribes needs: the answers to CONNECT,
PUBLISH with QoS 1, SUBSCRIBE and PINGREQ.
"""

from __future__ import annotations

import socketserver
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import BufferedIOBase

SUCCESS = 0x00
NO_MATCHING_SUBSCRIBERS = 0x10
NOT_AUTHORIZED = 0x87
TOPIC_NAME_INVALID = 0x90
PACKET_TOO_LARGE = 0x95  # answered by hanging up: it is no answer to a PUBLISH
PAYLOAD_FORMAT_INVALID = 0x99
BAD_LOGIN = 0x86
SESSION_TAKEN_OVER = 0x8E
HANG_UP = -1
SILENCE = -2
NONSENSE = 0x42  # no reason code at all


@dataclass(slots=True)
class Script:
    """What the broker answers: a reason code, HANG_UP or SILENCE; and what it has taken, with which properties.

    ``takes`` is how many messages may be under way, ``largest`` how large a packet may be, where it says so.
    """

    login: int = SUCCESS
    publish: Callable[[str], int] = field(default=lambda _topic: SUCCESS)
    subscribe: int = SUCCESS
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    properties: list[bytes] = field(default_factory=list)
    takes: int | None = None
    largest: int | None = None
    port: int = 0

    def limits(self) -> bytes:
        """The properties of the answer to a login."""
        takes = b"" if self.takes is None else b"\x21" + self.takes.to_bytes(2, "big")
        return takes + (b"" if self.largest is None else b"\x27" + self.largest.to_bytes(4, "big"))


@contextmanager
def scripted_broker(script: Script) -> Iterator[Script]:
    """Serve ``script`` on a free port of the loopback, which it then names."""

    class Connection(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while self.rfile.peek(1) and _answer(script, self.rfile, self.wfile):  # type: ignore[attr-defined]
                pass

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Connection) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        script.port = server.server_address[1]
        try:
            yield script
        finally:
            server.shutdown()
            thread.join()


def _answer(script: Script, source: BufferedIOBase, sink: BufferedIOBase) -> bool:
    """Read one packet and answer it; False ends the connection."""
    kind = source.read(1)[0]
    body = source.read(_length(source))
    match kind >> 4:
        case 1:
            return _say(sink, script.login, lambda reason: _accepted(reason, script.limits()))
        case 3:
            return _published(script, body, sink)
        case 8:
            return _say(sink, script.subscribe, lambda reason: bytes([0x90, 4, body[0], body[1], 0, reason]))
        case 12:
            return _say(sink, SUCCESS, lambda _reason: bytes([0xD0, 0]))
        case _:
            return False


def _accepted(reason: int, limits: bytes) -> bytes:
    return bytes([0x20, 3 + len(limits), 0, reason, len(limits)]) + limits


def _published(script: Script, body: bytes, sink: BufferedIOBase) -> bool:
    end = 2 + int.from_bytes(body[:2], "big")
    topic = body[2:end].decode()
    number, properties = body[end : end + 2], body[end + 2]
    reason = script.publish(topic)
    if reason in {SESSION_TAKEN_OVER, PACKET_TOO_LARGE}:
        sink.write(bytes([0xE0, 2, reason, 0]))
        return False
    if SUCCESS <= reason < 0x80:
        script.taken.append((topic, body[end + 3 + properties :]))
        script.properties.append(body[end + 3 : end + 3 + properties])
    return _say(sink, reason, lambda code: bytes([0x40, 4, *number, code, 0]))


def _say(sink: BufferedIOBase, reason: int, packet: Callable[[int], bytes]) -> bool:
    if reason == HANG_UP:
        return False
    if reason != SILENCE:
        sink.write(packet(reason))
    return True


def _length(source: BufferedIOBase) -> int:
    """The variable byte integer of the fixed header (MQTT 5, 1.5.5)."""
    length, shift = 0, 0
    while True:
        byte = source.read(1)[0]
        length |= (byte & 0x7F) << shift
        if byte < 0x80:
            return length
        shift += 7
