"""The page, as the people at the centre use it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, expect

PASSWORD: Final = "correct horse battery"  # noqa: S105 - of an account of this test


@dataclass(frozen=True, slots=True)
class Console:
    """One person at one browser."""

    page: Page
    url: str

    def enters(self, name: str, password: str = PASSWORD) -> None:
        """Log in."""
        self.page.goto(f"{self.url}/login")
        self.page.locator("[name=name]").fill(name)
        self.page.locator("[name=password]").fill(password)
        self.page.locator("button.main").click()
        expect(self.page.locator("#live.good")).to_have_count(1)

    def opens(self, incident: str) -> None:
        """Go to an incident by the queue."""
        self.page.locator(f'.entry a[href$="/{incident}"]').click()
        expect(self.page.locator("#case")).to_be_visible()

    def does(self, verb: str, **fields: str) -> None:
        """Fill in the form of a verb, and send it."""
        form = self.page.locator(f"form.act:has(input[name=verb][value={verb}])")
        for name, value in fields.items():
            field = form.locator(f"[name={name}]")
            if field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        form.locator("button").click()

    def sees_receipt(self, verb: str, outcome: str = "accepted") -> None:
        """The command is shown with what became of it."""
        expect(self.page.locator(f'#commands li[data-verb="{verb}"][data-outcome="{outcome}"]').first).to_be_visible()

    def sees_stage(self, stage: str) -> None:
        """The incident stands there, without a reload."""
        expect(self.page.locator(f'#stage[data-stage="{stage}"]')).to_be_visible()


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the page where somebody has asked for it, in the folder that CENTRE_SHOTS names."""
    folder = os.environ.get("CENTRE_SHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
