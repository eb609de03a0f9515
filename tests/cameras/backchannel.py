"""A camera with a loudspeaker: an RTSP server with an ONVIF backchannel, on a port of its own.

::

    with BackchannelCamera() as camera:
        outlet = OnvifOutlet(address=Secret("test", camera.url()), clock=clock, seconds=1)
        outlet.play(announcement)
        camera.heard()     # what came out of its loudspeaker
        camera.asked       # what it was asked, in order

It speaks the protocol over TCP as cameras do: it wants the word for the backchannel, sends pictures of its own between
its replies and stops listening where nobody takes them, forgets a session that is not kept alive (by the time that the
sound itself tells, so that nobody waits), and misbehaves as it is told (`tests.cameras.loudspeaker_faults`).
"""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from threading import Condition, Thread
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from edge_agent.core.speak.sound import Samples
from tests.cameras.loudspeaker_faults import Foreign, Forget, HangUp, Manner, Mute, Refuse, Trickle, Well
from tests.cameras.loudspeaker_login import Door
from tests.cameras.telephone import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

HOST: Final = "127.0.0.1"
REQUIRE: Final = "www.onvif.org/ver20/backchannel"
SESSION: Final = "5A17"
TRICKLE_S: Final = 0.05  # seconds between two bytes of a camera that trickles
PICTURE: Final = b"$\x00\x05\x78" + bytes(1400)
OFFER: Final = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\na=control:*\r\n"
    "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:trackID=1\r\na=recvonly\r\n"
    "m=audio 0 RTP/AVP {codes}\r\n{maps}a=control:trackID=3\r\na=sendonly\r\n"
)


def offer(*codes: str) -> str:
    """A picture, and a backchannel in these codes, such as ``0 PCMU/8000``."""
    maps = "".join(f"a=rtpmap:{code}\r\n" for code in codes)
    return OFFER.format(codes=" ".join(code.split()[0] for code in codes), maps=maps)


@dataclass(frozen=True, slots=True)
class RtspRequest:
    """One request."""

    method: str
    url: str
    headers: dict[str, str]


@dataclass(slots=True)
class Visit:
    """One connection: what was set up on it, and when it was last asked something, in samples of the sound."""

    client: socket.socket
    channels: dict[str, int] = field(default_factory=dict)
    session: bool = False
    refreshed: int = 0
    heard: int = 0


class BackchannelCamera:
    """Serves until the end of its context; ``manner`` is how it behaves, ``door`` asks for a login."""

    def __init__(
        self, description: str = offer("0 PCMU/8000"), *, manner: Manner | None = None, door: Door | None = None
    ) -> None:
        self.requests: list[RtspRequest] = []
        self.packets: list[bytes] = []
        self.life_s = 60
        self._description = description
        self._manner: Manner = manner or Well()
        self._door = door
        self._listener = socket.create_server((HOST, 0))
        self._threads: list[Thread] = []
        self._visits: list[Visit] = []
        self._heard_more = Condition()

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listener.getsockname()[1]
        return port

    def url(self, login: str = "") -> str:
        """Its address, with a login in it."""
        return f"rtsp://{login}{'@' if login else ''}{HOST}:{self.port}/stream"

    def methods(self) -> list[str]:
        """What it was asked, in order."""
        return [request.method for request in self.requests]

    def heard(self) -> Samples:
        """What its loudspeaker played: every packet at the place that its timestamp says."""
        stamps = [int.from_bytes(packet[4:8], "big") for packet in self.packets]
        places = [(stamp - stamps[0]) & 0xFFFFFFFF for stamp in stamps]
        length = max((place + len(packet) - 12 for place, packet in zip(places, self.packets, strict=True)), default=0)
        heard = np.zeros(length, np.int16)
        for place, packet in zip(places, self.packets, strict=True):
            codec = {0: "pcm_mulaw", 8: "pcm_alaw"}[packet[1] & 0x7F]
            heard[place : place + len(packet) - 12] = decoded(codec, packet[12:])
        return heard

    def wait_for(self, packets: int) -> None:
        """Wait until it has heard so many, and answered what it was asked before them."""
        with self._heard_more:
            self._heard_more.wait_for(lambda: len(self.packets) >= packets, timeout=60)

    def __enter__(self) -> Self:
        """Begin to take connections."""
        self._run(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End everything; returns once no thread is left."""
        for end in (self._listener, *(visit.client for visit in self._visits)):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for end in (self._listener, *(visit.client for visit in self._visits)):
            end.close()

    def _run(self, work: partial[None] | object) -> None:
        thread = Thread(target=work, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._visits.append(Visit(client))
                self._run(partial(self._serve, self._visits[-1]))

    def _serve(self, visit: Visit) -> None:
        with suppress(OSError):
            for piece in _pieces(visit.client):
                if piece[:1] == b"$":
                    self._hear(visit, piece)
                else:
                    self._answer(visit, _request_of(piece))
        with suppress(OSError):
            visit.client.shutdown(socket.SHUT_RDWR)

    def _hear(self, visit: Visit, piece: bytes) -> None:
        if piece[1] != visit.channels.get("trackID=3"):
            return
        if isinstance(self._manner, HangUp) and len(self.packets) == self._manner.after:
            visit.client.shutdown(socket.SHUT_RDWR)
            return
        with self._heard_more:
            self.packets.append(piece[4:])
            self._heard_more.notify_all()
        visit.heard += len(piece) - 16
        forgotten = isinstance(self._manner, Forget) and len(self.packets) >= self._manner.after
        visit.session &= not forgotten and visit.heard - visit.refreshed <= self.life_s * 8000
        if "trackID=1" in visit.channels:
            visit.client.sendall(PICTURE)

    def _answer(self, visit: Visit, request: RtspRequest) -> None:
        self.requests.append(request)
        number = request.headers.get("cseq", "0")
        refusal = self._door.refusal(request.method, request.url, request.headers) if self._door else ""
        visit.refreshed = visit.refreshed if refusal else visit.heard
        match self._manner:
            case Mute(method) if method == request.method:
                return
            case Foreign(data):
                visit.client.sendall(data)
                return
            case Refuse(method, status) if method == request.method and not refusal:
                reply = _reply(status, number)
            case _:
                reply = _reply(401, number, refusal) if refusal else self._reply(visit, request, number)
        if isinstance(self._manner, Trickle):
            for byte in reply:
                visit.client.sendall(bytes([byte]))
                self._manner.clock.sleep(TRICKLE_S)
        else:
            visit.client.sendall(reply)

    def _reply(self, visit: Visit, request: RtspRequest, number: str) -> bytes:
        match request.method:
            case "DESCRIBE":
                return self._description_for(request, number)
            case "SETUP":
                return self._set_up(visit, request, number)
            case "OPTIONS" if "session" not in request.headers:
                return _reply(200, number, "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n")
            case _ if not visit.session or request.headers.get("session") != SESSION:
                return _reply(454, number)
            case "PLAY":
                return PICTURE * 40 + _reply(200, number, f"Session: {SESSION}\r\n") + PICTURE
            case _:
                visit.session = request.method != "TEARDOWN"
                return _reply(200, number)

    def _description_for(self, request: RtspRequest, number: str) -> bytes:
        wanted = request.headers.get("require")
        if wanted != REQUIRE:
            return _reply(551 if wanted else 200, number, "", self._description.partition("m=audio")[0])
        base = f"Content-Base: {self.url()}/\r\nContent-Type: application/sdp\r\n"
        return _reply(200, number, base, self._description)

    def _set_up(self, visit: Visit, request: RtspRequest, number: str) -> bytes:
        channel = int(request.headers["transport"].partition("interleaved=")[2].partition("-")[0])
        visit.channels[request.url.rpartition("/")[2]], visit.session = channel, True
        given = f"Transport: RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1}\r\n"
        return _reply(200, number, f"Session: {SESSION};timeout={self.life_s}\r\n{given}")


def _pieces(client: socket.socket) -> Iterator[bytes]:
    """Requests, and interleaved packets, whole."""
    rest = b""
    while data := client.recv(65_536):
        rest += data
        while (length := _length(rest)) and length <= len(rest):
            yield rest[:length]
            rest = rest[length:]


def _length(rest: bytes) -> int:
    """How long the piece is that comes first; 0 where that is not known yet."""
    if rest[:1] == b"$":
        return 4 + int.from_bytes(rest[2:4], "big") if len(rest) >= 4 else 0
    return rest.find(b"\r\n\r\n") + 4 if b"\r\n\r\n" in rest else 0


def _request_of(request: bytes) -> RtspRequest:
    first, *lines = request.decode().strip().split("\r\n")
    method, url, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    return RtspRequest(method, url, {name.lower(): value for name, value in headers.items()})


def _reply(status: int, number: str, headers: str = "", body: str = "") -> bytes:
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"RTSP/1.0 {status} Word\r\nCSeq: {number}\r\n{headers}{length}\r\n{body}".encode()
