"""A device on the loopback that speaks HTTP and breaks as it is told; ISAPI and VAPIX are built on it.

::

    with Isapi() as device:
        device.faults["/ISAPI/System/TwoWayAudio/channels"] = Answers(503)
        outlet = IsapiOutlet(address=device.address, …)
"""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, Self

from tests.adapters.speakers.digest import Doorkeeper, Verdict

if TYPE_CHECKING:
    import ssl
    from types import TracebackType

HOST: Final = "127.0.0.1"
RESET: Final = struct.pack("ii", 1, 0)  # SO_LINGER: no goodbye


@dataclass(frozen=True, slots=True)
class Answers:
    """That status, whatever was asked; before the body was read, or after."""

    status: int
    body: bytes = b""
    location: str = ""
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Silent:
    """It takes the request and says nothing, until it is stopped."""


@dataclass(frozen=True, slots=True)
class Babbles:
    """It says something that is not HTTP."""


@dataclass(frozen=True, slots=True)
class Dies:
    """The connection is reset once so many bytes of the body have come; at once where there are none."""

    after: int


Fault = Answers | Silent | Babbles | Dies


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRequest:
    """One request that was let in."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class HttpDevice:
    """Answers 200 to everything; what else, a subclass says. ``faults`` are by path, ``requests`` those let in."""

    def __init__(self, *, doorkeeper: Doorkeeper | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.doorkeeper = doorkeeper
        self.faults: dict[str, Fault] = {}
        self.requests: list[DeviceRequest] = []
        self.attempts: list[tuple[str, str]] = []
        self.answers_first = False
        self.stopping = Event()
        self.hearing = Event()  # the first of a body has come
        self.broken = Event()  # a request ended before its body did
        self._server = _Server((HOST, 0), _Handler)
        self._server.device = self
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port: int = self._server.server_address[1]
        self._scheme = "https" if tls is not None else "http"

    @property
    def address(self) -> str:
        """Where it is."""
        return f"{self._scheme}://{HOST}:{self.port}"

    def __enter__(self) -> Self:
        """Begin to answer."""
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, name="device")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop; returns once no thread is left."""
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, request: DeviceRequest) -> Answers:  # noqa: ARG002 - for those who care
        """What is said to a request that was let in."""
        return Answers(200)

    def broke_off(self, body: bytes) -> None:
        """A request ended before its body did."""


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    device: HttpDevice

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Nothing is written."""

    def serve(self) -> None:
        """One request, whatever its method."""
        device = self.server.device
        path = self.path.partition("?")[0]
        device.attempts.append((self.command, self.path))
        match device.faults.get(path):
            case Silent():
                device.stopping.wait()
                self.close_connection = True
                return
            case Babbles():
                self.wfile.write(b"220 mail.example ready\r\n\r\n")
                self.close_connection = True
                return
            case Dies(after=0):
                self._die()
                return
            case Answers(at_once=True) as answers:
                self._say(answers, last=True)
                return
            case _:
                pass
        if self._let_in():
            self._go_on(path)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = serve  # noqa: N815 - the library's own names

    def _let_in(self) -> bool:
        doorkeeper = self.server.device.doorkeeper
        if doorkeeper is None:
            return True
        verdict = doorkeeper.judge(dict(self.headers.items()), self.command, self.path)
        if verdict is Verdict.RIGHT:
            return True
        length = int(self.headers.get("Content-Length", "0"))
        self.send_response(401)
        for challenge in doorkeeper.challenges(stale=verdict is Verdict.STALE):
            self.send_header("WWW-Authenticate", challenge)
        self.send_header("Content-Length", "0")
        if length:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.flush()
        if length:
            self.close_connection = True
        return False

    def _go_on(self, path: str) -> None:
        device = self.server.device
        fault = device.faults.get(path)
        if device.answers_first and self.headers.get("Content-Type") == "application/octet-stream":
            self._say(Answers(200), last=False)
        body = self._body(fault.after if isinstance(fault, Dies) else None)
        if body is None:
            self.close_connection = True
            return
        request = DeviceRequest(method=self.command, target=self.path, headers=dict(self.headers.items()), body=body)
        answer_given = fault if isinstance(fault, Answers) else device.answer(request)
        device.requests.append(request)
        if not (device.answers_first and body):
            self._say(answer_given, last=False)

    def _body(self, dies_after: int | None) -> bytes | None:
        length, body = int(self.headers.get("Content-Length", "0")), b""
        while len(body) < length:
            left = length - len(body) if dies_after is None else dies_after - len(body)
            if not left:
                self.server.device.broke_off(body)
                self._die()
                return None
            with suppress(OSError):
                if piece := self.rfile.read1(min(left, 320)):
                    body += piece
                    self.server.device.hearing.set()
                    continue
            self.server.device.broke_off(body)
            self.server.device.broken.set()
            return None
        return body

    def _die(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.close_connection = True

    def _say(self, answer_given: Answers, *, last: bool) -> None:
        self.send_response(answer_given.status)
        if answer_given.location:
            self.send_header("Location", answer_given.location)
        self.send_header("Content-Length", str(len(answer_given.body)))
        if last:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(answer_given.body)
        self.wfile.flush()
