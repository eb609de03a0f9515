"""A sound sent in one request as fast as it is heard, as devices with a live loudspeaker want it.

::

    request line, headers ─▶ [lead] ─▶ chunk ─▶ chunk ─▶ … ─▶ last chunk ─ (until it has been heard) ─▶ answer
                                │         │ between chunks: did it answer already, did it hang up?
                                └ a little ahead, so that a hiccup of the network is not heard

An answer that is yes may come before the last chunk (some devices answer the headers) or after it. A no before the
first sound was heard, or one that says that it never will be, is a refusal; else nobody knows what was heard.
``requests`` looks for an answer only when all is sent, so this speaks to the socket itself.

What I dislike about it: over TLS an early no is seen only at the end, because a readable TLS socket may hold no answer.
"""

from __future__ import annotations

import select
import ssl
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.speakers.answering import MidwayError
from edge_agent.adapters.speakers.http.device import LARGEST, HttpReply, Visit
from edge_agent.adapters.speakers.http.faults import DeviceRefusedError, no_answer
from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from edge_agent.ports import Clock

CHUNK: Final = timedelta(milliseconds=40)
LEAD: Final = timedelta(milliseconds=200)
SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """What is sent, and where to: ``code`` has ``rate`` bytes a second; nothing of it may begin at ``until`` or later.

    The login's challenge must have been had before, or the sound is sent twice.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    code: bytes
    rate: int
    until: datetime


def broadcast(visit: Visit, sound: Broadcast, clock: Clock) -> None:
    """Send it, and return when it has been heard.

    Raises:
        RefusedError: The device said no.
        MidwayError: It went silent after the sound had begun.
        OutsideError: It never began.
    """
    try:
        _once(visit, sound, clock)
    except DeviceRefusedError as error:
        if error.status != HTTPStatus.UNAUTHORIZED or visit.login is None:
            raise
        _once(visit, sound, clock)  # the challenge that we knew has gone stale, and there is a new one


def _once(visit: Visit, sound: Broadcast, clock: Clock) -> None:
    device = visit.device
    if clock.now() >= sound.until:
        raise OutsideError(f"{device.name}: was ready too late, expected to begin before {sound.until:%H:%M:%S} UTC")
    with closing(_connection(visit)) as connection:
        sending = _Sending(visit=visit, sound=sound, connection=connection)
        try:
            sending.begin()
            for due, chunk in _schedule(sound, clock.now()):
                clock.sleep((due - clock.now()) / SECOND)
                sending.go_on(chunk)
            clock.sleep((LEAD + CHUNK) / SECOND)
            sending.end()
        except (OSError, HTTPException) as error:
            why = no_answer(error, device.name, device.seconds)
            raise (MidwayError(f"{why} (in the middle of the sound)") if sending.heard else why) from error


def _schedule(sound: Broadcast, began: datetime) -> Iterator[tuple[datetime, bytes]]:
    size = round(sound.rate * (CHUNK / SECOND))
    for n, start in enumerate(range(0, len(sound.code), size)):
        yield began + n * CHUNK - LEAD, sound.code[start : start + size]


def _connection(visit: Visit) -> HTTPConnection:
    device = visit.device
    if device.trust is None:
        return HTTPConnection(device.host, device.port, timeout=device.seconds)
    return HTTPSConnection(device.host, device.port, timeout=device.seconds, context=device.trust)


@dataclass(slots=True, kw_only=True)
class _Sending:
    """One attempt, and how far it has come."""

    visit: Visit
    sound: Broadcast
    connection: HTTPConnection
    heard: bool = False
    accepted: bool = False

    def begin(self) -> None:
        sound, login, connection = self.sound, self.visit.login, self.connection
        connection.putrequest(sound.method, sound.path, skip_accept_encoding=True)
        for name, value in sound.headers.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(sound.code)))
        allowed = login.header(sound.method, self.visit.device.root + sound.path) if login else None
        if allowed:
            connection.putheader("Authorization", allowed)
        connection.endheaders()

    def go_on(self, chunk: bytes) -> None:
        self._look()
        try:
            self._socket.sendall(chunk)
        except OSError:
            if not self.accepted:
                self._hear()  # it hung up on us: perhaps it said why
            raise
        self.heard = True

    def end(self) -> None:
        if not self.accepted:
            self._hear()

    @property
    def _socket(self) -> socket.socket:
        return self.connection.sock

    def _look(self) -> None:
        """Whether it answered, or hung up, before all was sent."""
        if isinstance(self._socket, ssl.SSLSocket):
            return
        waiting = select.poll()
        waiting.register(self._socket, select.POLLIN)
        if not waiting.poll(0):
            return
        if not self.accepted:
            self._hear()
        elif not self._socket.recv(LARGEST):
            raise ConnectionResetError

    def _hear(self) -> None:
        with HTTPResponse(self._socket, method=self.sound.method) as response:
            response.begin()
            status, body = response.status, _body_of(response)
            challenge = ", ".join(response.headers.get_all("WWW-Authenticate", ()))
        if 200 <= status < 300:  # noqa: PLR2004 - HTTP's statuses of success
            self.accepted = True
            return
        if challenge and self.visit.login is not None:
            self.visit.login.challenged(challenge)
        error = self.visit.refused(HttpReply(status=status, body=body), f"{self.sound.method} {self.sound.path}")
        never = status < 500 or status == HTTPStatus.SERVICE_UNAVAILABLE  # noqa: PLR2004 - HTTP's statuses of refusal
        raise error if never or not self.heard else MidwayError(f"{error} (in the middle of the sound)")


def _body_of(response: HTTPResponse) -> bytes:
    """The body of an answer that says how long it is; none else, for there may be no end of it."""
    return response.read(min(response.length, LARGEST)) if response.length else b""
