"""A clip composed of pictures kept from training: garbage appears on a road and stays, and the agent says so once.

Runs where the labelled pictures are (`DATA=<folder>`, else beside the clone); they are not part of the project.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from edge_agent.adapters.onnx import OnnxDetector
from edge_agent.cli.commands import app
from edge_agent.core.policy import Seeing
from tests.architecture import ROOT
from training.archives import Image, LabelledSet, read_archive

DATA: Final = Path(os.environ.get("DATA", ROOT.parent / "shared" / "data")) / "images"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the labelled pictures are not here (DATA=<folder>)")

MODEL: Final = ROOT / "models" / "street.onnx"
SIZE: Final = (960, 540)
APPEARS_S: Final = 20
LENGTH_S: Final = 340  # the pile lies for longer than the 300 s that the shipped policy waits
PICTURES_A_SECOND: Final = 1
ROAD, PILE, BIN = "8_mp4-39", ("000009", 0), ("000831", 1)

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
speaker: {{driver: files, folder: warnings}}
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


def cutting(labelled: LabelledSet, name: str, index: int, height: int) -> Image:
    """One labelled box of a photo, so many pixels high."""
    photo = next(photo for photo in labelled.photos if photo.name.endswith(name))
    image = photo.pixels()
    box = photo.boxes[index] * np.tile([image.shape[1], image.shape[0]], 2)
    left, top, right, bottom = box.round().astype(int).tolist()
    width = round((right - left) * height / (bottom - top))
    return np.asarray(
        cv2.resize(image[top:bottom, left:right], (width, height), interpolation=cv2.INTER_AREA), np.uint8
    )


def put(ground: Image, piece: Image, left: int, foot: int) -> Image:
    """The ground with a piece standing on it."""
    picture = ground.copy()
    picture[foot - piece.shape[0] : foot, left : left + piece.shape[1]] = piece
    return picture


def record(path: Path, before: Image, after: Image) -> None:
    """A clip of a still camera, with the noise that every camera has."""
    rng = np.random.default_rng(4)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=PICTURES_A_SECOND)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.bit_rate = 4_000_000
        for number in range(LENGTH_S * PICTURES_A_SECOND):
            picture = after if number >= APPEARS_S * PICTURES_A_SECOND else before
            noisy = (picture + rng.normal(0, 2, (*picture.shape[:2], 1))).clip(0, 255).astype(np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(noisy, format="bgr24")))
        container.mux(stream.encode(None))


def incidents(folder: Path) -> set[str]:
    """The ids of all garbage incidents that the agent would have told of the clip."""
    (folder / "site.yaml").write_text(SITE.format(model=MODEL), encoding="utf-8")
    (folder / "zones.yaml").write_text(ZONES, encoding="utf-8")
    words = ["replay", str(folder / "clip.mp4"), "--site", str(folder / "site.yaml"), "--json"]
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 0, told.output
    events = [json.loads(line) for line in told.stdout.splitlines()]
    return {event["incident"] for event in events if event["kind"] == "exposed_garbage"}


def test_a_pile_that_appears_and_stays_is_one_incident(tmp_path: Path) -> None:
    """Seen from 20 s on, told after 300 s of lying there, once."""
    road = read_archive(DATA / "road_elevated.tar", "val")
    garbage = read_archive(DATA / "garbage_cn.tar", "val")
    ground = next(photo for photo in road.photos if photo.name.endswith(ROAD)).pixels()
    before = np.asarray(cv2.resize(ground, SIZE), np.uint8)
    after = put(before, cutting(garbage, *PILE, height=90), left=150, foot=500)
    record(tmp_path / "clip.mp4", before, after)
    assert len(incidents(tmp_path)) == 1


def test_a_closed_bin_in_the_piles_place_is_none(tmp_path: Path) -> None:
    """What is in a closed bin is where it belongs."""
    road = read_archive(DATA / "road_elevated.tar", "val")
    garbage = read_archive(DATA / "garbage_cn.tar", "val")
    ground = next(photo for photo in road.photos if photo.name.endswith(ROAD)).pixels()
    before = np.asarray(cv2.resize(ground, SIZE), np.uint8)
    after = put(before, cutting(garbage, *BIN, height=110), left=150, foot=500)
    labels = {seen.label for seen in OnnxDetector(MODEL, min_score=Seeing().min_score).detect(after)}
    assert "garbage_bin" in labels, "the bin must be seen, or its silence says nothing"
    record(tmp_path / "clip.mp4", before, after)
    assert incidents(tmp_path) == set()
