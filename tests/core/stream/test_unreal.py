"""Every colour that a camera can see can be; what a lost decoder writes cannot."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.stream.unreal import TOO_MANY, unreal

CHANNEL = st.integers(0, 255)


@pytest.mark.parametrize("full_range", [False, True])
@given(colour=st.tuples(CHANNEL, CHANNEL, CHANNEL))
def test_no_real_colour_is_taken_for_one_that_cannot_be(
    colour: tuple[int, int, int],
    full_range: bool,  # noqa: FBT001 - a case
) -> None:
    """Of limited range, as cameras send it, and of full range."""
    pixel = np.array([[colour]], np.uint8)
    luma, red, blue = (plane.astype(float) for plane in cv2.split(cv2.cvtColor(pixel, cv2.COLOR_RGB2YCrCb)))
    if not full_range:
        luma, red, blue = 16 + luma * 219 / 255, 128 + (red - 128) * 224 / 255, 128 + (blue - 128) * 224 / 255
    planes = (np.rint(plane).clip(0, 255).astype(np.uint8) for plane in (luma, blue, red))
    assert unreal(*planes) == 0


def test_the_share_of_the_picture_is_told() -> None:
    """Green beyond green in one quarter of it."""
    luma, blue, red = (np.full((8, 8), value, np.uint8) for value in (120, 128, 128))
    blue[:4, :4] = red[:4, :4] = 0
    assert unreal(luma, blue, red) == 0.25
    assert unreal(luma, blue, red) > TOO_MANY
