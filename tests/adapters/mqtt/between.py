"""What may lie between a box and its broker: proxies of two kinds and a WebSocket, each in front of a real broker."""

from __future__ import annotations

import base64
import hashlib
import socket
import socketserver
import struct
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOST = "127.0.0.1"
CHUNK = 65_536


@dataclass(slots=True)
class Between:
    """Who stands there: ``login`` is the one that is wanted, ``asked`` the targets that were asked for."""

    login: tuple[str, str] | None = None
    asked: list[str] = field(default_factory=list)
    port: int = 0


@contextmanager
def serving(handle: Callable[[socket.socket], None]) -> Iterator[int]:
    """Give each connection to ``handle``; yields the port."""

    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                handle(self.request)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads: ClassVar[bool] = True  # type: ignore[misc]

    with Server((HOST, 0), Connection) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def joined(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until either hangs up."""

    def carry(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                sink.sendall(data)
        for each in (source, sink):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    back = threading.Thread(target=carry, args=(other, one), daemon=True)
    back.start()
    carry(one, other)
    back.join()


def line(connection: socket.socket) -> str:
    """One line of text, without its end."""
    data = b""
    while not data.endswith(b"\r\n"):
        some = connection.recv(1)
        if not some:
            break
        data += some
    return data.decode().strip()


def head(connection: socket.socket) -> list[str]:
    """The lines of a request up to the empty one."""
    lines = []
    while text := line(connection):
        lines.append(text)
    return lines


@contextmanager
def http_proxy(to: int, login: tuple[str, str] | None = None) -> Iterator[Between]:
    """A proxy that knows CONNECT; whatever name it is asked for is the broker on port ``to``."""
    relay = Between(login)

    def handle(connection: socket.socket) -> None:
        request, *headers = head(connection)
        wanted = "" if login is None else base64.b64encode(":".join(login).encode()).decode()
        if login is not None and f"Proxy-Authorization: Basic {wanted}" not in headers:
            connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            return
        relay.asked.append(request.split()[1])
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with socket.create_connection((HOST, to)) as broker:
            joined(connection, broker)

    with serving(handle) as relay.port:
        yield relay


@contextmanager
def socks_proxy(to: int, login: tuple[str, str] | None = None, *, answer: int = 0) -> Iterator[Between]:
    """A proxy that speaks SOCKS 5; ``answer`` is its reply to each request."""
    relay = Between(login)

    def handle(connection: socket.socket) -> None:
        ways = connection.recv(connection.recv(2)[1])
        way = 0 if login is None else 2
        connection.sendall(bytes([5, way if way in ways else 0xFF]))
        if login is not None:
            user = connection.recv(connection.recv(2)[1]).decode()
            password = connection.recv(connection.recv(1)[0]).decode()
            connection.sendall(bytes([1, int((user, password) != login)]))
        _, _, _, kind = connection.recv(4)
        assert kind == 3
        name = connection.recv(connection.recv(1)[0]).decode()
        relay.asked.append(f"{name}:{int.from_bytes(connection.recv(2), 'big')}")
        connection.sendall(bytes([5, answer, 0, 1, 127, 0, 0, 1, 0, 0]))
        if not answer:
            with socket.create_connection((HOST, to)) as broker:
                joined(connection, broker)

    with serving(handle) as relay.port:
        yield relay


@contextmanager
def websocket(to: int, path: str = "/mqtt") -> Iterator[Between]:
    """MQTT over a WebSocket (RFC 6455), passed on to the broker on port ``to``."""
    relay = Between()

    def handle(connection: socket.socket) -> None:
        request, *headers = head(connection)
        relay.asked.append(request.split()[1])
        fields = dict(each.split(": ", 1) for each in headers)
        if request.split()[1] != path or fields.get("Sec-Websocket-Protocol") != "mqtt":
            connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        word = fields["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(word.encode(), usedforsecurity=False).digest()).decode()
        connection.sendall(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n".encode()
        )
        with socket.create_connection((HOST, to)) as broker:
            threading.Thread(target=_framed, args=(broker, connection), daemon=True).start()
            with suppress(OSError):
                while (data := _unframed(connection)) is not None:
                    broker.sendall(data)
            broker.shutdown(socket.SHUT_RDWR)

    with serving(handle) as relay.port:
        yield relay


def _framed(broker: socket.socket, connection: socket.socket) -> None:
    with suppress(OSError):
        while data := broker.recv(60_000):
            size = bytes([len(data)]) if len(data) < 126 else b"\x7e" + struct.pack(">H", len(data))
            connection.sendall(b"\x82" + size + data)
        connection.shutdown(socket.SHUT_RDWR)


def _unframed(connection: socket.socket) -> bytes | None:
    start = _exactly(connection, 2)
    if len(start) < 2 or start[0] & 0xF == 8:
        return None
    size = start[1] & 0x7F
    if size == 126:
        size = int.from_bytes(_exactly(connection, 2), "big")
    elif size == 127:
        size = int.from_bytes(_exactly(connection, 8), "big")
    mask, data = _exactly(connection, 4), _exactly(connection, size)
    return bytes(byte ^ mask[n % 4] for n, byte in enumerate(data))


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size and (some := connection.recv(size - len(data))):
        data += some
    return data
