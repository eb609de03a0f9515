"""The picture with metres on its ground: lines where the metres are, and none where nothing is believed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from edge_agent.adapters.evidence.ground_grid import save_ground
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.core.ground.calibration import fit, solve
from edge_agent.core.ground.coordinates import GroundPoint
from tests.surveying import SIZE, Pole, moved

if TYPE_CHECKING:
    from edge_agent.ports import Image

POLE = Pole(tilt=35, heading=0)
PAIRS = POLE.pairs([(0.5, 0.5)] * 9)


def grey(size: tuple[int, int] = SIZE) -> Image:
    """An even street."""
    return np.full((size[1], size[0], 3), 90, np.uint8)


def drawn(path: Path, *, bad: bool = False) -> Image:
    """The picture, read back; ``bad`` has the fifth pair measured a metre off."""
    pairs = (*PAIRS[:4], moved(PAIRS[4], 1, 0), *PAIRS[5:]) if bad else PAIRS
    image = grey()
    save_ground(path, image, fit(pairs, POLE.lens), pairs)
    assert (image == grey()).all(), "the frame itself stays as it was"
    read = cv2.imread(str(path))
    assert read is not None
    return np.asarray(read, np.uint8)


def brightness(image: Image, ground: GroundPoint) -> int:
    """How bright the brightest pixel is around a place on the ground."""
    seen = POLE.sees(ground)
    x, y = round(seen.x * SIZE[0]), round(seen.y * SIZE[1])
    return int(image[y - 2 : y + 3, x - 2 : x + 3].max())


def test_lines_lie_on_whole_metres(tmp_path: Path) -> None:
    """One at each metre, the fifth bolder, nothing between them."""
    image = drawn(tmp_path / "metres.png")
    assert brightness(image, GroundPoint(0.5, 10.0)) > 220
    assert 150 < brightness(image, GroundPoint(0.5, 9.0)) < 220
    assert brightness(image, GroundPoint(0.5, 9.5)) == 90
    assert brightness(image, GroundPoint(0.0, 9.5)) > 220


def test_nothing_is_drawn_where_nothing_is_believed(tmp_path: Path) -> None:
    """Above the hull of the pairs, and below it."""
    image = drawn(tmp_path / "metres.png")
    assert (image[:20] == 90).all()
    assert (image[:, :60] == 90).all()


def test_pairs_are_marked_where_they_were_clicked(tmp_path: Path) -> None:
    """In green, and in red those that are off by too much."""
    good, bad = drawn(tmp_path / "good.png"), drawn(tmp_path / "bad.png", bad=True)
    at = (round(PAIRS[4].image.y * SIZE[1]), round(PAIRS[4].image.x * SIZE[0]))
    assert good[at].tolist() == [60, 220, 60]
    assert bad[at].tolist() == [40, 40, 240]


def test_a_picture_of_another_shape_is_refused(tmp_path: Path) -> None:
    """Its fractions would be other places; half the size is as good."""
    calibration = solve(PAIRS, POLE.lens)
    with pytest.raises(
        BadInputError, match="a picture of 640x480: expected the shape of the pairs' picture, 1920x1080"
    ):
        save_ground(tmp_path / "metres.png", grey((640, 480)), calibration, PAIRS)
    save_ground(tmp_path / "metres.png", grey((960, 540)), calibration, PAIRS)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """The disk's fault, in one sentence."""
    (tmp_path / "file").touch()
    with pytest.raises(OutsideError, match=r"metres.png: cannot be written: "):
        save_ground(tmp_path / "file" / "metres.png", grey(), solve(PAIRS, POLE.lens), PAIRS)


def test_the_sky_is_left_alone(tmp_path: Path) -> None:
    """A hull that reaches the horizon's ground is drawn as far as it is seen."""
    flat = Pole(tilt=15, heading=0)
    pairs = flat.pairs([(0.5, 0.5)] * 9)
    path = tmp_path / "metres.png"
    save_ground(path, grey(), solve(pairs, flat.lens), pairs)
    read = cv2.imread(str(path))
    assert read is not None
    horizon = flat.sees(GroundPoint(0, 1e6))
    assert horizon.y > 0.05
    assert (read[: round(horizon.y * SIZE[1])] == 90).all()
