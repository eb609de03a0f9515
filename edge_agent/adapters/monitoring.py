"""A small web server for whoever looks after the box: a few pages of text, on the loopback unless told otherwise.

It gives nothing but these pages, takes nothing, and is never in the agent's way: a page is made when it is asked for,
on a thread of its own.
"""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, socket
from threading import BoundedSemaphore, Thread, Timer
from typing import TYPE_CHECKING, Any, Final, Self

from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

PLAIN: Final = "text/plain; charset=utf-8"
SERVER: Final = "edge-agent"
PATIENCE_S: Final = 5.0  # a client that says nothing for so long is left
LONGEST_S: Final = 30.0  # and one that says a byte now and then, for no longer
MOST_AT_ONCE: Final = 16  # connections; a scraper has one
POLL_S: Final = 0.1  # how long the end may take to be seen

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one address answers now."""

    body: bytes
    type: str = PLAIN
    ok: bool = True


def asked(host: str, port: int, path: str) -> Page | None:
    """What the agent's server answers at ``path``; None where nobody listens, or not an agent."""
    client = HTTPConnection(host, port, timeout=PATIENCE_S)
    try:
        client.request("GET", path)
        answer = client.getresponse()
        ours = answer.headers.get("Server", "").startswith(SERVER)
        return Page(body=answer.read(), ok=answer.status == HTTPStatus.OK) if ours else None
    except (OSError, HTTPException):
        return None
    finally:
        client.close()


class MonitoringServer:
    """Serves ``pages`` by their path for the length of a ``with`` block; ``port`` 0 takes a free one.

    Raises:
        OutsideError: On entering, when the address cannot be listened on.
    """

    def __init__(self, pages: Mapping[str, Callable[[], Page]], *, host: str, port: int) -> None:
        self._pages = dict(pages)
        self._address = (host, port)
        self._server: ThreadingHTTPServer | None = None
        self._thread: Thread | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._address[1]

    def addresses(self) -> tuple[str, ...]:
        """The address of every page."""
        host, port = self._address
        return tuple(f"http://{f'[{host}]' if ':' in host else host}:{port}{path}" for path in self._pages)

    def __enter__(self) -> Self:
        """Begin to answer."""
        host, port = self._address
        try:
            server = _PageServer(self._address, _answering(self._pages))
        except OSError as error:
            raise OutsideError(f"monitoring {host}:{port}: cannot be listened on: {error.strerror}") from error
        self._address = (host, server.server_port)
        self._server, self._thread = (
            server,
            Thread(target=server.serve_forever, args=(POLL_S,), name="monitoring", daemon=True),
        )
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


class _PageServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a client that hangs must not hold up the end

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
        """A client that goes away in the middle is no news; anything else is ours."""
        if not isinstance(sys.exception(), OSError):
            _log.exception("a page of the monitoring server could not be made")


def _hang_up(connection: socket) -> None:
    with suppress(OSError):  # the client was faster
        connection.shutdown(SHUT_RDWR)


def _answering(pages: Mapping[str, Callable[[], Page]]) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        timeout = PATIENCE_S
        server_version = SERVER
        sys_version = ""

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def handle(self) -> None:
            """Answer what is asked, and hang up on who takes too long to ask."""
            late = Timer(LONGEST_S, _hang_up, (self.connection,))
            late.start()
            try:
                super().handle()
            finally:
                late.cancel()

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, *, with_body: bool) -> None:
            page = pages.get(self.path.partition("?")[0])
            if page is None:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            told = page()
            self.send_response(HTTPStatus.OK if told.ok else HTTPStatus.SERVICE_UNAVAILABLE)
            self.send_header("Content-Type", told.type)
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            if with_body:
                self.wfile.write(told.body)

        def log_message(self, *words: object) -> None:
            """A scrape every few seconds is not worth a line."""

    return Answering
