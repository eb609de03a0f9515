"""The TCP connection under a session, found among the process's own so that it can be hung up.

FFmpeg gives no handle on its socket, and a read that waits for a silent camera cannot be ended through PyAV: its
interrupt callback knows only deadlines, and takes the interpreter's lock three times a packet to look at them. But
the socket is one of this process's files, and whoever shuts it down ends the read within a millisecond::

    /proc/self/fd ──▶ sockets whose peer is the camera ──minus── those there before ──▶ the session's own

Two sessions that connect to one address at the same moment (the main and the sub stream of a camera) could not tell
whose is whose, so those take turns. A turn is not waited for longer than `PATIENCE_S`: behind one address there may be
a recorder with thirty cameras that has hung itself up. Who does not get its turn has no line to hang up, and its reads
end by their timeout.

What I dislike about it: it needs Linux, and there it needs /proc. Elsewhere `Line.found` is None, with the same result.

A camera's address: taken apart to connect, and shown without what is secret in it.

A login may stand before the host (``rtsp://user:password@host/…``) and, with some makers, in the path or the query
(``rtsp://host/user=admin&password=…``), so neither is ever shown.
"""

from __future__ import annotations

import os
import re
import socket
import stat
from collections import defaultdict
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_S: Final = 2.0
FILES: Final = Path("/proc/self/fd")

Host = tuple[str, int]  # a numeric address and a port

_turns: defaultdict[frozenset[Host], Lock] = defaultdict(Lock)
_guard: Final = Lock()


class Line:
    """The connection to one of ``hosts``, once it is there."""

    def __init__(self, hosts: frozenset[Host]) -> None:
        self._hosts = hosts
        self._before: frozenset[object] | None = None
        self._socket: socket.socket | None = None
        self._lock = Lock()

    @contextmanager
    def opening(self) -> Iterator[None]:
        """While the connection is being made; afterwards it has been found, if it can be."""
        with _guard:
            turn = _turns[self._hosts]
        mine = turn.acquire(timeout=PATIENCE_S)
        try:
            if mine:
                with self._lock:
                    self._before = _ends(self._hosts)
            yield
            self._find()
        finally:
            with self._lock:
                self._before = None
            if mine:
                turn.release()

    @property
    def found(self) -> bool:
        """Whether `hang_up` will end a read that waits."""
        return self._socket is not None

    def hang_up(self) -> None:
        """Shut the connection down, from any thread, also while it is being made."""
        self._find()
        with self._lock:
            if self._socket is not None:
                with suppress(OSError):  # the camera was faster
                    self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of it; FFmpeg closes its own."""
        with self._lock:
            if self._socket is not None:
                self._socket.close()
                self._socket = None

    def _find(self) -> None:
        with self._lock:
            if self._socket is not None or self._before is None:
                return
            found = _connected(self._hosts)
            new = [end for end in found if end not in self._before]
            if len(new) == 1:
                self._socket = found.pop(new[0])
            _close(found)


def resolve(host: str, port: int) -> frozenset[Host]:
    """The numeric addresses of a camera's name; raises OSError where it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return frozenset((str(address[0]), port) for *_, address in found)


def _ends(hosts: frozenset[Host]) -> frozenset[object]:
    found = _connected(hosts)
    _close(found)
    return frozenset(found)


def _close(found: dict[object, socket.socket]) -> None:
    for opened in found.values():
        opened.close()


def _connected(hosts: frozenset[Host]) -> dict[object, socket.socket]:
    """A duplicate of every connection to ``hosts``, to be closed by who asks, by our end of it: no two share one."""
    found: dict[object, socket.socket] = {}
    for path in tuple(FILES.iterdir()) if FILES.is_dir() else ():
        opened = _socket(int(path.name))
        if opened is None:
            continue
        end = opened.getsockname()
        if end not in found and _peer(opened) in hosts:
            found[end] = opened
        else:
            opened.close()
    return found


def _socket(file: int) -> socket.socket | None:
    """A duplicate of an open file, if it is a socket; another thread may have closed it since it was listed."""
    try:
        if not stat.S_ISSOCK(os.fstat(file).st_mode):
            return None
        return socket.socket(fileno=os.dup(file))
    except OSError:
        return None


def _peer(opened: socket.socket) -> object:
    try:
        peer = opened.getpeername()
    except OSError:  # not connected
        return None
    return peer[:2] if isinstance(peer, tuple) else None


PORTS: Final = {"rtsp": 554, "rtsps": 322}
_PARTS: Final = re.compile(
    r"(?P<scheme>rtsps?)://(?P<login>[^/?#]*@)?(?P<host>\[[^\]]+\]|[^@:/?#]+)(?::(?P<port>\d+))?(?=[/?#]|$)"
)


def host_and_port(address: str) -> tuple[str, int] | None:
    """Where to connect to; None where the address is none."""
    parts = _PARTS.match(address)
    if parts is None:
        return None
    port = int(parts["port"]) if parts["port"] else PORTS[parts["scheme"]]
    return (parts["host"].strip("[]"), port) if 0 < port < 65536 else None  # noqa: PLR2004 - TCP's


def shown_address(address: str) -> str:
    """The address for messages: ``rtsp://***@host:554/…``."""
    parts = _PARTS.match(address)
    if parts is None or "@" in address[parts.end() :]:  # it is not clear where a login ends
        return "rtsp://***"
    login = "***@" if parts["login"] else ""
    port = f":{parts['port']}" if parts["port"] else ""
    return f"{parts['scheme']}://{login}{parts['host']}{port}/…"
