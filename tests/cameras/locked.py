"""A camera with a login: digest before a real server, as most cameras ask for it, or basic, as old ones do.

A request without the right answer to the challenge is refused with 401 and goes no further::

    client ──DESCRIBE──▶ door ──401, nonce──▶ client ──DESCRIBE + digest──▶ door ──▶ camera
"""

from __future__ import annotations

import re
import socket
from base64 import b64encode
from contextlib import suppress
from functools import partial
from hashlib import new
from threading import Thread
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from types import TracebackType

HOST: Final = "127.0.0.1"
REALM: Final = "camera"
NONCE: Final = "5f1e0d3c"
_REQUEST: Final = re.compile(rb"(?P<method>[A-Z_]+) (?P<uri>\S+) RTSP/1\.0\r\n")
_FIELD: Final = re.compile(r'(\w+)="?([^",\s]*)"?')


class LockedCamera:
    """A door on a port of its own, before the camera at ``port``; ``login`` is ``user:password``.

    ``scheme`` is ``MD5``, ``SHA-256`` or ``Basic``; ``given`` are the answers that came, whatever they are worth.
    """

    def __init__(self, port: int, login: str, scheme: str = "MD5") -> None:
        self._camera = (HOST, port)
        user, _, password = login.partition(":")
        self._scheme = scheme
        self._basic = b64encode(login.encode()).decode()
        self._secret = self._hashed(f"{user}:{REALM}:{password}")
        self.given: list[str] = []
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self.refused = 0

    def __enter__(self) -> Self:
        """Open the door's hatch."""
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                Thread(target=partial(self._guard, client), daemon=True).start()

    def _guard(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.create_connection(self._camera) as camera:
            Thread(target=partial(_pass_on, camera, client), daemon=True).start()
            rest = b""
            while data := client.recv(65_536):
                *requests, rest = (rest + data).split(b"\r\n\r\n")
                for request in requests:
                    whole = request + b"\r\n\r\n"
                    if self._knows(whole):
                        camera.sendall(whole)
                    else:
                        self.refused += 1
                        client.sendall(self._refusal(whole))
            camera.shutdown(socket.SHUT_RDWR)

    def _knows(self, request: bytes) -> bool:
        """Whether the answer to the challenge is right; reports of what arrived ($…) need none."""
        match = _REQUEST.search(request)
        if match is None or match["method"] == b"OPTIONS":
            return True
        found = re.search(rb"^Authorization: (.*?)\r?$", request, re.MULTILINE)
        scheme, _, given = (found[1].decode() if found else "").partition(" ")
        self.given += [scheme] if scheme else []
        if self._scheme == "Basic":
            return (scheme, given) == ("Basic", self._basic)
        fields = dict(_FIELD.findall(given))
        way = self._hashed(f"{match['method'].decode()}:{fields.get('uri', '')}")
        return fields.get("response") == self._hashed(f"{self._secret}:{NONCE}:{way}")

    def _hashed(self, text: str) -> str:
        name = {"SHA-256": "sha256"}.get(self._scheme, "md5")
        return new(name, text.encode(), usedforsecurity=False).hexdigest()

    def _refusal(self, request: bytes) -> bytes:
        number = re.search(rb"^CSeq: *(\d+)", request, re.MULTILINE)
        challenge = f'Digest realm="{REALM}", nonce="{NONCE}"' if self._scheme != "Basic" else f'Basic realm="{REALM}"'
        challenge += f", algorithm={self._scheme}" if self._scheme == "SHA-256" else ""
        first = b"RTSP/1.0 401 Unauthorized\r\nCSeq: %b\r\n" % (number[1] if number else b"0")
        return first + f"WWW-Authenticate: {challenge}\r\n\r\n".encode()


def _pass_on(camera: socket.socket, client: socket.socket) -> None:
    with suppress(OSError):
        while data := camera.recv(65_536):
            client.sendall(data)
