"""The example of docs/centre/scale.md: two workers of ingest and two pages, four processes on one database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Event

import psycopg
import pytest
import requests
from playwright.sync_api import Browser, expect

from centre.web.people import add_account
from tests.architecture import ROOT
from tests.centre.box import box_on
from tests.centre.conftest import Reachable
from tests.centre.console import PASSWORD, Console
from tests.centre.stories import Street, thumbnail
from tests.feed.brokers import MOSQUITTO
from tests.ports import free_port


@contextmanager
def process(*options: str) -> Iterator[subprocess.Popen[bytes]]:
    """``centre serve`` with these options."""
    command = [sys.executable, "-m", "centre", "serve", *options]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}) as child:
        yield child
        child.terminate()
        child.wait(60)


@pytest.fixture
def consoles(database: str, broker: Reachable) -> Iterator[tuple[str, str]]:
    """The addresses of both pages, once everything is there."""
    if MOSQUITTO is None:
        pytest.skip("the embedded broker keeps no session of a worker")
    with psycopg.connect(database, autocommit=True) as connection:
        for name in ("wang.fang", "zhao.lei"):
            add_account(connection, name, title=name, password=PASSWORD, roles={"320402": "dispatcher"})
    where = ["--database", database, "--broker", f"mqtt://127.0.0.1:{broker.port}"]
    ports = free_port(), free_port()
    with ExitStack() as stack:
        for worker in ("ingest-1", "ingest-2"):
            stack.enter_context(process("--no-page", "--worker", worker, *where))
        for port in ports:
            stack.enter_context(process("--no-ingest", "--no-notify", "--port", str(port), *where))
        urls = f"http://127.0.0.1:{ports[0]}", f"http://127.0.0.1:{ports[1]}"
        for url in urls:
            assert awaited(url)
        yield urls


def awaited(url: str) -> bool:
    """Whether a page comes up within two minutes."""
    for _ in range(480):
        with suppress(requests.RequestException):
            if requests.get(f"{url}/healthz", timeout=5).ok:
                return True
        Event().wait(0.25)
    return False


def test_two_consoles_side_by_side(browser: Browser, consoles: tuple[str, str], broker: Reachable) -> None:
    """An incident is on both; what one dispatches the other sees; the box is told once, by whichever worker."""
    people = []
    for name, url in zip(("wang.fang", "zhao.lei"), consoles, strict=True):
        console = Console(browser.new_context(locale="en-GB").new_page(), url)
        console.page.set_default_timeout(60_000)
        console.enters(name)
        people.append(console)
    with box_on(broker.port) as box:
        for number in range(6):  # until both workers have had some
            box.opens(Street(f"inc-{number}", more={"thumbnail": thumbnail()}))
        for console in people:
            expect(console.page.locator(".entry")).to_have_count(6, timeout=60_000)
            console.opens("inc-3")
        people[0].does("dispatch", to="officer-1")
        expect(people[1].page.locator("#stage[data-stage=dispatched]")).to_be_visible(timeout=60_000)
        people[1].does("accept")
        expect(people[0].page.locator("#stage[data-stage=accepted]")).to_be_visible(timeout=60_000)
        verbs = [(each["verb"], each["by"]) for each in box.heard if each["verb"] in {"dispatch", "accept"}]
    assert verbs == [("dispatch", "wang.fang"), ("accept", "zhao.lei")]
    for console in people:
        console.page.context.close()
