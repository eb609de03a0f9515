"""What a person does on the studio's page, in their words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Locator, Page, expect

from edge_agent.adapters.clock import SystemClock
from edge_agent.app.replay.studio.camera_bench import Wanted
from edge_agent.app.replay.studio.serving import PageAddress, serving

CHROMIUM: Final = Path("/usr/bin/chromium")
PATIENCE_MS: Final = 60_000  # on a slow machine; nothing is measured by it
LOOPBACK: Final = PageAddress(host="127.0.0.1", port=0)

Place = tuple[float, float]  # in fractions of the picture


@contextmanager
def served(site: Path, wanted: Wanted | None = None, address: PageAddress = LOOPBACK) -> Iterator[str]:
    """The studio of a site on a free port; its address."""
    with serving(site, wanted or Wanted(), address, SystemClock()) as server:
        yield server.url


@dataclass(frozen=True, slots=True)
class Studio:
    """The page, as somebody uses it."""

    page: Page

    def open(self, url: str) -> None:
        """Go there and wait until the picture is shown."""
        self.page.goto(url)
        expect(self.page.locator("body[data-ready]")).to_have_count(1)

    def at(self, place: Place) -> tuple[float, float]:
        """Where on the screen a place of the picture is."""
        self.page.locator("#overlay").scroll_into_view_if_needed()
        box = self.page.locator("#overlay").bounding_box()
        assert box is not None
        return box["x"] + place[0] * box["width"], box["y"] + place[1] * box["height"]

    def click(self, *places: Place) -> None:
        """Click on the picture."""
        for place in places:
            self.page.mouse.click(*self.at(place))

    def drag(self, start: Place, end: Place) -> None:
        """Press at one place of the picture, and let go at another."""
        self.page.mouse.move(*self.at(start))
        self.page.mouse.down()
        self.page.mouse.move(*self.at(end), steps=4)
        self.page.mouse.up()

    def draw_zone(self, *corners: Place) -> None:
        """Draw a zone with the mouse; Enter finishes it."""
        self.press("Draw zone")
        self.click(*corners)
        self.page.keyboard.press("Enter")

    def press(self, name: str) -> None:
        """Press the button of that name."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def field(self, place: str) -> Locator:
        """The input that writes what stands at a place of the file."""
        return self.page.locator(f'[data-field="{place}"]')

    def zones(self) -> Any:  # noqa: ANN401 - JSON
        """The drawing as it would be written."""
        return self.page.evaluate("async () => (await import('/static/drawing.js')).drawing.data.zones")

    def drawn(self) -> Any:  # noqa: ANN401 - JSON
        """All that would be written, with what belongs to no zone."""
        return self.page.evaluate("async () => (await import('/static/drawing.js')).drawing.data")

    def lines(self) -> list[str]:
        """What the centre would get by the drawing, as the page shows it."""
        text = self.page.locator("#lines").text_content() or ""
        return text.splitlines()

    def opened(self) -> list[str]:
        """When incidents would have been opened."""
        events = [json.loads(line) for line in self.lines()]
        return [event["at"] for event in events if event["type"] == "incident.opened"]

    def wait_for_lines(self, count: int) -> None:
        """Wait until the fold tells so many things."""
        expect(self.page.locator("#lines")).to_have_text(
            re.compile(rf"^({{[^\n]*}}\n?){{{count}}}$"), timeout=PATIENCE_MS
        )

    def save(self) -> None:
        """Save, having read the diff."""
        self.press("Save")
        dialog = self.page.locator("#saving")
        expect(dialog).to_be_visible()
        dialog.locator("#saving-yes").click()
        expect(dialog).to_be_hidden()
