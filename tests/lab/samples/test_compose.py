"""The composed clips: their truth files say what is laid where, and each clip holds what was composed."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
import pytest

from edge_agent.config.site.loading import load_site
from edge_agent.config.truth_file import read_truth
from edge_agent.core.geometry import Box
from lab.bench.drawn_things import Picture
from lab.samples.compose import CLIPS, EVERY_S, LASTS_S, SHOWN, SIZE, Clip, Put, in_front
from tests.architecture import ROOT

FOLDER: Final = ROOT / "sample_videos"
SITE: Final = load_site(ROOT / "demo.yaml").site
MOST: Final = 1_500_000  # bytes: it travels in every clone


def place(put: Put) -> Box:
    """Where a thing stands, in fractions."""
    high, wide = put.drawn().shape[:2]
    (width, height), left, foot = SIZE, put.left, put.foot
    return Box(left / width, (foot - high) / height, (left + wide) / width, foot / height)


def around(boxes: list[Box]) -> Box:
    """The box around all."""
    return Box(*(min(getattr(b, s) for b in boxes) for s in ("x0", "y0")),
               *(max(getattr(b, s) for b in boxes) for s in ("x1", "y1")))  # fmt: skip


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.name)
def test_the_truth_is_what_was_laid(clip: Clip) -> None:
    """One matter each, in the place of its things, while they stand there; the zones of the demo know it."""
    truth = read_truth(FOLDER / f"{clip.name}.truth.yaml", SITE)
    (real,) = truth.incidents
    assert truth.clip == f"{clip.name}.mp4"
    assert real.box is not None
    laid = around([place(put) for put in clip.puts])
    for side in ("x0", "y0", "x1", "y1"):
        assert getattr(real.box, side) == pytest.approx(getattr(laid, side), abs=0.001)
    begins, ends = [put.from_s for put in clip.puts], [put.to_s for put in clip.puts]
    stall = real.kind == "prohibited_stall"  # two things are one, one of them is none
    assert real.since == timedelta(seconds=max(begins) if stall else min(begins))
    assert real.until == timedelta(seconds=min(ends) if stall else max(ends))


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.name)
def test_a_clip_lasts_as_long_as_the_demo(clip: Clip) -> None:
    """One picture every two seconds for 17 minutes, and small."""
    path = FOLDER / f"{clip.name}.mp4"
    assert path.stat().st_size <= MOST
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == SHOWN
        assert stream.duration is not None
        assert stream.time_base is not None
        assert float(stream.duration * stream.time_base) == LASTS_S
        assert stream.average_rate == Fraction(1, EVERY_S)


def test_who_stands_nearer_is_before_a_thing() -> None:
    """Two people: one whose feet are lower than the thing's stands before it, the other behind."""
    street: Picture = np.full((360, 640, 3), 120, np.uint8)
    picture = street.copy()
    picture[100:180, 100:140] = 20
    picture[180:300, 400:440] = 20
    nearer = in_front(picture, street, 260)
    assert nearer[140, 120] == 0
    assert nearer[240, 420] == pytest.approx(1)


def test_each_composed_clip_is_watched_by_the_demo() -> None:
    """And beside them the van."""
    sources = {
        Path(str(getattr(each.source, "path", ""))).stem for each in load_site(ROOT / "demo.yaml").cameras.values()
    }
    assert sources == {"campus_road", *(clip.name for clip in CLIPS)}
