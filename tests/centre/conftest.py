"""A database server for all tests of a process, and in it a database for each test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Protocol
from unittest.mock import patch
from zoneinfo import ZoneInfo

import psycopg
import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, Page

from centre.contract.topics import RETAINED
from centre.database.embedded import EmbeddedDatabase
from centre.database.migrate import migrate
from centre.ingest.listener import BrokerAddress
from centre.serving import ingesting, page_at
from centre.web import people
from centre.web.people import add_account
from centre.web.setting import Settings
from tests.architecture import ROOT
from tests.centre.asking import Visitor
from tests.centre.box import Box, box_on
from tests.centre.console import PASSWORD
from tests.centre.stories import SOURCE, topic_of
from tests.feed.brokers import LASTING, broker_of
from tests.feed.waiting import wait_for

NAMES = iter(range(10_000))
PEOPLE: Final = (
    ("wang.fang", "dispatcher", "320402"),
    ("zhao.lei", "dispatcher", "320402"),
    ("viewer", "viewer", "320402"),
    ("elsewhere", "dispatcher", "110101"),
    ("manager", "manager", "*"),
    ("admin", "admin", "*"),
)


class Reachable(Protocol):
    """A broker that runs on the loopback."""

    port: int


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """A password is hashed with little work: a fifth of a second each, for six people a test, is most of the time."""
    with patch.object(people, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)):
        yield


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
        connection.execute(f"CREATE DATABASE {name} TEMPLATE centre STRATEGY file_copy")
    yield server.url.replace("/centre?", f"/{name}?")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    """A connection to it."""
    with psycopg.connect(database, autocommit=True) as connection_made:
        yield connection_made


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Reachable]:
    """The best broker of this machine, running."""
    folder = tmp_path / "broker"
    folder.mkdir()
    with broker_of(folder, LASTING) as running:
        yield running


@pytest.fixture
def examples() -> list[tuple[str, bytes]]:
    """Topic and payload of every example in the contract that a box sends."""
    folder = ROOT / "docs" / "feed" / "examples"
    problems = []
    for path in sorted(folder.glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        if "specversion" in document:
            problems.append((topic_of(document), path.read_bytes()))
        elif path.stem in RETAINED:
            problems.append((f"{SOURCE}/{path.stem}", path.read_bytes()))
    return problems


@pytest.fixture
def centre(database: str, broker: Reachable) -> Iterator[str]:
    """The centre on them, with people who may do different things; the address of its page."""
    with psycopg.connect(database, autocommit=True) as connection:
        for name, role, district in PEOPLE:
            add_account(connection, name, title=name, password=PASSWORD, roles={district: role})
    address = BrokerAddress(host="127.0.0.1", port=broker.port)
    settings = Settings(database=database, timezone=ZoneInfo("Asia/Shanghai"))
    with ingesting(address, database, worker="centre-test") as worker, page_at(settings, "127.0.0.1", 0) as url:
        wait_for(lambda: worker.listener.connected)
        yield url


@pytest.fixture
def box(centre: str, broker: Reachable) -> Iterator[Box]:
    """A box that is online, once the centre listens."""
    assert centre
    with box_on(broker.port) as box_made:
        yield box_made


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page for somebody who reads English; what goes wrong in it fails the test."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1400, "height": 900})
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console", lambda message: wrong.append(message.text) if "Content Security Policy" in message.text else None
    )
    yield page
    context.close()
    assert wrong == []


@pytest.fixture
def pages(database: str) -> Iterator[str]:
    """The page alone, with the same people and no broker; its address."""
    with psycopg.connect(database, autocommit=True) as connection:
        for name, role, district in PEOPLE:
            add_account(connection, name, title=name, password=PASSWORD, roles={district: role})
    with page_at(Settings(database=database, timezone=ZoneInfo("Asia/Shanghai")), "127.0.0.1", 0) as url:
        yield url


@pytest.fixture
def visitor(pages: str) -> Iterator[Visitor]:
    """A manager of all districts, who asks without a browser."""
    visitor_made = Visitor(pages)
    visitor_made.enters("manager")
    yield visitor_made
    visitor_made.session.close()
