"""The network between a camera and us, which breaks as it is told.

::

    with FaultProxy(("127.0.0.1", server.port)) as proxy:
        address = server.url("street.mp4", port=proxy.port)
        proxy.fault = Stall()      # from now on, for all connections, until another is set
        proxy.fault = Pass()
        proxy.fault = Cut()        # what is connected now; who comes back gets through
        proxy.target = ("127.0.0.1", other.port)  # who connects from now on meets another camera

A fault is any value of `tests.cameras.faults`. It holds for what the camera sends; what is sent to the camera passes.
Which packets are dropped or spoilt is counted, not drawn: every n-th of a connection.
"""

from __future__ import annotations

import socket
import struct
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from threading import Condition, Thread
from typing import TYPE_CHECKING, Final, Self

from edge_agent.adapters.clock import counter_ns
from tests.cameras.faults import Corrupt, Cut, Delay, Drop, Fault, Pass, Refuse, Stall, Throttle
from tests.cameras.interleaved import Interleaved, is_rtp, spoilt

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

HOST: Final = "127.0.0.1"
CHUNK: Final = 65_536
HELD: Final = 4_194_304  # bytes a connection may hold back before the camera feels it
RESET: Final = struct.pack("ii", 1, 0)  # SO_LINGER: close with a reset, as a cut cable's router would
NANO: Final = 1_000_000_000

Address = tuple[str, int]


@dataclass(slots=True, eq=False)
class _Connection:
    """One client and its way to the camera; ``held`` are pieces with the time they came, in nanoseconds."""

    client: socket.socket
    camera: socket.socket
    held: deque[tuple[int, bytes]] = field(default_factory=deque)
    bytes_held: int = 0
    packets: int = 0
    free_ns: int = 0  # when a throttled line is free again
    workers: int = 3
    over: bool = False


class FaultProxy:
    """Takes connections for ``target`` on a port of its own and passes them on, with the fault of the moment."""

    def __init__(self, target: Address) -> None:
        self.target = target
        self.port = 0
        self.accepted = 0
        self._fault: Fault = Pass()
        self._changed = Condition()
        self._connections: set[_Connection] = set()
        self._threads: set[Thread] = set()
        self._listener: socket.socket | None = None

    @property
    def fault(self) -> Fault:
        """What happens to the stream now."""
        return self._fault

    @fault.setter
    def fault(self, fault: Fault) -> None:
        with self._changed:
            self._fault = Pass() if isinstance(fault, Cut) else fault
            if isinstance(fault, Cut | Refuse):
                self._cut()
            self._changed.notify_all()
        if isinstance(fault, Refuse):
            self._deafen()
        elif self._listener is None:
            self._listen()

    def start(self) -> Self:
        """Begin to take connections."""
        self._listen()
        return self

    def stop(self) -> None:
        """Cut everything and end; returns once no thread is left."""
        self._deafen()
        while left := self._hung_up():  # again, for one that was being accepted meanwhile
            for thread in left:
                thread.join()

    def _hung_up(self) -> tuple[Thread, ...]:
        with self._changed:
            for connection in self._connections:
                _hang_up(connection, socket.SHUT_RDWR)
            self._changed.notify_all()
            return tuple(self._threads)

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _listen(self) -> None:
        self._listener = socket.create_server((HOST, self.port))
        self.port = self._listener.getsockname()[1]
        self._run(partial(self._accept, self._listener))

    def _deafen(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
            listener.close()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        try:
            camera = socket.create_connection(self.target)
        except OSError:  # the camera itself is away
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            client.close()
            return
        connection = _Connection(client, camera)
        with self._changed:
            self.accepted += 1
            self._connections.add(connection)
        for work in (self._to_camera, self._from_camera, self._to_client):
            self._run(partial(work, connection))

    def _to_camera(self, connection: _Connection) -> None:
        with suppress(OSError):
            while data := connection.client.recv(CHUNK):
                connection.camera.sendall(data)
        self._leave(connection)

    def _from_camera(self, connection: _Connection) -> None:
        split = Interleaved()
        with suppress(OSError):
            while data := connection.camera.recv(CHUNK):
                with self._changed:
                    now = counter_ns()
                    for piece in split.pieces(data):
                        connection.held.append((now, piece))
                        connection.bytes_held += len(piece)
                    self._changed.notify_all()
                    self._changed.wait_for(lambda: connection.over or connection.bytes_held < HELD)
        with self._changed:
            connection.held.append((counter_ns(), b""))  # the camera's end of it
            self._changed.notify_all()
            self._changed.wait_for(lambda: connection.over)
        self._leave(connection)

    def _to_client(self, connection: _Connection) -> None:
        with suppress(OSError):
            while (piece := self._next(connection)) is not None:
                if piece:
                    connection.client.sendall(piece)
        self._leave(connection)

    def _next(self, connection: _Connection) -> bytes | None:
        """The next piece that is due, empty if it is lost on the way; None where the connection is over."""
        with self._changed:
            while not connection.over:
                wait_s = self._wait_s(connection)
                if wait_s is not None and wait_s <= 0:
                    _, piece = connection.held.popleft()
                    connection.bytes_held -= len(piece)
                    self._take_time(connection, len(piece))
                    self._changed.notify_all()
                    return self._changed_on_the_way(connection, piece) if piece else None
                self._changed.wait(wait_s)
        return None

    def _wait_s(self, connection: _Connection) -> float | None:
        """Seconds until the first held piece may go on; None where that is not known."""
        if not connection.held:
            return None
        came, _ = connection.held[0]
        match self._fault:
            case Stall():
                return None
            case Delay(seconds):
                return seconds - (counter_ns() - came) / NANO
            case Throttle():
                return (connection.free_ns - counter_ns()) / NANO
            case _:
                return 0.0

    def _take_time(self, connection: _Connection, size: int) -> None:
        if isinstance(self._fault, Throttle):
            busy_ns = size * NANO // self._fault.bytes_per_s
            connection.free_ns = max(connection.free_ns, counter_ns()) + busy_ns

    def _changed_on_the_way(self, connection: _Connection, piece: bytes) -> bytes:
        if not is_rtp(piece):
            return piece
        connection.packets += 1
        match self._fault:
            case Drop(one_in) if connection.packets % one_in == 0:
                return b""
            case Corrupt(one_in) if connection.packets % one_in == 0:
                return spoilt(piece)
            case _:
                return piece

    def _cut(self) -> None:
        """End every connection with a reset; to be called with the lock held."""
        for connection in self._connections:
            _reset(connection)
            _hang_up(connection, socket.SHUT_RD)

    def _leave(self, connection: _Connection) -> None:
        """One of its threads is done: the others follow, and the last closes it."""
        with self._changed:
            _hang_up(connection, socket.SHUT_RD)
            connection.workers -= 1
            if not connection.workers:
                connection.client.close()
                connection.camera.close()
                self._connections.discard(connection)
            self._changed.notify_all()

    def _run(self, work: Callable[[], None]) -> None:
        def running() -> None:
            try:
                work()
            finally:
                with self._changed:
                    self._threads.discard(thread)

        thread = Thread(target=running, name="fault-proxy", daemon=True)
        with self._changed:
            self._threads.add(thread)
            thread.start()  # under the lock, so that `stop` never meets one that was not started


def _hang_up(connection: _Connection, how: int) -> None:
    connection.over = True
    for end in (connection.client, connection.camera):
        with suppress(OSError):
            end.shutdown(how)


def _reset(connection: _Connection) -> None:
    """Let its end come without a goodbye."""
    for end in (connection.client, connection.camera):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
