"""Questions to the studio without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from edge_agent.adapters.clock import SystemClock
from edge_agent.app.replay.studio.camera_bench import Wanted, benches
from edge_agent.app.replay.studio.site import StudioSite
from edge_agent.app.replay.studio.studio import Studio
from edge_agent.web.exchange import Method, Reply, Request
from edge_agent.web.gate import Gate
from edge_agent.web.routes import Router, static_pages
from edge_agent.web.workshop import PageRequest

OURS: Final = {"host": "127.0.0.1:8960", "x-edge-agent": "studio"}
NOTHING: Final[Mapping[str, str]] = {}
OPEN: Final = Gate(loopback=True)
ONCE: Final = PageRequest(page="test", number=1)


@contextmanager
def opened(site: Path, wanted: Wanted | None = None) -> Iterator[Studio]:
    """The studio of a site, closed in the end."""
    studio_site = StudioSite(site)
    studio = Studio(studio_site, benches(studio_site, wanted or Wanted(), SystemClock()))
    try:
        yield studio
    finally:
        studio.close()


@contextmanager
def desk(site: Path, gate: Gate = OPEN) -> Iterator[Router]:
    """What answers the questions of the page of a site."""
    with opened(site) as studio:
        yield Router(workshop=studio, gate=gate, pages=static_pages())


def answer_to(
    desk: Router,
    method: Method,
    path: str,
    value: object = None,
    *,
    query: Mapping[str, str] = NOTHING,
    headers: Mapping[str, str] = NOTHING,
) -> Reply:
    """What the desk answers our own page, or one with other ``headers``."""
    body = b"" if value is None else json.dumps(value).encode()
    return desk.answer(Request(method=method, path=path, query=query, headers={**OURS, **headers}, body=body))


def json_of(reply: Reply) -> Any:  # noqa: ANN401 - JSON
    """What a reply says."""
    return json.loads(reply.body)


def drawing(studio: Studio) -> Any:  # noqa: ANN401 - YAML
    """What the zone file says."""
    return studio.camera("c1").zones.data
