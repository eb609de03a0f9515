"""A camera that sends whoever asks to another address, and one that is spoken to by TLS; each before a real one."""

from __future__ import annotations

import re
import socket
import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from tests.adapters.mqtt.between import joined, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    import trustme

HOST: Final = "127.0.0.1"


@contextmanager
def redirecting(to: str) -> Iterator[int]:
    """Answers each DESCRIBE by sending to the address ``to``; yields its port."""

    def handle(connection: socket.socket) -> None:
        rest = b""
        while data := connection.recv(65_536):
            *requests, rest = (rest + data).split(b"\r\n\r\n")
            for request in requests:
                number = re.search(rb"CSeq: *(\d+)", request)
                first = b"RTSP/1.0 200 OK" if request.startswith(b"OPTIONS") else b"RTSP/1.0 302 Moved Temporarily"
                there = b"" if request.startswith(b"OPTIONS") else b"Location: %b\r\n" % to.encode()
                connection.sendall(b"%b\r\nCSeq: %b\r\n%b\r\n" % (first, number[1] if number else b"0", there))

    with serving(handle) as port:
        yield port


@contextmanager
def secured(port: int, certificate: trustme.LeafCert) -> Iterator[int]:
    """The camera at ``port`` by TLS; yields the port for that."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)

    def handle(connection: socket.socket) -> None:
        with (
            context.wrap_socket(connection, server_side=True) as made,
            socket.create_connection((HOST, port)) as camera,
        ):
            joined(made, camera)

    with serving(handle) as there:
        yield there
