"""A signature tells a red car from a white one, and knows the same car under another light."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from edge_agent.core.detect.appearance import LENGTH, signature
from edge_agent.core.detect.likeness import distance
from edge_agent.core.track.settings import Seeing

FAR = Seeing().appearance_far
RED, WHITE, BLUE, GREEN = (40, 40, 190), (190, 190, 190), (180, 70, 30), (60, 170, 60)


def car(paint: tuple[int, int, int], *, light: float = 1.0, height: int = 60, width: int = 100) -> NDArray[np.uint8]:
    """A painted body with dark windows and wheels, BGR."""
    picture = np.empty((height, width, 3), np.float64)
    picture[:] = paint
    picture[height // 8 : height // 3, width // 5 : -width // 5] = 30
    picture[-height // 5 :, width // 8 : width // 3] = 20
    picture[-height // 5 :, -width // 3 : -width // 8] = 20
    return (picture * light).clip(0, 255).round().astype(np.uint8)


def known(crop: NDArray[np.uint8]) -> tuple[float, ...]:
    """The signature of a crop that has one."""
    known_signature = signature(crop)
    assert known_signature is not None
    return known_signature


@pytest.mark.parametrize(("a", "b"), [(RED, WHITE), (RED, BLUE), (BLUE, WHITE), (GREEN, RED)])
def test_cars_of_different_colours_are_far_apart(a: tuple[int, int, int], b: tuple[int, int, int]) -> None:
    """Further than what the policy calls a different thing."""
    assert distance(known(car(a)), known(car(b))) > FAR


@pytest.mark.parametrize("paint", [RED, WHITE, BLUE, GREEN])
@given(light=st.floats(0.35, 1.3))
def test_the_same_car_in_other_light_stays_itself(paint: tuple[int, int, int], light: float) -> None:
    """A cloud, dusk or the camera's exposure multiply every pixel."""
    assert distance(known(car(paint)), known(car(paint, light=light))) < FAR / 4


@given(height=st.integers(24, 400), width=st.integers(40, 700))
def test_the_size_of_the_crop_does_not_matter(height: int, width: int) -> None:
    """The sub-stream and the full picture show the same car."""
    assert distance(known(car(RED)), known(car(RED, height=height, width=width))) < FAR / 2


def test_a_signature_has_one_length_and_a_speck_has_none() -> None:
    """Vectors of one log must compare."""
    assert len(known(car(RED))) == LENGTH
    assert signature(np.zeros((3, 40, 3), np.uint8)) is None


def test_an_even_grey_crop_has_a_signature_without_layout() -> None:
    """No contrast is no division by nothing."""
    assert known(np.full((20, 20, 3), 128, np.uint8))[10:] == (0.0,) * 16
