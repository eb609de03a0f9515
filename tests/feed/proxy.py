"""The network between an agent and its broker, which can be cut and mended."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final, Self

from edge_agent.adapters.broker import HOST

if TYPE_CHECKING:
    from types import TracebackType

CHUNK: Final = 65_536


class CableProxy:
    """Passes connections on to ``target`` from a port of its own; while ``cut``, whoever comes is sent away."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server((HOST, 0))
        self._lock = Lock()
        self._open: list[socket.socket] = []
        self._cut = False
        self.port: int = self._listener.getsockname()[1]
        self._threads = [Thread(target=self._take, daemon=True)]

    def cut(self) -> None:
        """Break off everything, and let nobody through."""
        with self._lock:
            self._cut = True
            self._break()

    def mend(self) -> None:
        """Let through whoever comes from now on."""
        with self._lock:
            self._cut = False

    def _break(self) -> None:
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._open.clear()

    def __enter__(self) -> Self:
        """Begin."""
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End, with all connections."""
        self.cut()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _take(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                if self._cut or not self._joined(client):
                    client.close()

    def _joined(self, client: socket.socket) -> bool:
        try:
            broker = socket.create_connection((HOST, self._target))
        except OSError:
            return False
        self._open += [client, broker]
        for one, other in ((client, broker), (broker, client)):
            thread = Thread(target=_pump, args=(one, other), daemon=True)
            self._threads.append(thread)
            thread.start()
        return True


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(CHUNK):
            sink.sendall(piece)
    for each in (source, sink):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
