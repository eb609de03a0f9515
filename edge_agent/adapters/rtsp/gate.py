"""The gate between FFmpeg and a camera: it connects, logs in, and decides where a connection may go.

FFmpeg's own client gives its password in the clear to whoever asks, follows a camera to any other host, believes any
certificate and knows no SHA-256. So it is given an address of this machine, without a login, and here stands who
speaks with the camera::

    FFmpeg ──▶ 127.0.0.1 ─▶ gate ──TCP or TLS──▶ camera
                             │ 401 digest   asked again, with the answer
                             │ 401 basic    only where it is allowed, or over TLS
                             │ 302          to the same host, by a new session; to another, not at all
                             └ once it plays, bytes are handed on unread

What plays is handed on in large pieces: a thread that is woken for each packet costs more than all else (see `naps`).
The system wakes it for `ENOUGH` bytes, or after `WAIT_S`. The address of this machine has a word in it that only the
FFmpeg of this session knows.
"""

from __future__ import annotations

import secrets
import socket
import ssl
import struct
from contextlib import suppress
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from edge_agent.adapters.rtsp import faults
from edge_agent.adapters.rtsp.messages import (
    CHUNK,
    LARGEST,
    Inlet,
    body_size,
    number_of,
    numbered,
    status_of,
    values_of,
    with_header,
)
from edge_agent.adapters.rtsp.secured import Line, SecuredLine
from edge_agent.config.broker.tls import Tls
from edge_agent.config.broker.trust import check_pin, distrust, tls_context
from edge_agent.config.fields.stream_address import target
from edge_agent.core.stream.login import Login
from edge_agent.ports import LoginRefusedError

if TYPE_CHECKING:
    from edge_agent.config.fields.stream_address import CameraTarget
    from edge_agent.ports import StreamError

LOOPBACK: Final = "127.0.0.1"
ENOUGH: Final = 16_384  # bytes that are worth waking for
WAIT_S: Final = 0.1
KNOCK_S: Final = 1.0  # for whoever connects to say the word
CAMERA: Final = "the camera"
TRIES: Final = 3  # a nonce may have gone stale between two requests
UNAUTHORIZED, REDIRECTS = 401, range(300, 400)
OK: Final = 200


class CameraConnection:
    """One connection to one camera, for one FFmpeg.

    `open` belongs to one thread; `hang_up` may be called from any, and ends everything at once.

    Args:
        address: The camera's address, with its login.
        to: The same, taken apart.
        seconds: How long connecting may take.
        tls: Whom to believe, where the address is ``rtsps://``.
        basic: Whether the password may be given in the clear.
    """

    def __init__(self, address: str, to: CameraTarget, *, seconds: float, tls: Tls | None, basic: bool) -> None:
        self._address = address
        self._to = to
        self._seconds = seconds
        self._tls = tls or Tls()
        self._login = Login(to.user, to.password, openly=basic or to.secure)
        self._word = secrets.token_urlsafe(16)
        self._lock = Lock()
        self._lines: list[Line] = []
        self._closed = False
        self._skew = 0  # how many requests more we have made than FFmpeg
        self._here = b""
        self.refusal: StreamError | None = None
        """Why FFmpeg was given nothing, where that was decided here."""
        self.moved: str | None = None
        """Where the camera has sent us, on the same host; with the same login."""

    def open(self) -> str:
        """Connect to the camera; returns the address for FFmpeg.

        Raises:
            OSError: The camera cannot be reached.
            LoginRefusedError: It is not trusted.
        """
        self._camera = self._connected()
        self._hold(self._camera)
        door = socket.create_server((LOOPBACK, 0), backlog=1)
        self._hold(door)
        self._here = f"rtsp://{LOOPBACK}:{door.getsockname()[1]}/{self._word}".encode()
        Thread(target=self._serve, args=(door,), daemon=True, name="camera gate").start()
        return self._here.decode() + ("/" if self._to.url.endswith("/") else "")

    def hang_up(self) -> None:
        """End both connections, whatever waits on them."""
        with self._lock:
            self._closed = True
            mine, self._lines = self._lines, []
        for each in mine:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _hold(self, made: Line) -> None:
        """Have a connection ended with all others."""
        with self._lock:
            closed = self._closed
            self._lines.append(made)
        if closed:
            self.hang_up()
            raise ConnectionAbortedError("closed meanwhile")

    def _connected(self) -> Line:
        made = socket.create_connection((self._to.host, self._to.port), timeout=self._seconds)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._to.secure:
            return self._secured(made)
        made.settimeout(None)
        return made

    def _secured(self, made: socket.socket) -> Line:
        try:
            context = tls_context(self._tls, CAMERA)
            secured = context.wrap_socket(made, server_hostname=self._tls.server_name or self._to.host)
            if self._tls.pin:
                check_pin(self._tls, CAMERA, secured.getpeercert(binary_form=True) or b"")
        except ssl.SSLError as error:
            raise distrust(error, CAMERA) from error
        except TimeoutError as error:
            fault = f"no answer in TLS within {self._seconds:g} s; is it a port for rtsps?"
            raise LoginRefusedError(f"{CAMERA}: {fault}") from error
        finally:
            made.close()  # where it was wrapped, another holds it now
        return SecuredLine(secured)

    def _serve(self, door: socket.socket) -> None:
        """Answer FFmpeg until either side hangs up."""
        try:
            player, inlet, first = self._admitted(door)
            self._talk(player, inlet, first)
        except (OSError, LoginRefusedError):
            pass
        finally:
            self.hang_up()

    def _admitted(self, door: socket.socket) -> tuple[socket.socket, Inlet, bytes]:
        """FFmpeg's connection, and its first request; whoever does not know the word is sent away."""
        while True:
            player, _ = door.accept()
            player.settimeout(KNOCK_S)
            inlet = Inlet(player)
            with suppress(TimeoutError):
                first = inlet.piece()
                if self._here in first.partition(b"\r\n")[0]:
                    player.settimeout(None)
                    self._hold(player)
                    door.close()
                    return player, inlet, first
            player.close()

    def _talk(self, player: socket.socket, inlet: Inlet, first: bytes) -> None:
        camera = Inlet(self._camera)
        playing, piece = False, first
        while piece:
            if piece[:1] == b"$" or status_of(piece):  # what FFmpeg reports, and answers the camera's own questions
                self._camera.sendall(piece)
            elif playing:
                self._ask(piece)
            elif self._exchange(piece, camera, player):
                playing = True
                Thread(target=self._hand_on, args=(camera, player), daemon=True, name="camera gate, pictures").start()
            piece = inlet.piece()

    def _exchange(self, request: bytes, camera: Inlet, player: socket.socket) -> bool:
        """One request and its reply; whether what comes from now on is to be handed on unread."""
        head = b""
        for _ in range(TRIES):
            self._ask(request)
            head = self._reply(camera, player)
            if status_of(head) != UNAUTHORIZED or not self._login.challenged(values_of(head, "www-authenticate")):
                break
            if sum(map(len, camera.body(min(body_size(head), LARGEST)))) < body_size(head):
                break
            self._skew += 1
        status = status_of(head)
        if status == UNAUTHORIZED and self._login.only_basic and not self._login.openly and self._login.user:
            self.refusal = faults.in_the_clear(self._address)
        if status in REDIRECTS:
            self._redirected(head)
            return False
        player.sendall(numbered(head, number_of(request)))
        for some in camera.body(body_size(head)):
            player.sendall(some)
        return not status or (status == OK and request.startswith(b"PLAY "))

    def _ask(self, request: bytes) -> None:
        """Hand on a request of FFmpeg's under the camera's own address, with the answer to its challenge."""
        line, _, rest = request.partition(b"\r\n")
        line = line.replace(self._here, self._to.url.removesuffix("/").encode(), 1)
        whole = line + b"\r\n" + rest
        method, url = [*line.decode("latin-1").split(" "), "", ""][:2]
        if answer := self._login.answer(method, url):
            whole = with_header(whole, "Authorization", answer)
        number = number_of(request)
        self._camera.sendall(numbered(whole, b"%d" % (int(number) + self._skew)) if number else whole)

    def _reply(self, camera: Inlet, player: socket.socket) -> bytes:
        """The head of the next reply; packets, and what the camera asks of its own, are FFmpeg's."""
        while head := camera.piece():
            if status_of(head):
                return head
            player.sendall(head)
        return camera.rest()  # it ended, or is no RTSP

    def _redirected(self, head: bytes) -> None:
        to, url = self._to, (*values_of(head, "location"), "")[0]
        there = target(urljoin(to.url, url)) if url else None
        if there is not None and there.host.lower() == to.host.lower() and (there.secure or not to.secure):
            self.moved = there.url
        else:
            self.refusal = faults.redirected(self._address)
        self.hang_up()

    def _hand_on(self, camera: Inlet, player: socket.socket) -> None:
        """Give FFmpeg what comes, until either side hangs up."""
        try:
            player.sendall(camera.rest())
            if isinstance(self._camera, socket.socket):
                self._camera.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, ENOUGH)
                self._camera.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, int(WAIT_S * 1e6)))
            while True:
                try:
                    data = self._camera.recv(CHUNK)
                except BlockingIOError:  # nothing for so long; FFmpeg's own timeout says when that is too long
                    continue
                if not data:
                    return
                if b"RTSP/1.0 401 " in data:  # to what keeps the session alive: the nonce has gone stale
                    self._login.challenged(values_of(data[data.index(b"RTSP/1.0 401 ") :], "www-authenticate"))
                player.sendall(data)
        except OSError:
            pass
        finally:
            self.hang_up()
