"""A WebDAV server on the loopback, over a folder, with a login."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOGIN: Final = {"username": "box", "password": "secret"}


@contextmanager
def dav_server(folder: Path) -> Iterator[str]:
    """Its address, while it serves."""
    wsgi = pytest.importorskip("cheroot.wsgi")
    wsgidav = pytest.importorskip("wsgidav.wsgidav_app")
    users = {LOGIN["username"]: {"password": LOGIN["password"]}}
    config = {
        "provider_mapping": {"/": str(folder)},
        "simple_dc": {"user_mapping": {"*": users}},
        "verbose": 0,
        "logging": {"enable_loggers": []},
    }
    server = wsgi.Server(("127.0.0.1", 0), wsgidav.WsgiDAVApp(config))
    server.prepare()
    thread = Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.bind_addr[1]}"
    finally:
        server.stop()
        thread.join(timeout=10)
