"""A captioned picture: nothing of the scene is hidden by the strip, and what is written can be read."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from edge_agent.adapters.evidence.captioned import FONT, captioned
from edge_agent.core.geometry import Box, Point
from edge_agent.ports import Caption

BOX = Box(0.25, 0.25, 0.5, 0.5)
ZONE = (Point(0.6, 0.6), Point(0.9, 0.6), Point(0.9, 0.9))


def street(width: int = 1280, height: int = 720) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A grey picture."""
    return np.full((height, width, 3), 90, np.uint8)


def drawn(
    *lines: tuple[str, ...], width: int = 1280, zone: bool = True
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The picture with its strip."""
    return captioned(street(width), BOX, Caption(zone=ZONE if zone else None, lines=lines))


def test_the_thing_is_framed_and_the_zone_outlined() -> None:
    """Around it, not upon it; all the rest of the picture is as it was, and the one given is not drawn upon."""
    whole = street()
    picture = captioned(whole, BOX, Caption(zone=ZONE, lines=(("a",),)))
    assert (whole == 90).all()
    assert tuple(picture[177, 400]) == (0, 200, 255)
    assert tuple(picture[432, 960]) == (40, 40, 230)
    changed = (picture[:720] != whole).any(axis=2)
    assert not changed[182:359, 322:639].any()
    changed[170:370, 310:650] = False
    changed[420:660, 755:1165] = False
    assert not changed.any()
    assert (drawn(("a",), zone=False)[432, 960] == 90).all()


@pytest.mark.parametrize("width", [320, 704, 1280, 1920, 3840])
def test_the_strip_is_below_and_nothing_is_cut_off(width: int) -> None:
    """However wide the picture: letters of 16 pixels at least, black around them, none of a line beyond the edge."""
    lines = (("校园路路边", "the kerb of Campus Road", "box-01 / campus"), ("x" * 200,))
    strip = drawn(*lines, width=width)[720:]
    assert strip.shape[1] == width
    assert strip.shape[0] >= 2 * 24
    for edge in (strip[0], strip[-1], strip[:, 0], strip[:, -1]):
        assert not edge.any()
    assert strip.max() == 255


def test_every_part_is_written() -> None:
    """A line that is too long goes on in the next: as much is drawn as with room enough."""
    parts = ("校园路路边", "the kerb of Campus Road", "inc-d27bc4be3de41a63")
    wide, narrow = (drawn(parts, width=width)[720:] for width in (880, 320))  # the same size of letters
    assert narrow.shape[0] > wide.shape[0]
    ink = [float((strip > 127).mean() * strip.shape[0] * strip.shape[1]) for strip in (wide, narrow)]
    assert ink[1] == pytest.approx(ink[0], rel=0.1)


def test_chinese_has_letters_of_its_own() -> None:
    """A font without them draws the same box for each."""
    seen = {drawn((letter,), zone=False)[720:].tobytes() for letter in "违停校园路边占道经营垃圾"}
    assert len(seen) == 12


def test_the_font_is_the_one_that_comes_with_opencv() -> None:
    """Nothing on the box is asked for it."""
    assert cv2.FontFace(FONT).getName() == FONT
