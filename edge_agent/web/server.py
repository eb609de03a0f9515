"""The server: sockets around the desk. Standard library, one thread a connection, for one person or a few."""

from __future__ import annotations

import logging
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET6
from threading import BoundedSemaphore, Thread
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Self
from urllib.parse import parse_qsl, urlsplit

from edge_agent.core.errors import OutsideError
from edge_agent.web.exchange import MOST_BYTES, Request, refused

if TYPE_CHECKING:
    from types import TracebackType

    from edge_agent.web.exchange import Method, Reply
    from edge_agent.web.routes import Router

PATIENCE_S: Final = 60.0  # a browser that says nothing for so long is left; it asks anew by itself
MOST_AT_ONCE: Final = 32  # connections; a browser has six
MOST_DIGITS: Final = 10  # of a length
POLL_S: Final = 0.1  # how long the end may take to be seen
GUARDS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

_log = logging.getLogger(__name__)


class StudioServer:
    """Serves the desk for the length of a ``with`` block; ``port`` 0 takes a free one.

    Raises:
        OutsideError: On entering, when the address cannot be listened on.
    """

    def __init__(self, desk: Router, *, host: str, port: int) -> None:
        self._desk = desk
        self._address = (host, port)
        self._server: ThreadingHTTPServer | None = None
        self._thread: Thread | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._address[1]

    def __enter__(self) -> Self:
        """Begin to answer."""
        host, port = self._address
        try:
            self._server = (_Server6 if ":" in host else _Server)(self._address, _answering(self._desk))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise OutsideError(f"studio {host}:{port}: cannot be listened on: {reason}") from error
        self._address = (host, self._server.server_port)
        self._thread = Thread(target=self._server.serve_forever, args=(POLL_S,), name="studio", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and free the port."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a browser that keeps its connection must not hold up the end

    def __init__(self, *words: Any) -> None:  # noqa: ANN401 - those of the library
        super().__init__(*words)
        self._room = BoundedSemaphore(MOST_AT_ONCE)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the library calls it
        """Answer on a thread of its own; hang up on who comes while as many as may are being answered."""
        if not self._room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._room.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as above
        """Make room again when it is done."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - as the library calls it
        """A browser that goes away in the middle is no news; anything else is ours."""
        if not isinstance(sys.exception(), OSError):
            _log.exception("an answer of the studio could not be made")


class _Server6(_Server):
    address_family = AF_INET6


class _Answering(BaseHTTPRequestHandler):
    """Turns sockets into questions and answers of ``desk``."""

    desk: ClassVar[Router]
    timeout = PATIENCE_S
    protocol_version = "HTTP/1.1"
    server_version = "edge-agent"
    sys_version = ""

    def do_GET(self) -> None:
        if self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers:
            self._turn_away("a GET with a body, expected none")  # what follows would be taken for the next question
            return
        self._answer("GET")

    def do_POST(self) -> None:
        self._with_body("POST")

    def do_PUT(self) -> None:
        self._with_body("PUT")

    def _with_body(self, method: Literal["POST", "PUT"]) -> None:
        length = self.headers.get("Content-Length", "")
        written = length.isascii() and length.isdigit() and len(length) <= MOST_DIGITS
        if not written or int(length) > MOST_BYTES or "Transfer-Encoding" in self.headers:
            self.close_connection = True  # what follows is not read
            sentence = f"a body of {length[:20] or 'unknown'} bytes, expected at most {MOST_BYTES}"
            self._reply(refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence))
            return
        self._answer(method, self.rfile.read(int(length)))

    def _answer(self, method: Method, body: bytes = b"") -> None:
        if len(self.headers.get_all("Host", [])) > 1 or len(self.headers.get_all("Content-Length", [])) > 1:
            self._turn_away("a header twice that may stand there once")
            return
        try:
            request = self._request(method, body)
        except ValueError:
            self._turn_away("an address that cannot be read")
            return
        self._reply(self.desk.answer(request))

    def _turn_away(self, sentence: str) -> None:
        self.close_connection = True
        self._reply(refused(HTTPStatus.BAD_REQUEST, sentence))

    def _request(self, method: Method, body: bytes = b"") -> Request:
        parts = urlsplit(self.path)
        return Request(
            method=method,
            path=parts.path,
            query=dict(parse_qsl(parts.query)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )

    def _reply(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in (GUARDS | dict(reply.headers)).items():
            self.send_header(name, value)
        self.send_header("Content-Type", reply.type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *words: object) -> None:
        """A person scrubbing through a day is not worth a line a picture."""


def _answering(desk: Router) -> type[BaseHTTPRequestHandler]:
    class Answering(_Answering):
        pass

    Answering.desk = desk
    return Answering
