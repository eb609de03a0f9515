"""Pages: the files of the studio's page, all of them known by name before anybody asks."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from edge_agent.web.exchange import Reply

TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
FRONT: Final = "index.html"
SIGN_IN: Final = "sign-in.html"


def static_pages() -> dict[str, Reply]:
    """Every file of the page by the name it is asked by; nothing else can be."""
    found = {}
    for file in (files("edge_agent.web") / "static").iterdir():
        kind = file.name.rpartition(".")[2]
        if kind in TYPES:
            found[file.name] = Reply(body=file.read_bytes(), type=TYPES[kind])
    return found
