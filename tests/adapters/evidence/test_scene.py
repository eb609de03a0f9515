"""The picture of a scene: zones tinted, things boxed, and the frame it was made of untouched."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from edge_agent.adapters.evidence.scene import save_scene
from edge_agent.core.geometry import Box, Point
from edge_agent.core.site.frontages import Shop, Side

if TYPE_CHECKING:
    from edge_agent.ports import Image
from tests.site import zone
from tests.street import detection

LEFT_HALF = zone(polygon=(Point(0, 0), Point(0.5, 0), Point(0.5, 1), Point(0, 1)))


def grey() -> Image:
    """An even street."""
    return np.full((200, 320, 3), 120, np.uint8)


def drawn(path: Path, *boxes: tuple[Box, float]) -> Image:
    """The scene with cars, read back."""
    image = grey()
    save_scene(path, image, (LEFT_HALF,), tuple(detection("car", box, score=score) for box, score in boxes), 0.4)
    assert (image == grey()).all(), "the frame itself is evidence and stays as it was"
    read = cv2.imread(str(path))
    assert read is not None
    return np.asarray(read, np.uint8)


def reddish(pixel: Image) -> bool:
    """Whether a pixel has the colour of a zone rather than the street's."""
    return bool(int(pixel[2]) - int(pixel[0]) > 15)


def test_a_zone_is_tinted(tmp_path: Path) -> None:
    """Its inside, and nothing beside it."""
    scene = drawn(tmp_path / "scene.jpg")
    assert scene.shape == (200, 320, 3)
    assert reddish(scene[100, 80])
    assert not reddish(scene[100, 240])


@pytest.mark.parametrize(("side", "row"), [(Side.RIGHT, 107), (Side.LEFT, 93)])
def test_an_arrow_points_into_the_street(tmp_path: Path, side: Side, row: int) -> None:
    """From the middle of a shop's line, to the side that is said."""
    shop = Shop(id="s", name="S", frontage=(Point(0.6, 0.5), Point(0.9, 0.5)), street=side)
    save_scene(tmp_path / "scene.jpg", grey(), (replace(LEFT_HALF, shops=(shop,)),), (), 0.4)
    read = cv2.imread(str(tmp_path / "scene.jpg"))
    assert read is not None
    column = np.abs(read[:, 240].astype(int) - 120).max(axis=1) > 40
    assert column[100]
    assert column[row]
    assert not column[200 - row]


def test_things_are_boxed_where_they_are(tmp_path: Path) -> None:
    """Those that are seen surely enough; in the zone in its colour."""
    place = Box(0.6, 0.4, 0.9, 0.8)
    sure = drawn(tmp_path / "sure.jpg", (place, 0.8))
    unsure = drawn(tmp_path / "unsure.jpg", (place, 0.2))
    empty = drawn(tmp_path / "empty.jpg")
    assert (unsure == empty).all()
    changed = np.abs(sure.astype(int) - empty.astype(int)).max(axis=2) > 40
    rows, columns = np.nonzero(changed)
    assert abs(columns.min() - 0.6 * 320) <= 2
    assert abs(rows.max() - 0.8 * 200) <= 2
