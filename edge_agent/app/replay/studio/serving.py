"""Serving the studio: its page on an address, open on the loopback, behind a token on any other."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge_agent.app.replay.studio.camera_bench import benches
from edge_agent.app.replay.studio.site import StudioSite
from edge_agent.app.replay.studio.studio import Studio
from edge_agent.config.broker.broker_settings import is_loopback
from edge_agent.config.fields.secret import Secret
from edge_agent.core.errors import BadInputError
from edge_agent.web.gate import Gate, Keys
from edge_agent.web.routes import Router, static_pages
from edge_agent.web.server import StudioServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_agent.app.replay.studio.camera_bench import Wanted
    from edge_agent.ports import Clock

TOKEN_BYTES: Final = 24
SHORTEST: Final = 16  # characters of a token that a person chose


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAddress:
    """Where the page is served. ``names`` are host names it may be asked by, ``token`` one that a person chose."""

    host: str
    port: int
    names: tuple[str, ...] = ()
    token: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What is served: ``url`` holds the token where that was made just now, and is to be shown once."""

    url: str
    token_made: bool


@contextmanager
def serving(site: Path, wanted: Wanted, address: PageAddress, clock: Clock) -> Iterator[Serving]:
    """The page, for the length of a ``with`` block.

    Raises:
        BadInputError: The site, what was wanted of it, or the token cannot be used.
        OutsideError: The address cannot be listened on.
    """
    studio_site = StudioSite(site)
    gate, made = _gate(address)
    studio = Studio(studio_site, benches(studio_site, wanted, clock, redacted=gate.keys is not None))
    with StudioServer(
        Router(workshop=studio, gate=gate, pages=static_pages()), host=address.host, port=address.port
    ) as server:
        shown = f"[{address.host}]" if ":" in address.host else address.host
        query = f"?token={made.reveal()}" if made is not None else ""
        try:
            yield Serving(url=f"http://{shown}:{server.port}/{query}", token_made=made is not None)
        finally:
            studio.close()


def _gate(address: PageAddress) -> tuple[Gate, Secret | None]:
    """Who is let in; and the token, where it had to be made."""
    loopback = is_loopback(address.host)
    names = frozenset(name.lower() for name in address.names)
    made = None
    token = address.token
    if token is not None and len(token.reveal()) < SHORTEST:
        raise BadInputError(
            f"{token.origin}: a token of {len(token.reveal())} characters, expected at least {SHORTEST}"
        )
    if token is None and not loopback:
        token = made = Secret("made at the start", secrets.token_urlsafe(TOKEN_BYTES))
    keys = None if token is None else Keys(token=token, session=secrets.token_urlsafe(TOKEN_BYTES))
    return Gate(loopback=loopback, names=names, keys=keys), made
