"""The whole way of a zone tuner, on the sample clip, in a real browser."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import expect

from tests.architecture import ROOT
from tests.cli.streets import done
from tests.web.browsing import PATIENCE_MS, Studio, served

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
VAN = ((0.83, 0.08), (0.953, 0.08), (0.953, 0.19), (0.83, 0.19))


def test_a_zone_is_drawn_tuned_saved_and_agrees_with_the_command_line(tmp_path: Path, studio: Studio) -> None:
    """Detect once, draw around the van, see the incident, change the dwell, save: `check` and `replay` say the same."""
    site = tmp_path / "site.yaml"
    site.write_text(SITE, encoding="utf-8")
    with served(site) as url:
        studio.open(url)
        studio.press("Detect")
        expect(studio.page.locator("#seen-words")).to_have_text("Detected: 1:20", timeout=3 * PATIENCE_MS)
        studio.draw_zone(*VAN)
        studio.wait_for_lines(2)
        assert studio.opened() == ["2026-11-01T00:01:00.000Z"]
        studio.field("zones[0].id").fill("kerb")
        studio.field("zones[0].kinds.illegal_parking.dwell").fill("30s")
        expect(studio.page.locator("#lines")).to_contain_text("00:00:30.000Z")
        expect(studio.page.locator(".story.incident")).to_have_count(1)
        studio.save()
        shown = studio.lines()
    assert "dwell: 30s" in (tmp_path / "zones" / "campus.yaml").read_text(encoding="utf-8")
    assert "no problems" in done("check", site)
    (log,) = (tmp_path / "state" / "studio").glob("*.detections.jsonl")
    assert done("replay", "--log", log, "--site", site, "--json").splitlines() == shown
    assert [json.loads(line)["zone"] for line in shown] == ["kerb"] * 2
