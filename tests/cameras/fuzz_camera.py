"""A camera gone mad: it speaks RTSP as it should, and sends H.264 that is made up, the same for the same seed.

Among the units of its stream are parameter sets with every profile, so that its pictures come in sizes, depths and
colour formats that no camera has; and now and then its timestamps are made up too. Run it as a context.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, Self

import numpy as np

if TYPE_CHECKING:
    from types import TracebackType

HOST: Final = "127.0.0.1"
OFFER: Final = (
    "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=fuzz\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
    "a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0IAHukBQHsg,aM44gA==\r\na=control:t0\r\n"
)
KINDS: Final = (0x65, 0x65, 0x41, 0x67, 0x67, 0x68, 0x06, 0x7C, 0x78)  # slices, parameter sets, notes, pieces, bundles
PROFILES: Final = (66, 77, 88, 100, 110, 122, 244, 44)
LONGEST: Final = 1200
EVERY_S: Final = 0.004
WHOLE_CLOCK: Final = 1 << 32


class FuzzCamera:
    """Listens on ``port`` of the loopback, and serves each who asks from the beginning of its made-up stream.

    All its units begin as ``only`` says where that is given, and it offers ``coding`` in place of H.264.
    """

    def __init__(self, seed: int, *, only: bytes = b"", coding: str = "H264") -> None:
        self._seed = seed
        self._only = only
        self._offer = OFFER.replace("H264", coding)
        self._ended = Event()
        self._server = socket.create_server((HOST, 0))
        self.port: int = self._server.getsockname()[1]
        self.played = 0  # sessions that got as far as pictures

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
        with viewer, suppress(OSError):
            while not self._ended.is_set() and (asked := request(viewer)):
                verb, number = asked
                more = {
                    "DESCRIBE": f"Content-Type: application/sdp\r\nContent-Length: {len(self._offer)}\r\n",
                    "SETUP": "Session: 1\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n",
                    "PLAY": "Session: 1\r\n",
                }.get(verb, "Public: OPTIONS, DESCRIBE, SETUP, PLAY\r\n")
                answer = f"RTSP/1.0 200 OK\r\nCSeq: {number}\r\n{more}\r\n{self._offer if verb == 'DESCRIBE' else ''}"
                viewer.sendall(answer.encode())
                if verb == "PLAY":
                    self._play(viewer)

    def _play(self, viewer: socket.socket) -> None:
        self.played += 1
        draws = np.random.default_rng([self._seed, self.played])
        number = 0
        while not self._ended.wait(EVERY_S):
            number += 1
            when = int(draws.integers(WHOLE_CLOCK)) if draws.random() < 0.5 else number * 3600 % WHOLE_CLOCK
            head = bytes([0x80, 96 | int(draws.integers(2)) << 7]) + (number & 0xFFFF).to_bytes(2, "big")
            packet = (
                head
                + when.to_bytes(4, "big")
                + b"\0\0\0\1"
                + (self._only + draws.bytes(200) if self._only else unit(draws))
            )
            viewer.sendall(b"$\0" + len(packet).to_bytes(2, "big") + packet)


def unit(draws: np.random.Generator) -> bytes:
    """One unit of H.264: a kind that exists, and what follows is drawn; parameter sets begin with a known profile."""
    kind = int(draws.choice(KINDS))
    body = draws.bytes(int(draws.integers(LONGEST)))
    return bytes([kind, int(draws.choice(PROFILES)), 0, 30]) + body if kind == 0x67 else bytes([kind]) + body


def request(viewer: socket.socket) -> tuple[str, str] | None:
    """The verb and the number of what a viewer asks; None where it has hung up."""
    request = b""
    while b"\r\n\r\n" not in request:
        more = viewer.recv(4096)
        if not more:
            return None
        request += more
    lines = request.decode(errors="replace").split("\r\n")
    number = next((line.partition(":")[2].strip() for line in lines if line.lower().startswith("cseq:")), "1")
    return lines[0].split(" ")[0], number
