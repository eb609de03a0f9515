"""A TLS connection that one thread reads while another writes, which OpenSSL itself does not allow."""

from __future__ import annotations

import ssl
from contextlib import suppress
from select import select
from socket import SHUT_RDWR
from threading import Lock
from typing import Protocol


class Line(Protocol):
    """What is needed of a connection to a camera, plain or secured."""

    def recv(self, size: int, /) -> bytes:
        """Some bytes, waited for; none at the end."""

    def sendall(self, data: bytes, /) -> None:
        """Send all of it."""

    def shutdown(self, how: int, /) -> None:
        """End it, whatever waits on it."""

    def close(self) -> None:
        """Let go of it."""


class SecuredLine:
    """A connection by TLS: each call to OpenSSL has it alone, and nothing is waited for meanwhile."""

    def __init__(self, made: ssl.SSLSocket) -> None:
        made.settimeout(0)
        self._made = made
        self._lock = Lock()

    def recv(self, size: int, /) -> bytes:
        """Some bytes, waited for; none at the end. Raises OSError."""
        while True:
            with self._lock, suppress(ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return self._made.recv(size)
            self._wait(writing=False)

    def sendall(self, data: bytes, /) -> None:
        """Send all of it. Raises OSError."""
        while data:
            with self._lock, suppress(ssl.SSLWantReadError, ssl.SSLWantWriteError):
                data = data[self._made.send(data) :]
                continue
            self._wait(writing=True)

    def shutdown(self, _how: int, /) -> None:
        """End it, without a word to the other side: it may not listen."""
        super(ssl.SSLSocket, self._made).shutdown(SHUT_RDWR)

    def close(self) -> None:
        """Let go of it."""
        self._made.close()

    def _wait(self, *, writing: bool) -> None:
        try:
            select([self._made], [self._made] if writing else [], [])
        except ValueError as error:
            raise ConnectionAbortedError("closed meanwhile") from error
