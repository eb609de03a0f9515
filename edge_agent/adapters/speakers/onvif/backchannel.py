"""One session with a camera: what it is asked before it takes sound, and how one takes leave.

::

    DESCRIBE ─▶ SETUP, of all that the camera sends ─▶ SETUP, of what takes sound ─▶ PLAY ─▶ packets … ─▶ TEARDOWN

What the camera sends is set up too, and thrown away: there are cameras whose loudspeaker stays silent in a session with
a backchannel and nothing else. A camera that will not send it (it may have as many viewers as it can) is asked for the
rest nevertheless.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.speakers.onvif.connection import Connection
from edge_agent.adapters.speakers.onvif.offer import Backtrack, backtrack
from edge_agent.core.errors import Bug, OutsideError
from edge_agent.core.printable import whole_number
from edge_agent.core.stream.login import Login

if TYPE_CHECKING:
    from datetime import datetime

    from edge_agent.adapters.speakers.onvif.messages import RtspReply
    from edge_agent.config.fields.addresses import CameraAddress
    from edge_agent.ports import Clock

REQUIRE: Final = {"Require": "www.onvif.org/ver20/backchannel"}
OK, UNAUTHORIZED, NO_SESSION = 200, 401, 454
SESSION_S: Final = 60  # a session's life without a request, where the camera does not say (RFC 2326, 12.37)
SHORTEST_S: Final = 2  # of a life that a camera states: each half of one costs a question
_TIMEOUT: Final = re.compile(r";\s*timeout\s*=\s*(\d+)", re.IGNORECASE)
_CHANNEL: Final = re.compile(r"interleaved\s*=\s*(\d{1,3})", re.IGNORECASE)
NOT_OVER_TCP: Final = "the camera takes no sound over TCP"
_BUSY: Final = "the camera is busy: it takes no further session now"
_IN_THE_CLEAR: Final = (
    "the camera asks for the password in the clear (Basic); where that may be, set basic_auth: true of the speaker"
)
_WHY: Final = {
    401: "the camera refuses the login",
    403: "the camera refuses the login",
    404: "the camera has no stream of that name",
    453: _BUSY,
    461: NOT_OVER_TCP,
    503: _BUSY,
    551: "the camera offers no backchannel: it does not know the word",
}


class Backchannel:
    """A session that takes sound; used by one thread, once.

    Args:
        address: The camera, with its login if it has one.
        clock: By which replies are waited for.
        seconds: How long the camera may take for a reply.
        openly: Whether the password may be given in the clear.
    """

    def __init__(self, address: CameraAddress, *, clock: Clock, seconds: float, openly: bool) -> None:
        self.channel = 0
        self.begun = False
        self._address = address
        self._clock = clock
        self._seconds = seconds
        self._login = Login(address.user, address.password, openly=openly)
        self._connection: Connection | None = None
        self._base = address.url
        self._number = 0
        self._session = ""
        self._life = timedelta(seconds=SESSION_S)
        self._refreshed: datetime = clock.now()
        self._renewed = False

    def describe(self) -> Backtrack:
        """Connect, and learn what takes sound.

        Raises:
            OutsideError: Why there is nothing that does.
        """
        where = self._address
        self._connection = Connection(where.host, where.port, clock=self._clock, seconds=self._seconds)
        reply = self._granted("DESCRIBE", where.url, {"Accept": "application/sdp", **REQUIRE})
        base = reply.header("content-base") or reply.header("content-location")
        if base.lower().startswith("rtsp://"):
            self._base = base
        return backtrack(reply.body.decode("utf-8", "replace"), self._base)

    def open(self) -> Backtrack:
        """Connect, and come as far as the first packet.

        Raises:
            OutsideError: Why the camera takes no sound.
        """
        track = self.describe()
        for url in track.alongside:
            reply = self._setup(url, {})
            self.channel += 2 if reply.status == OK else 0
        reply = self._well("SETUP", self._setup(track.url, REQUIRE))
        ways = reply.header("transport")
        if ways and "/TCP" not in ways.upper():
            raise OutsideError(NOT_OVER_TCP)
        given = _CHANNEL.search(ways)
        self.channel = min(255, int(given[1])) if given else self.channel
        self._granted("PLAY", self._base, REQUIRE)
        return track

    def send(self, packet: bytes) -> None:
        """Send one packet, read what came, and keep the session alive.

        Raises:
            OutsideError: The connection is over, or the camera has ended the session.
        """
        connection = self._connected()
        connection.send(packet)
        self.begun = True
        for reply in connection.waiting():
            self._live_on(reply)
        if self._clock.now() - self._refreshed >= self._life / 2:
            self._send("OPTIONS", self._base, {})

    def end(self) -> None:
        """Take leave, and see that the session lived until then.

        Raises:
            OutsideError: It did not, or the camera says nothing.
        """
        session, self._session = self._session, ""
        self._granted("TEARDOWN", self._base, {"Session": session})

    def close(self) -> None:
        """Hang up; where a session still stands, take leave first, whatever the camera says to it."""
        if self._connection is not None:
            with suppress(OutsideError):
                if self._session and not self._connection.torn:
                    self.end()
            self._connection.close()

    def _live_on(self, reply: RtspReply) -> None:
        """Take the reply to a sign of life; one that met a nonce grown old is given once more."""
        if reply.status == NO_SESSION:
            raise OutsideError("the camera ended the session")
        renewed, self._renewed = self._renewed, False
        if reply.status == UNAUTHORIZED and not renewed:
            self._renewed = self._login.challenged(reply.headers.get("www-authenticate", ()))
            self._send("OPTIONS", self._base, {})

    def _setup(self, url: str, headers: dict[str, str]) -> RtspReply:
        ways = f"RTP/AVP/TCP;unicast;interleaved={self.channel}-{self.channel + 1}"
        reply = self._ask("SETUP", url, {"Transport": ways, **headers})
        if reply.status == OK:
            session, _, _ = reply.header("session").partition(";")
            self._session = session.strip() or self._session
            life = _TIMEOUT.search(reply.header("session"))
            seconds = whole_number(life[1], SESSION_S * 60) if life else SESSION_S
            self._life = timedelta(seconds=SESSION_S if seconds is None else max(SHORTEST_S, seconds))
        return reply

    def _granted(self, method: str, url: str, headers: dict[str, str]) -> RtspReply:
        return self._well(method, self._ask(method, url, headers))

    def _well(self, method: str, reply: RtspReply) -> RtspReply:
        if reply.status == OK:
            return reply
        if reply.status == UNAUTHORIZED and not self._address.user:
            raise OutsideError("the camera asks for a login, and its address has none")
        if reply.status == UNAUTHORIZED and self._login.only_basic and not self._login.openly:
            raise OutsideError(_IN_THE_CLEAR)
        raise OutsideError(_WHY.get(reply.status, f"the camera refuses {method} with {reply.status}"))

    def _ask(self, method: str, url: str, headers: dict[str, str]) -> RtspReply:
        """The reply to a request; where it is a challenge, to the request with the answer to it."""
        connection = self._connected()
        reply = connection.reply(self._send(method, url, headers))
        if reply.status == UNAUTHORIZED and self._login.challenged(reply.headers.get("www-authenticate", ())):
            return connection.reply(self._send(method, url, headers))
        return reply

    def _send(self, method: str, url: str, headers: dict[str, str]) -> int:
        """Send a request, and return its number."""
        self._number += 1
        session = {"Session": self._session} if self._session else {}
        self._connected().send(self._request(self._number, method, url, session | headers))
        self._refreshed = self._clock.now()
        return self._number

    def _request(self, number: int, method: str, url: str, headers: dict[str, str]) -> bytes:
        answer = self._login.answer(method, url)
        fields = {
            "CSeq": str(number),
            "User-Agent": "edge-agent",
            **({"Authorization": answer} if answer else {}),
            **headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        return f"{method} {url} RTSP/1.0\r\n{lines}\r\n".encode()

    def _connected(self) -> Connection:
        if self._connection is None:
            raise Bug("nothing can be asked before connecting")
        return self._connection
