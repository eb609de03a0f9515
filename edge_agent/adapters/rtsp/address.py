"""A camera's address: taken apart to connect, and shown without what is secret in it.

A login may stand before the host (``rtsp://user:password@host/…``) and, with some makers, in the path or the query
(``rtsp://host/user=admin&password=…``), so neither is ever shown.
"""

from __future__ import annotations

import re
from typing import Final

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
