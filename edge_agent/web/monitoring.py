"""A small web server for whoever looks after the box: a few pages of text, on the loopback unless told otherwise.

It gives nothing but these pages, takes nothing, and is never in the agent's way: a page is made when it is asked for,
on a thread of its own.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler
from socket import SHUT_RDWR, socket
from threading import Timer
from typing import TYPE_CHECKING, Final

from edge_agent.web.listening import ListeningServer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PLAIN: Final = "text/plain; charset=utf-8"
SERVER: Final = "edge-agent"
PATIENCE_S: Final = 5.0  # a client that says nothing for so long is left
LONGEST_S: Final = 30.0  # and one that says a byte now and then, for no longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one address answers now."""

    body: bytes
    type: str = PLAIN
    ok: bool = True


def fetched(host: str, port: int, path: str) -> Page | None:
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


class MonitoringServer(ListeningServer):
    """Serves ``pages`` by their path."""

    def __init__(self, pages: Mapping[str, Callable[[], Page]], *, host: str, port: int) -> None:
        self._pages = dict(pages)
        super().__init__("monitoring", _answering(self._pages), host=host, port=port)

    def addresses(self) -> tuple[str, ...]:
        """The address of every page."""
        host, port = self._address
        return tuple(f"http://{f'[{host}]' if ':' in host else host}:{port}{path}" for path in self._pages)


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
            response = page()
            self.send_response(HTTPStatus.OK if response.ok else HTTPStatus.SERVICE_UNAVAILABLE)
            self.send_header("Content-Type", response.type)
            self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            if with_body:
                self.wfile.write(response.body)

        def log_message(self, *words: object) -> None:
            """A scrape every few seconds is not worth a line."""

    return Answering
