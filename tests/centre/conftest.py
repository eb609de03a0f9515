"""A database server for all tests of a process, and in it a database for each test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from centre.contract.topics import RETAINED
from centre.database.embedded import EmbeddedDatabase
from centre.database.migrate import migrate
from tests.architecture import ROOT
from tests.centre.stories import SOURCE, topic_of
from tests.feed.brokers import LASTING, Broker, broker_of

NAMES = iter(range(10_000))


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedDatabase]:
    """PostgreSQL out of the wheel, with a template that has all tables."""
    with TemporaryDirectory() as folder, EmbeddedDatabase(Path(folder) / "database", lasting=False) as running:
        migrate(running.url)
        yield running


@pytest.fixture
def database(server: EmbeddedDatabase) -> Iterator[str]:
    """The address of a database of one's own, with all tables and nothing in them."""
    name = f"test_{next(NAMES)}"
    maintenance = server.url.replace("/centre?", "/postgres?")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE centre STRATEGY file_copy")  # type: ignore[arg-type]
    yield server.url.replace("/centre?", f"/{name}?")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    """A connection to it."""
    with psycopg.connect(database, autocommit=True) as found:
        yield found


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """The best broker of this machine, running."""
    folder = tmp_path / "broker"
    folder.mkdir()
    with broker_of(folder, LASTING) as running:
        yield running


@pytest.fixture
def examples() -> list[tuple[str, bytes]]:
    """Topic and payload of every example in the contract that a box sends."""
    folder = ROOT / "docs" / "feed" / "examples"
    found = []
    for path in sorted(folder.glob("*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        if "specversion" in told:
            found.append((topic_of(told), path.read_bytes()))
        elif path.stem in RETAINED:
            found.append((f"{SOURCE}/{path.stem}", path.read_bytes()))
    return found
