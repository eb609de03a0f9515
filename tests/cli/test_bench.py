"""The bench as a person uses it: what it prints, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from edge_agent.app.bench.box import BoxCost, Machine, WholeCost
from edge_agent.app.bench.crowd import Crowd, Percentiles
from edge_agent.app.bench.expected import Agreement
from edge_agent.app.bench.one_look import LookCost
from edge_agent.cli.setting_up.bench import tell_box, tell_crowd
from tests.cli.streets import refused, street
from tests.config.samples import SITE

BOX = BoxCost(
    machine=Machine(processor="A processor", cores=2),
    look=LookCost(
        objects=15.0,
        looks=60,
        inference_ms=20.0,
        before_ms=0.4,
        after_ms=1.0,
        fold_ms=0.3,
        store_ms=0.3,
        second_looks_ms=1.0,
    ),
    whole=WholeCost(bare_ms=40.0, ours_ms=44.0, ratio=1.1, ratios=(1.09, 1.1, 1.12)),
    stream_ms=2.0,
)
SPREAD = Percentiles(p50=0.1, p99=1.5, worst=1.9)
CROWD = Crowd(
    cameras=128,
    cores=2,
    seconds=60.0,
    looks_per_s=64.0,
    held=0.25,
    decisions=300,
    decision_lag=SPREAD,
    sweep=SPREAD,
    detector=SPREAD,
    cores_used={"detector": 1.0, "decode": 0.5},
    others=0.1,
    resident_mb=1000.0,
    agreement=Agreement(cameras=128, same=127, expected=400, told=399, missing=1, extra=0, worst_s=1.2),
)


def test_a_box_is_told_in_ratios(capsys: pytest.CaptureFixture[str]) -> None:
    """Beside their aims; and how many cameras that makes, and why not more."""
    tell_box(BOX, as_json=False)
    output = capsys.readouterr().out
    assert "A processor, 2 cores" in output
    assert "0.100" in output
    assert "1.100" in output
    assert "about 138 cameras fit on 2 cores; the detector sets the limit" in output


def test_a_box_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """One object, whose keys others may rely on."""
    tell_box(BOX, as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"machine", "look", "whole", "stream_ms", "ratios", "camera_ms", "cameras", "limit"}
    assert set(document["ratios"]) == {"around", "whole"}
    assert set(document["camera_ms"]) == {"detector", "stream", "fold and store"}
    assert document["ratios"]["around"] == pytest.approx(0.1)


def test_a_crowd_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """How late its decisions came, and whether it told the same incidents."""
    tell_crowd(CROWD, as_json=False)
    output = capsys.readouterr().out
    assert "128 cameras on 2 cores" in output
    assert "p99 1.50" in output
    assert "127 of 128" in output


def test_a_crowd_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """One object, whose keys others may rely on."""
    tell_crowd(CROWD, as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {
        *("cameras", "cores", "seconds", "looks_per_s", "decisions", "decision_lag", "sweep", "detector"),
        *("held", "cores_used", "others", "resident_mb", "agreement"),
    }
    assert set(document["decision_lag"]) == {"p50", "p99", "worst"}
    assert set(document["agreement"]) == {"cameras", "same", "expected", "told", "missing", "extra", "worst_s"}


def test_a_recording_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """By its name."""
    assert "absent.mp4: no such file" in refused("bench", tmp_path / "absent.mp4", "--site", street(tmp_path))


def test_a_camera_that_is_a_stream_needs_a_recording(tmp_path: Path) -> None:
    """A bench does not wait for a street."""
    live = SITE.replace("source: road.mp4", "source: rtsp://10.0.0.9/sub")
    assert live != SITE
    error = refused("bench", "--site", street(tmp_path, site=live))
    assert "found a stream, expected a recording: name one" in error
