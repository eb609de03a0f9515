"""An annotated video holds each look once, at its own time, with what was counted on it and people hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from edge_agent.adapters.evidence.annotated import AnnotatedLook, save_annotated
from edge_agent.core.errors import OutsideError
from edge_agent.core.explain.overlay import CaseOverlay
from edge_agent.core.explain.timeline import BarStage
from edge_agent.core.geometry import Box, Point
from edge_agent.ports import Frame
from tests.street import at, detection

if TYPE_CHECKING:
    from edge_agent.ports import Image

ZONE = (Point(0.1, 0.1), Point(0.9, 0.1), Point(0.9, 0.9), Point(0.1, 0.9))
THING = Box(0.3, 0.4, 0.7, 0.6)
SIZE = (321, 241)  # odd, as some cameras are


def striped() -> Image:
    """A picture of bars that are eight pixels wide."""
    picture = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    picture[:, (np.arange(SIZE[0]) // 8) % 2 == 0] = 200
    return picture


def look(second: float, share: float = 0.5, *, seen: bool = True, hide: tuple[Box, ...] = ()) -> AnnotatedLook:
    """One look at a thing that stands."""
    standing = CaseOverlay(box=THING, zone="z", stage=BarStage.ORDERED, text="stands 30/60 s", share=share, seen=seen)
    return AnnotatedLook(
        frame=Frame(at=at(second), image=np.full((SIZE[1], SIZE[0], 3), 128, np.uint8)),
        zones=(ZONE,),
        detections=(detection(place=Box(0.3, 0.4, 0.7, 1.0)),),
        hide=hide,
        standings=(standing,),
        clock="c1  2026-11-01 08:00:00 +0800",
    )


def read(path: Path) -> list[tuple[float, Image]]:
    """Every picture of a video and its time."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.time_base is not None
        return [
            (float((picture.pts or 0) * stream.time_base), picture.to_ndarray(format="bgr24").astype(np.uint8))
            for picture in container.decode(stream)
        ]


def test_every_look_is_in_it_at_its_own_time(tmp_path: Path) -> None:
    """However unevenly they were taken; an odd size becomes even."""
    seconds = (0, 1, 1.04, 3.5, 60)
    path = tmp_path / "out.mp4"
    assert save_annotated(path, map(look, seconds), SIZE) == 5
    events = read(path)
    assert [time for time, _ in events] == pytest.approx(seconds, abs=0.001)
    assert events[0][1].shape == (242, 322, 3)
    assert list(tmp_path.iterdir()) == [path]


def test_the_bar_fills_up(tmp_path: Path) -> None:
    """From the left, over the thing."""
    path = tmp_path / "out.mp4"
    save_annotated(path, (look(second, share) for second, share in enumerate((0.0, 0.5, 1.0))), SIZE)
    row = round(0.4 * SIZE[1]) - 3
    filled = [int((picture[row, 97:224, 2].astype(int) > 120).sum()) for _, picture in read(path)]
    assert filled == pytest.approx([0, 64, 127], abs=6)


def test_zone_thing_and_clock_are_drawn(tmp_path: Path) -> None:
    """In colours that tell them apart; a thing that is not seen is thinner."""
    path = tmp_path / "out.mp4"
    save_annotated(path, (look(0), look(1, seen=False)), SIZE)
    (_, seen), (_, unseen) = read(path)
    edge = seen[round(0.1 * SIZE[1]), 160].astype(int)
    assert edge[2] - edge[0] > 80, "the zone, red"
    left = slice(94, 100)
    thick, thin = ((picture[120, left, 2].astype(int) - picture[120, left, 0]).sum() for picture in (seen, unseen))
    assert thick > 1.3 * thin > 0
    assert (seen[225:240, 4:150].max(axis=2) > 220).sum() > 60, "the clock"


def test_whom_to_hide_is_hidden(tmp_path: Path) -> None:
    """Before anything is drawn."""

    def shown(name: str, *hide: Box) -> float:
        path = tmp_path / name
        one = look(0, hide=hide)
        save_annotated(path, (replace(one, frame=Frame(at=at(0), image=striped())),), SIZE)
        return float(read(path)[0][1][140:200, 110:210, 1].astype(float).std(axis=1).mean())

    assert shown("hidden.mp4", Box(0.2, 0.2, 0.8, 0.95)) < 0.4 * shown("seen.mp4")


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """And nothing is left lying about, whatever breaks off."""
    with pytest.raises(OutsideError, match="cannot be written as H"):
        save_annotated(tmp_path / "missing" / "out.mp4", (look(0),), SIZE)

    def broken() -> Iterator[AnnotatedLook]:
        yield look(0)
        raise OutsideError("the recording breaks off")

    with pytest.raises(OutsideError, match="breaks off"):
        save_annotated(tmp_path / "out.mp4", broken(), SIZE)
    assert list(tmp_path.iterdir()) == []
