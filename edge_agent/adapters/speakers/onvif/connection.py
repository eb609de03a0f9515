"""The TCP connection to a camera: requests and their replies, packets out, and everything else read away.

One thread, no queue: between two packets there are 20 ms, in which what the camera has sent is read. It must be read,
for a camera whose own stream is not taken stops listening.

Sound as RTP packets of 20 ms (RFC 3550, RFC 3551), as they stand on an RTSP connection (RFC 2326, 10.12).

Where the numbering begins is to be hard to guess, so that packets cannot be slipped in; it is a digest of the
announcement's id.
"""

from __future__ import annotations

import socket
import struct
from datetime import timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_agent.adapters.speakers.onvif.messages import Incoming, RtspReply
from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from edge_agent.adapters.speakers.onvif.offer import Backtrack
    from edge_agent.core.speak.sound import Samples
    from edge_agent.ports import Clock

CHUNK: Final = 65_536


class Connection:
    """An open connection; no wait on it is longer than ``seconds``.

    ``torn`` says that a part of something was sent and the rest was not: nothing more can be said on it. What is not
    bounded is how long the system takes to look up a name.
    """

    def __init__(self, host: str, port: int, *, clock: Clock, seconds: float) -> None:
        """Connect.

        Raises:
            OutsideError: Nobody is there.
        """
        self._clock = clock
        self._seconds = seconds
        self._incoming = Incoming()
        self._heard = False
        self.torn = False
        try:
            self._socket = socket.create_connection((host.strip("[]"), port), timeout=seconds)
        except TimeoutError as error:
            raise OutsideError(f"the camera does not answer within {seconds:g} s") from error
        except (OSError, UnicodeError) as error:
            raise OutsideError(f"the camera cannot be reached ({_reason(error)})") from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data: bytes) -> None:
        """Hand over all of ``data``; raises OutsideError where the camera takes no more."""
        try:
            self._socket.settimeout(self._seconds)
            self._socket.sendall(data)
        except TimeoutError as error:
            self.torn = True
            raise OutsideError(f"the camera has taken nothing for {self._seconds:g} s") from error
        except OSError as error:
            self.torn = True
            raise OutsideError(f"the connection broke off ({_reason(error)})") from error

    def reply(self, number: int) -> RtspReply:
        """The reply to the request of that number; raises OutsideError where none comes in time."""
        until = self._clock.now() + timedelta(seconds=self._seconds)
        while True:
            for reply in self._incoming.replies(self._some(until)):
                if reply.number in {str(number), ""}:
                    return reply

    def waiting(self) -> tuple[RtspReply, ...]:
        """The replies that have come by now; raises OutsideError where the connection is over."""
        replies: list[RtspReply] = []
        try:
            self._socket.settimeout(0)
            while data := self._socket.recv(CHUNK):
                replies += self._incoming.replies(data)
        except BlockingIOError:
            return tuple(replies)
        except OSError as error:
            raise OutsideError(f"the connection broke off ({_reason(error)})") from error
        raise OutsideError("the camera hung up")

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _some(self, until: datetime) -> bytes:
        left = (until - self._clock.now()).total_seconds()
        try:
            self._socket.settimeout(max(left, 1e-3))
            data = self._socket.recv(CHUNK) if left > 0 else None
        except TimeoutError:
            data = None
        except OSError as error:
            raise OutsideError(f"the connection broke off ({_reason(error)})") from error
        if data is None:
            fault = "answers too slowly: no whole reply" if self._heard else "takes the connection and says nothing"
            raise OutsideError(f"the camera {fault} within {self._seconds:g} s")
        if not data:
            raise OutsideError("the camera hung up")
        self._heard = True
        return data


def _reason(error: Exception) -> str:
    """The system's words for the error."""
    return getattr(error, "strerror", None) or type(error).__name__


PACKET: Final = 160  # samples: 20 ms, what RFC 3551 advises for telephone code
VERSION: Final = 0x80
MARKER: Final = 0x80  # on the first packet after a silence


def packets(samples: Samples, track: Backtrack, *, channel: int, announcement: str) -> Iterator[bytes]:
    """The samples, 8000 a second, as interleaved packets; the last is filled up with silence."""
    whole = np.concatenate((samples, np.zeros(-len(samples) % PACKET, np.int16)))
    number, timestamp, source = struct.unpack(">HII", blake2b(announcement.encode(), digest_size=10).digest())
    for n, start in enumerate(range(0, len(whole), PACKET)):
        payload = track.encode(whole[start : start + PACKET])
        header = struct.pack(
            ">BBHII",
            VERSION,
            track.payload_type | (0 if n else MARKER),
            (number + n) & 0xFFFF,
            (timestamp + start) & 0xFFFFFFFF,
            source,
        )
        yield struct.pack(">cBH", b"$", channel, len(header) + len(payload)) + header + payload
