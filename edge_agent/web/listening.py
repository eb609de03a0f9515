"""A web server's life: from a port that is taken to one that is free again. Standard library, a thread a connection."""

from __future__ import annotations

import logging
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET6
from threading import BoundedSemaphore, Thread
from typing import TYPE_CHECKING, Any, Final, Self

from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from types import TracebackType

MOST_AT_ONCE: Final = 32  # connections; a browser has six, a scraper one
POLL_S: Final = 0.1  # how long the end may take to be seen

_log = logging.getLogger(__name__)


class ListeningServer:
    """Serves for the length of a ``with`` block, on an address of IPv4 or IPv6; ``port`` 0 takes a free one.

    Args:
        name: Whose pages they are, as errors call it.
        answering: Answers one connection.
        host: On which address it listens.
        port: And on which port.

    Raises:
        OutsideError: On entering, when the address cannot be listened on.
    """

    def __init__(self, name: str, answering: type[BaseHTTPRequestHandler], *, host: str, port: int) -> None:
        self._name = name
        self._answering = answering
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
            server = (_Server6 if ":" in host else _Server)(self._address, self._answering)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise OutsideError(f"{self._name} {host}:{port}: cannot be listened on: {reason}") from error
        self._address, self._server = (host, server.server_port), server
        self._thread = Thread(target=server.serve_forever, args=(POLL_S,), name=self._name, daemon=True)
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
    request_queue_size = MOST_AT_ONCE  # of the library's five, who comes sixth at once tries again a second later
    block_on_close = False  # a client that hangs, or keeps its connection, must not hold up the end

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
            _log.exception("a page could not be made")


class _Server6(_Server):
    address_family = AF_INET6
