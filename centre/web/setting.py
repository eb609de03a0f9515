"""What all pages of one process share: the settings, the pool of connections, and the templates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader
from psycopg import Connection
from psycopg_pool import ConnectionPool

from centre.web.oidc_provider import Provider
from centre.web.outside_store import OutsideStore

PAGES: Final = (
    ("queue", "/"),
    ("map", "/map"),
    ("boxes", "/boxes"),
    ("figures", "/figures"),
    ("registers", "/registers/person"),
    ("record", "/record"),
)
Pool = ConnectionPool[Connection[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a city decides."""

    database: str
    timezone: ZoneInfo
    store: Path | None = None
    https: bool = False
    provider: Provider | None = None
    outside: OutsideStore | None = None
    tiles: str = ""
    tiles_credit: str = ""
    tiles_gcj02: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """One process of the page."""

    settings: Settings
    pool: Pool
    templates: Environment
    pages: tuple[tuple[str, str], ...] = PAGES


def templates_of(settings: Settings) -> Environment:
    """The templates, which escape all that they are given."""

    def moment(at: datetime | None, form: str = "%m-%d %H:%M") -> str:
        return "" if at is None else at.astimezone(settings.timezone).strftime(form)

    environment = Environment(
        loader=PackageLoader("centre.web"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["moment"] = moment
    environment.filters["instant"] = datetime.fromisoformat
    environment.filters["urlpart"] = lambda text: quote(str(text), safe="")
    environment.globals["settings"] = settings
    return environment
