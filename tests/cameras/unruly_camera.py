"""A camera with no manners at all: each time it is asked it behaves badly in another way, the same for the same seed.

A way is drawn for every connection: answers that never end or lead elsewhere, logins that ask for nonsense, offers of
odd codings, and, once played, packets that break a rule of RTP, of its payload format or of RTCP. Run it as a context.
"""

from __future__ import annotations

import socket
from collections import Counter
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from tests.cameras.fuzz_camera import HOST, request
from tests.cameras.manners import H264, OFFERS, PLAYED, SESSION, SESSIONS, SPOILT, TRANSPORTS, WAYS, sound

if TYPE_CHECKING:
    from types import TracebackType

EVERY_S: Final = 0.004
PLAYED_S: Final = 25.0


class UnrulyCamera:
    """Listens on a free port of the loopback; ``ways`` counts how often it behaved in which way."""

    def __init__(self, seed: int, *, only: str = "") -> None:
        self._seed, self._only = seed, only
        self._ended, self._lock, self._asked = Event(), Lock(), 0
        self._server = socket.create_server((HOST, 0))
        self.port: int = self._server.getsockname()[1]
        self.ways = Counter[str]()

    @property
    def url(self) -> str:
        """Where it can be watched."""
        return f"rtsp://{HOST}:{self.port}/x"

    def __enter__(self) -> Self:
        """Begin to serve."""
        Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up on everybody."""
        self._ended.set()
        self._server.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                viewer, _ = self._server.accept()
                Thread(target=self._talk, args=(viewer,), daemon=True).start()

    def _talk(self, viewer: socket.socket) -> None:
        with self._lock:
            self._asked += 1
            draws = np.random.default_rng([self._seed, self._asked])
            way = self._only or str(draws.choice([*WAYS]))
            self.ways[way] += 1
        with viewer, suppress(OSError):
            viewer.settimeout(PLAYED_S)
            if way in SPOILT:
                request(viewer)
                for piece in SPOILT[way](draws):
                    if self._ended.wait(EVERY_S):
                        return
                    viewer.sendall(piece)
                return
            self._serve_stream(viewer, way, draws)

    def _serve_stream(self, viewer: socket.socket, way: str, draws: np.random.Generator) -> None:
        odd = way == "odd answers"
        offer = SESSION + (OFFERS[int(draws.integers(len(OFFERS)))] if way == "odd offer" else H264)
        transport = TRANSPORTS[int(draws.integers(len(TRANSPORTS)))] if odd else TRANSPORTS[0]
        session = SESSIONS[int(draws.integers(len(SESSIONS)))] if odd else "1"
        while not self._ended.is_set() and (asked := request(viewer)):
            verb, number = asked
            body = offer.encode(errors="surrogateescape") if verb == "DESCRIBE" else b""
            more = {
                "DESCRIBE": f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n",
                "SETUP": f"Session: {session}\r\nTransport: {transport}\r\n",
                "PLAY": f"Session: {session}\r\nRTP-Info: url=x;seq=-1;rtptime=99999999999999\r\n",
            }.get(verb, "Public: OPTIONS, DESCRIBE, SETUP, PLAY\r\n")
            said = int(number) + 1 if odd and draws.random() < 0.2 and number.isdigit() else number
            viewer.sendall(f"RTSP/1.0 200 OK\r\nCSeq: {said}\r\n{more}\r\n".encode() + body)
            if verb == "PLAY":
                for piece in PLAYED.get(way, sound)(draws):
                    if self._ended.wait(EVERY_S):
                        return
                    viewer.sendall(piece)
