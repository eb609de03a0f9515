"""Clips composed of pictures that were kept from training: a road seen from above, a bin, a pile of garbage.

The pictures are not part of the project; the tests that need them are skipped where they are not (`DATA=<folder>`).
"""

from __future__ import annotations

import os
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
import pytest

from edge_agent.adapters.detect.onnx import OnnxDetector
from edge_agent.core.events import Detection
from edge_agent.core.track.settings import Seeing
from lab.training.pictures.archives import Image, LabelledSet, read_archive
from tests.architecture import ROOT

DATA: Final = Path(os.environ.get("DATA", ROOT.parent / "shared" / "data")) / "images"
needs_pictures = pytest.mark.skipif(not DATA.is_dir(), reason="the labelled pictures are not here (DATA=<folder>)")

MODEL: Final = ROOT / "models" / "street.onnx"
SIZE: Final = (960, 540)
APPEARS_S: Final = 20
LENGTH_S: Final = 340  # the pile lies for longer than the 300 s that the shipped policy waits
ROAD, PILE = "8_mp4-39", ("000009", 0)


@cache
def pictures(name: str) -> LabelledSet:
    """The validation part of an archive: training never saw it."""
    return read_archive(DATA / f"{name}.tar", "val")


def road() -> Image:
    """The empty road."""
    ground = next(photo for photo in pictures("road_elevated").photos if photo.name.endswith(ROAD))
    return np.asarray(cv2.resize(ground.pixels(), SIZE), np.uint8)


def cutting(name: str, index: int, height: int) -> Image:
    """One labelled box of a photo of garbage, so many pixels high."""
    photo = next(photo for photo in pictures("garbage_cn").photos if photo.name.endswith(name))
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


def detected(picture: Image, min_score: float = Seeing().min_score) -> dict[str, Detection]:
    """What the shipped model sees of garbage and bins: the surest of each label."""
    detections = OnnxDetector(MODEL, min_score=min_score).detect(picture)
    by_score = sorted(detections, key=lambda seen: seen.score)
    return {seen.label: seen for seen in by_score if seen.label in {"garbage", "garbage_bin", "overflow"}}


def record(path: Path, before: Image, after: Image, *, every_s: int = 1) -> None:
    """A clip of a still camera that takes a picture every so many seconds, with the noise that every camera has."""
    rng = np.random.default_rng(4)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=Fraction(1, every_s))
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.bit_rate = 4_000_000
        for second in range(0, LENGTH_S, every_s):
            picture = after if second >= APPEARS_S else before
            noisy = (picture + rng.normal(0, 2, (*picture.shape[:2], 1))).clip(0, 255).astype(np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(noisy, format="bgr24")))
        container.mux(stream.encode(None))
