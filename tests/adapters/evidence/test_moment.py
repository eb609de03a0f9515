"""The picture of a moment shows the scene and the thing in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge_agent.adapters.evidence.small_pictures import HEIGHT, moment_picture
from edge_agent.core.geometry import Box, Point

if TYPE_CHECKING:
    from edge_agent.ports import Image

ZONE = (Point(0.1, 0.1), Point(0.9, 0.1), Point(0.9, 0.9), Point(0.1, 0.9))
THING = Box(0.6, 0.5, 0.7, 0.6)


def scene() -> Image:
    """Grey, with a white thing."""
    picture = np.full((360, 640, 3), 90, np.uint8)
    picture[180:216, 384:448] = 255
    return picture


def seen(jpeg: bytes) -> Image:
    """The picture in a JPEG."""
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def test_the_scene_is_on_the_left_and_the_thing_on_the_right() -> None:
    """Both as tall as each other; zone and thing are outlined in the first, and nothing in the second."""
    given = scene()
    picture = seen(moment_picture(given, ZONE, THING))
    wide = round(640 * HEIGHT / 360)
    assert picture.shape == (HEIGHT, wide + HEIGHT, 3)
    edge = picture[HEIGHT // 2, round(0.1 * wide)].astype(int)
    assert edge[2] - edge[0] > 60, "red"
    close = picture[:, wide:].astype(int)
    assert (close.min(axis=2) > 230).mean() > 0.05, "the thing, close"
    assert np.ptp(close, axis=2).max() < 40, "grey: nothing is drawn on it"
    assert np.array_equal(given, scene())


def test_a_scene_without_a_place_is_shown_alone() -> None:
    """Nothing is outlined."""
    picture = seen(moment_picture(scene(), None, None))
    assert picture.shape == (HEIGHT, round(640 * HEIGHT / 360), 3)


def test_a_thing_at_the_edge_is_shown_as_far_as_the_picture_reaches() -> None:
    """And one that lies outside it, with all there is."""
    for box in (Box(0.95, 0.9, 1.05, 1.0), Box(1.5, 1.5, 1.6, 1.6)):
        assert seen(moment_picture(scene(), ZONE, box)).shape[0] == HEIGHT
