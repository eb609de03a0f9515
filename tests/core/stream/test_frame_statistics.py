"""A picture at a glance: marks tell the same picture from a like one, and the shape is checked."""

from __future__ import annotations

import numpy as np
import pytest

from edge_agent.core.stream.frame_statistics import COLUMNS, ROWS, STRIPS, UNSTATED, colour_matrix, marks, statistics_of


def test_one_pixel_changes_the_mark_of_its_strip_only() -> None:
    """To the last bit: the strip with the pixel differs, the fifteen others do not."""
    plane = np.full((360, 640), 90, np.uint8)
    before = marks(plane)
    plane[200, 17] += 1
    changed = [n for n, (a, b) in enumerate(zip(before, marks(plane), strict=True)) if a != b]
    assert changed == [200 * STRIPS // 360]


@pytest.mark.parametrize("size", [(576, 768), (17, 9), (361, 641)])
def test_every_row_has_its_strip(size: tuple[int, int]) -> None:
    """Whatever the height: no row is left out, and a plane that is a view of a padded one does as well."""
    plane = np.zeros((size[0], size[1] + 32), np.uint8)[:, : size[1]]
    before = marks(plane)
    for row in range(size[0]):
        plane[row, -1] = 1
        assert sum(a != b for a, b in zip(before, marks(plane), strict=True)) == 1
        plane[row, -1] = 0


def test_another_shape_is_refused() -> None:
    """The message says which shape was expected and which was found."""
    with pytest.raises(ValueError, match=r"grey: expected 45 rows and 80 columns, got \(80, 45\)"):
        statistics_of(np.zeros((COLUMNS, ROWS), np.uint8), ())


@pytest.mark.parametrize("stated", [0, 1, 5, 9])
def test_colours_are_converted_by_what_is_stated(stated: int) -> None:
    """Where anybody can."""
    assert colour_matrix(stated) == stated


@pytest.mark.parametrize("stated", [3, 8, 14, 17, 255])
def test_colours_nobody_converts_are_taken_for_unstated(stated: int) -> None:
    """Reserved numbers, and those of studios."""
    assert colour_matrix(stated) == UNSTATED
