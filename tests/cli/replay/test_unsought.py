"""A log of others that calls things by other names is folded to nothing, and it is said why."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from edge_agent.adapters.detection_log import read_events
from edge_agent.cli.commands import app
from tests.config.samples import write_site

if TYPE_CHECKING:
    from pathlib import Path

HEADER = '{"type":"header","version":1,"camera":"c1","size":[640,360],"model":"0","started":"2026-11-01T08:00:00Z"}'


def log(path: Path, *labels: str) -> Path:
    """A look a second, with a thing of each label."""
    things = ",".join(f'{{"label":"{label}","score":0.9,"box":[0.4,0.4,0.5,0.5]}}' for label in labels)
    looks = [f'{{"type":"frame","at":"2026-11-01T08:00:{n:02d}Z","detections":[{things}]}}' for n in range(20)]
    path.write_text("\n".join([HEADER, *looks, ""]))
    return path


def test_labels_that_no_kind_looks_for_are_told(tmp_path: Path) -> None:
    """How many boxes of each, most first; where there are none, nothing."""
    site = write_site(tmp_path)
    odd = log(tmp_path / "odd.detections.jsonl", "automobile", "car", "person")
    run_result = CliRunner().invoke(app, ["replay", "--log", str(odd), "--site", str(site)])
    assert run_result.exit_code == 0
    assert "labels that no kind looks for, and their boxes: automobile (20), person (20)\n" in run_result.stderr
    known = log(tmp_path / "known.detections.jsonl", "car")
    assert "labels" not in CliRunner().invoke(app, ["replay", "--log", str(known), "--site", str(site)]).stderr


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_that_a_log_is_torn_is_told_once(tmp_path: Path, suffix: str, caplog: pytest.LogCaptureFixture) -> None:
    """With the line that is the last to be read; the looks before it count."""
    whole = log(tmp_path / "c1.detections.jsonl", "car").read_bytes()
    torn = tmp_path / f"torn.detections.jsonl{suffix}"
    torn.write_bytes(gzip.compress(whole)[:-40] if suffix else whole[:-40])
    first, again = tuple(read_events(torn)), tuple(read_events(torn))
    assert first == again
    assert 0 < len(first) < 20
    assert caplog.text.count(f"{torn}: breaks off after line {len(first) + 1}, as after a crash") == 1
