"""A camera's address: taken apart to connect, and shown without what is secret in it.

A login may stand before the host (``rtsp://user:password@host/…``) and, with some makers, in the path or the query
(``rtsp://host/user=admin&password=…``), so neither is ever shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

PORTS: Final = {"rtsp": 554, "rtsps": 322}
MOST_PORTS: Final = 65536
ESCAPES: Final = {"#": "%23", "/": "%2F", "?": "%3F"}  # what ends a host, wherever it stands
_PARTS: Final = re.compile(
    r"(?P<scheme>rtsps?)://(?:(?P<login>[^/?#]*)@)?(?P<host>\[[^\]]+\]|[^@:/?#]+)(?::(?P<port>\d+))?(?=[/?#]|$)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraTarget:
    """Where a camera is: ``url`` is what it is asked for, without the login."""

    host: str
    port: int
    secure: bool
    url: str = field(repr=False)
    user: str = field(repr=False)
    password: str = field(repr=False)


def target(address: str) -> CameraTarget | None:
    """The parts of an address; None where it is none."""
    parts = _PARTS.match(address)
    port = int(parts["port"] or PORTS[parts["scheme"]]) if parts else 0
    if parts is None or not 0 < port < MOST_PORTS or _cut_short(parts, address):
        return None
    user, _, password = (parts["login"] or "").partition(":")
    where = parts["host"] + (f":{parts['port']}" if parts["port"] else "")
    return CameraTarget(
        host=parts["host"].strip("[]"),
        port=port,
        secure=parts["scheme"] == "rtsps",
        url=f"{parts['scheme']}://{where}{address[parts.end() :]}",
        user=unquote(user),
        password=unquote(password),
    )


def with_login(url: str, address: str) -> str:
    """Another address on the same host, with the login of ``address``."""
    parts = _PARTS.match(address)
    scheme, mark, rest = url.partition("://")
    login = "" if parts is None or parts["login"] is None else f"{parts['login']}@"
    return f"{scheme}{mark}{login}{rest}"


def _cut_short(parts: re.Match[str], address: str) -> bool:
    """Whether what looks like a host and a port is a user and the digits that a password begins with.

    No address of a camera has a ``#`` in it, and an ``@`` behind the port belongs to a login, not to ``name=value``.
    """
    rest = address[parts.end() :]
    before, at, _ = rest.partition("@")
    return "#" in rest or (bool(at) and parts["login"] is None and parts["port"] is not None and "=" not in before)


def advice(address: str) -> str:
    """How to write the signs of its login that end a host; empty where it has none. No word of it is repeated."""
    login = address.partition("://")[2].rpartition("@")[0]
    signs = [f"{sign} as {code}" for sign, code in ESCAPES.items() if sign in login]
    return f"in a user name or a password write {', '.join(signs)}" if signs else ""


def host_and_port(address: str) -> tuple[str, int] | None:
    """Where to connect to; None where the address is none."""
    to = target(address)
    return None if to is None else (to.host, to.port)


def shown_address(address: str) -> str:
    """The address for messages: ``rtsp://***@host:554/…``."""
    parts = _PARTS.match(address)
    if parts is None or "@" in address[parts.end() :]:  # it is not clear where a login ends
        return "rtsp://***"
    login = "" if parts["login"] is None else "***@"
    port = f":{parts['port']}" if parts["port"] else ""
    return f"{parts['scheme']}://{login}{parts['host']}{port}/…"
