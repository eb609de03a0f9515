"""A real browser, where there is one; and a camera with a log, for what needs none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from edge_agent.adapters.detection_log import LogHeader, LogWriter
from edge_agent.app.replay.studio.camera_bench import Wanted
from edge_agent.app.replay.studio.studio import Studio as Workshop
from edge_agent.core.geometry import Box
from tests.cli.streets import street
from tests.config.samples import ZONES
from tests.street import START, looks, stands, together
from tests.web.asking import opened
from tests.web.browsing import Studio

DAY: Final = ZONES.replace("{illegal_parking: {}}", "{illegal_parking: {dwell: 60s, interval: 60s}}")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page for somebody who reads English, with a mouse; what goes wrong in it fails the test."""
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
def studio(page: Page) -> Studio:
    """The same page, with words for what people do on it."""
    return Studio(page)


@pytest.fixture
def logged(tmp_path: Path) -> tuple[Path, Path]:
    """A site, and the log of its camera: one car stands for ten minutes, another for half a minute."""
    log = tmp_path / "c1.detections.jsonl"
    things = together(stands("car", 0, 600), stands("car", 100, 130, place=Box(0.7, 0.7, 0.8, 0.8)))
    with LogWriter(log, LogHeader(camera="c1", size=(640, 360), model="0" * 64, started=START)) as writer:
        for event in looks(things, until=700):
            writer.append(event)
    site = street(tmp_path, zones=DAY)
    return site, log


@pytest.fixture
def workshop(logged: tuple[Path, Path]) -> Iterator[Workshop]:
    """The studio of that log."""
    site, log = logged
    with opened(site, Wanted(log=log)) as shop:
        yield shop
