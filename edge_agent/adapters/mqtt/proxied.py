"""A connection through a proxy: HTTP with CONNECT (RFC 9110, 9.3.6), or SOCKS 5 (RFC 1928) with its login (RFC 1929).

The proxy is given the broker's name and looks it up itself. Nothing is read beyond its answer: what comes behind is
the broker's.
"""

from __future__ import annotations

import socket
from base64 import b64encode
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Final

from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from edge_agent.config.broker.broker_fields import Proxy

VERSION: Final = 5
CONNECT: Final = 1
NAME: Final = 3  # of the ways to write an address: by name
NO_LOGIN, LOGIN, NONE_OF_THEM = 0, 2, 0xFF
LONGEST: Final = 255  # bytes of a name, user or password
# RFC 1928, 6
_REFUSED: Final = {
    1: "it failed",
    2: "its rules do not allow that broker",
    3: "the network cannot be reached",
    4: "the broker cannot be reached",
    5: "the broker refuses connections",
    6: "it took too long",
    7: "it does not connect for others",
    8: "it does not know such addresses",
}
_SIZES: Final = {1: 4, 4: 16}  # bytes of an address, by its kind


def through(proxy: Proxy, host: str, port: int, *, seconds: float) -> socket.socket:
    """A connection to ``host`` that the proxy has made; no wait is longer than ``seconds``.

    Raises:
        OutsideError: The proxy cannot be reached, or does not connect us; neither names a password.
    """
    here = f"proxy {proxy.host}:{proxy.port}"
    try:
        return _by_http(proxy, host, port, seconds) if proxy.kind == "http" else _by_socks(proxy, host, port, seconds)
    except TimeoutError as error:
        raise OutsideError(f"{here}: no answer within {seconds:.0f} s") from error
    except HTTPException as error:
        raise OutsideError(f"{here}: speaks no HTTP") from error
    except (OSError, UnicodeError) as error:
        raise OutsideError(f"{here}: {getattr(error, 'strerror', None) or error}") from error


def _login(proxy: Proxy) -> tuple[str, str]:
    return proxy.username or "", "" if proxy.password is None else proxy.password.reveal()


def _by_http(proxy: Proxy, host: str, port: int, seconds: float) -> socket.socket:
    headers = {}
    if proxy.username is not None:
        headers["Proxy-Authorization"] = f"Basic {b64encode(':'.join(_login(proxy)).encode()).decode()}"
    connection = HTTPConnection(proxy.host, proxy.port, timeout=seconds)
    connection.set_tunnel(host, port, headers)
    try:
        connection.connect()
    except BaseException:
        connection.close()
        raise
    made: socket.socket = connection.sock
    connection.sock = None  # ours from now on: what is left of the other may be closed
    return made


def _by_socks(proxy: Proxy, host: str, port: int, seconds: float) -> socket.socket:
    made = socket.create_connection((proxy.host, proxy.port), timeout=seconds)
    try:
        _greet(made, proxy)
        name = host.encode("idna") if not host.isascii() else host.encode()
        made.sendall(bytes([VERSION, CONNECT, 0, NAME, len(name)]) + name + port.to_bytes(2, "big"))
        _take_answer(made)
    except BaseException:
        made.close()
        raise
    return made


def _take_answer(made: socket.socket) -> None:
    _, answer, _, kind = _read(made, 4)
    if answer:
        raise ConnectionError(_REFUSED.get(answer, f"refuses with code {answer}"))
    _read(made, (_SIZES.get(kind) or _read(made, 1)[0]) + 2)


def _greet(made: socket.socket, proxy: Proxy) -> None:
    ways = [NO_LOGIN] if proxy.username is None else [NO_LOGIN, LOGIN]
    made.sendall(bytes([VERSION, len(ways), *ways]))
    version, way = _read(made, 2)
    if version != VERSION:
        raise ConnectionError("speaks no SOCKS 5")
    if way not in ways:
        wanted = "wants a user name and a password" if proxy.username is None else "takes no user name and password"
        raise ConnectionError(wanted)
    if way == LOGIN:
        user, password = (each.encode()[:LONGEST] for each in _login(proxy))
        made.sendall(bytes([1, len(user)]) + user + bytes([len(password)]) + password)
        if _read(made, 2)[1]:
            raise ConnectionError("refuses the user name and the password")


def _read(made: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        some = made.recv(size - len(data))
        if not some:
            raise ConnectionError("hung up")
        data += some
    return data
