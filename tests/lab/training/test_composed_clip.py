"""A clip composed of pictures kept from training: garbage appears on a road and stays, and a replay says so once.

Runs where the labelled pictures are (`DATA=<folder>`, else beside the clone); they are not part of the project.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from typer.testing import CliRunner

from edge_agent.cli.commands import app
from tests.lab.training.composing import MODEL, PILE, cutting, detected, needs_pictures, put, record, road

pytestmark = needs_pictures

BIN: Final = ("000831", 1)

SITE: Final = """
version: 1
agent: box
adcode: "320402"
timezone: Asia/Shanghai
model: {model}
state: state
cameras:
  road:
    source: clip.mp4
    zones: zones.yaml
    looks_per_second: 1
    started: 2026-11-01T08:00
broker: embedded
speakers: {{files: {{driver: files, folder: warnings}}}}
"""
ZONES: Final = """
version: 1
camera: road
zones:
  - id: verge
    name: {zh-CN: 路边, en: the verge}
    polygon: [[0.02, 0.5], [0.5, 0.5], [0.5, 0.99], [0.02, 0.99]]
    kinds:
      exposed_garbage: {}
"""


def incidents(folder: Path) -> set[str]:
    """The ids of all garbage incidents that the agent would have told of the clip."""
    (folder / "site.yaml").write_text(SITE.format(model=MODEL), encoding="utf-8")
    (folder / "zones.yaml").write_text(ZONES, encoding="utf-8")
    words = ["replay", str(folder / "clip.mp4"), "--site", str(folder / "site.yaml"), "--json"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    events = [json.loads(line) for line in result.stdout.splitlines()]
    return {event["incident"] for event in events if event["kind"] == "exposed_garbage"}


def test_a_pile_that_appears_and_stays_is_one_incident(tmp_path: Path) -> None:
    """Seen from 20 s on, told after 300 s of lying there, once."""
    after = put(road(), cutting(*PILE, height=90), left=150, foot=500)
    record(tmp_path / "clip.mp4", road(), after)
    assert len(incidents(tmp_path)) == 1


def test_a_closed_bin_in_the_piles_place_is_none(tmp_path: Path) -> None:
    """What is in a closed bin is where it belongs."""
    after = put(road(), cutting(*BIN, height=110), left=150, foot=500)
    assert "garbage_bin" in detected(after), "the bin must be seen, or its silence says nothing"
    record(tmp_path / "clip.mp4", road(), after)
    assert incidents(tmp_path) == set()
