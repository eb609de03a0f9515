"""A camera is taught on the page: mark, train, see how well, see incidents change, use."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import numpy as np
from playwright.sync_api import expect

from edge_agent.app.teach.examples import Proposals
from edge_agent.config.site.loading import load_site
from edge_agent.core.geometry import Box
from edge_agent.core.teach.taught import Mark
from tests.architecture import ROOT
from tests.street import START
from tests.web.browsing import PATIENCE_MS, Place, Studio, served

SITE = f"""\
version: 1
agent: box-01
adcode: "320402"
timezone: Asia/Shanghai
model: {ROOT}/models/street.onnx
state: state/
cameras:
  campus:
    source: {ROOT}/sample_videos/campus_road.mp4
    zones: zones/campus.yaml
    looks_per_second: 1
    started: 2026-11-01T08:00
"""
ZONE = """\
version: 1
camera: campus
zones:
  - id: kerb
    polygon: [[0.83, 0.08], [0.953, 0.08], [0.953, 0.19], [0.83, 0.19]]
    kinds: {illegal_parking: {}}
"""
VAN: Place = (0.89, 0.12)
CAR: Place = (0.985, 0.15)
GRASS: Place = (0.5, 0.85)
SECONDS = (2, 18, 34, 50, 66)


def test_what_is_taught_is_seen_to_change_what_would_happen(tmp_path: Path, studio: Studio) -> None:
    """The van is a violation until it is taught to be allowed; how well that is known is shown before it is used."""
    site = tmp_path / "site.yaml"
    site.write_text(SITE, encoding="utf-8")
    (tmp_path / "zones").mkdir()
    (tmp_path / "zones" / "campus.yaml").write_text(ZONE, encoding="utf-8")
    with served(site) as url:
        studio.open(url)
        studio.press("Detect")
        expect(studio.page.locator("#seen-words")).to_have_text("Detected: 1:20", timeout=3 * PATIENCE_MS)
        studio.wait_for_lines(2)
        assert studio.opened() == ["2026-11-01T00:01:00.000Z"]
        studio.page.locator("#tab-teach").click()
        expect(studio.page.locator("#teach-train")).to_be_disabled()
        for second in SECONDS:
            _at(studio, second)
            _mark(studio, VAN, "Allowed thing")
            _mark(studio, CAR, "Vehicle")
            _mark(studio, GRASS, "Nothing")
        expect(studio.page.locator("#teach-counts")).to_have_text("5 Vehicle · 5 Allowed thing · 5 Nothing")
        studio.press("Train")
        balanced = studio.page.locator("#teach-balanced")
        expect(balanced).to_have_text(
            re.compile(r"balanced accuracy 1\.00 \(95 %: 0\.\d\d to 1\.00\)"), timeout=PATIENCE_MS
        )
        expect(studio.page.locator("#lines")).to_have_text("", timeout=PATIENCE_MS)  # nobody would be warned
        studio.press("Use it")
        expect(studio.page.locator("#teach-page")).to_contain_text("cameras.campus.taught: zones/campus.taught.json")
    site.write_text(SITE + "    taught: zones/campus.taught.json\n", encoding="utf-8")
    taught = load_site(site).site.taught["campus"]
    assert (len(taught.examples), taught.accuracy.moments) == (15, 5)


def _at(studio: Studio, second: int) -> None:
    """Go to a second of the recording, and wait until what was seen then is shown."""
    with studio.page.expect_response(lambda answer: f"/look?at={second}" in answer.url):
        studio.page.locator("#at").evaluate(
            "(range, second) => { range.value = second; range.dispatchEvent(new Event('input')); }", second
        )


def _mark(studio: Studio, place: Place, mark: str) -> None:
    """Choose what is at a place, and say what it is."""
    studio.click(place)
    with studio.page.expect_response(lambda answer: answer.url.endswith("/taught/mark")) as answered:
        studio.page.locator("#teach-marks").get_by_role("button", name=mark, exact=True).click()
    assert answered.value.ok, answered.value.text()


def test_what_the_centre_judged_is_taken_or_refused_on_the_page(tmp_path: Path, studio: Studio) -> None:
    """Each with its picture; taken as what the person says, and gone from the list either way."""
    site = tmp_path / "site.yaml"
    site.write_text(SITE, encoding="utf-8")
    (tmp_path / "zones").mkdir()
    (tmp_path / "zones" / "campus.yaml").write_text(ZONE, encoding="utf-8")
    proposals = Proposals(load_site(site).state, "campus")
    grey = np.full((180, 320, 3), 120, np.uint8)
    for second, source in ((1, "confirm inc-1"), (2, "reject inc-2")):
        proposals.propose(Mark.NOTHING, grey, Box(0.2, 0.2, 0.6, 0.6), START + timedelta(seconds=second), source)
    with served(site) as url:
        studio.open(url)
        studio.page.locator("#tab-teach").click()
        right, wrong = (studio.page.locator("#teach-proposals li", has_text=each) for each in ("inc-1", "inc-2"))
        for item in (right, wrong):
            expect(item.locator("img")).not_to_have_js_property("naturalWidth", 0, timeout=PATIENCE_MS)
        right.locator("select").select_option("allowed")
        right.get_by_role("button", name="Take").click()
        expect(studio.page.locator("#teach-counts")).to_have_text("1 Allowed thing", timeout=PATIENCE_MS)
        wrong.get_by_role("button", name="Refuse").click()
        expect(studio.page.locator("#teach-proposed")).to_be_hidden(timeout=PATIENCE_MS)
        expect(studio.page.locator("#teach-counts")).to_have_text("1 Allowed thing")
