"""Where a camera's loudspeaker is: its RTSP address taken apart, and shown without what is secret in it.

A login may stand before the host (``rtsp://user:password@host/…``) and, with some makers, in the path or the query, so
neither is ever shown. In a login, what has a meaning in an address is written as in any URL: ``%40`` for ``@``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from edge_agent.core.errors import BadInputError

PORT: Final = 554
PORTS: Final = range(1, 65536)
FORM: Final = "rtsp://host/path or rtsp://user:password@host:port/path"
_PARTS: Final = re.compile(
    r"rtsp://(?:(?P<login>[^/?#]*)@)?(?P<host>\[[^\]@]+\]|[^@:/?#\[\]\s]+)(?::(?P<port>\d+))?(?P<rest>(?:[/?][^\s@]*)?)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraAddress:
    """A camera's RTSP address; ``url`` is what is asked for, without the login."""

    host: str
    port: int
    url: str = field(repr=False)
    user: str = field(repr=False)
    password: str = field(repr=False)

    def __str__(self) -> str:
        """For messages: ``rtsp://host:554/…``."""
        return f"rtsp://{self.host}:{self.port}/…"


def camera_address(text: str) -> CameraAddress:
    """The parts of an address.

    Raises:
        BadInputError: It is none; what was found is not repeated, as there may be a login in it.
    """
    parts = _PARTS.fullmatch(text)
    port = int(parts["port"] or PORT) if parts else 0
    if parts is None or port not in PORTS:
        raise BadInputError(f"speaker: an address that is none (not shown: it may hold a login), expected {FORM}")
    user, _, password = (parts["login"] or "").partition(":")
    where = parts["host"] + (f":{port}" if parts["port"] else "")
    return CameraAddress(
        host=parts["host"],
        port=port,
        url=f"rtsp://{where}{parts['rest'] or '/'}",
        user=unquote(user),
        password=unquote(password),
    )
