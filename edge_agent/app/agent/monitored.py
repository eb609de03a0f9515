"""The monitoring page of an agent: served as soon as its address is free, and no reason not to watch until then."""

from __future__ import annotations

import logging
from threading import Event, Thread
from typing import TYPE_CHECKING, Self

from edge_agent.core.errors import OutsideError
from edge_agent.core.feed.broker_faults import pause_s
from edge_agent.web.monitoring import MonitoringServer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from edge_agent.web.monitoring import Page

_log = logging.getLogger(__name__)


class Monitored:
    """Serves ``pages`` for the length of a ``with`` block; an address that is taken is tried again until it is free.

    Args:
        pages: What is answered, by path.
        host: Where to listen.
        port: Its port; 0 takes a free one.
        without: Told why nothing is served, and an empty text once it is.
        pause: Seconds to wait after so many failures in a row, for a salt.
    """

    def __init__(
        self,
        pages: Mapping[str, Callable[[], Page]],
        *,
        host: str,
        port: int,
        without: Callable[[str], None],
        pause: Callable[[int, str], float] = pause_s,
    ) -> None:
        self._server = MonitoringServer(pages, host=host, port=port)
        self._without = without
        self._pause = pause
        self._ending = Event()
        self._serving = False
        self._thread = Thread(target=self._keep_trying, name="monitoring address", daemon=True)

    @property
    def port(self) -> int:
        """Where it listens, once it does."""
        return self._server.port

    def __enter__(self) -> Self:
        """Begin to answer, now or as soon as the address can be had."""
        if not self._served():
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and free the port."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._serving:
            self._server.__exit__(kind, error, trace)

    def _keep_trying(self) -> None:
        failures = 1
        while not self._ending.wait(self._pause(failures, str(self.port))) and not self._served():
            failures += 1

    def _served(self) -> bool:
        try:
            self._server.__enter__()
        except OutsideError as error:
            self._without(str(error))
            return False
        self._serving = True
        self._without("")
        _log.info("health and metrics: %s", ", ".join(self._server.addresses()))
        return True
