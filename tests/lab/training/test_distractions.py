"""What is drawn on a picture is nothing of the street, and what is there stays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lab.training.distractions import burnt_in, stairs
from lab.training.pictures.archives import Image, Vehicles
from lab.training.pictures.scenes import TrainingPicture, empty_canvas
from lab.training.weather import night, packed, rain, starved, tinted

SEEDS = range(8)
SIZE = (160, 256)


def street() -> Image:
    """A picture with some structure."""
    rows = np.linspace(60, 200, SIZE[0], dtype=np.uint8)
    return np.repeat(np.repeat(rows[:, None, None], SIZE[1], axis=1), 3, axis=2)


@pytest.mark.parametrize("seed", SEEDS)
def test_text_is_burnt_in_and_leaves_the_picture_it_was_given(seed: int) -> None:
    """Something is written; most of the street is still to be seen."""
    before = street()
    after = burnt_in(before, np.random.default_rng(seed))
    assert np.array_equal(before, street())
    changed = float((after != before).any(axis=2).mean())
    assert 0 < changed < 0.6


@pytest.mark.parametrize("seed", SEEDS)
def test_stairs_are_drawn_where_they_are_said_to_be_and_never_over_a_vehicle(seed: int) -> None:
    """Outside the patch nothing changes; the vehicle is whole to nine tenths."""
    scene = empty_canvas(*SIZE)
    car = np.array([[90, 60, 150, 110]], np.float32)
    scene.vehicles = Vehicles(car, np.array([2], np.int64), np.ones(1, np.float32))
    before = scene.image.copy()
    stairs(scene, np.random.default_rng(seed))
    changed = (scene.image != before).any(axis=2)
    for left, top, right, bottom in scene.void.astype(int).tolist():
        changed[top:bottom, left:right] = False
    assert not changed.any()
    covered = (scene.image != before).any(axis=2)[60:110, 90:150]
    assert float(covered.mean()) <= 0.12


def test_stairs_are_drawn_at_all() -> None:
    """In most tries on an empty street."""
    drawn = []
    for seed in SEEDS:
        scene: TrainingPicture = empty_canvas(*SIZE)
        stairs(scene, np.random.default_rng(seed))
        drawn.append(len(scene.void))
    assert sum(drawn) == len(SEEDS)


@pytest.mark.parametrize("worsen", [night, rain, starved, tinted])
@pytest.mark.parametrize("seed", range(3))
def test_weather_changes_light_and_moves_nothing(worsen: Callable[..., Image], seed: int) -> None:
    """Same size, other pixels, and the bright half is still the brighter one."""
    before = street()
    after = worsen(before, np.random.default_rng(seed))
    assert after.shape == before.shape
    assert after.dtype == np.uint8
    assert not np.array_equal(after, before)
    assert np.array_equal(before, street())


def test_night_is_darker_and_packing_is_coarser() -> None:
    """By what they are for."""
    rng = np.random.default_rng(0)
    assert night(street(), rng).mean() < 0.8 * street().mean()
    noisy = rng.integers(0, 255, (64, 64, 3), np.uint8)
    assert np.abs(packed(noisy, 5).astype(int) - noisy).mean() > np.abs(packed(noisy, 90).astype(int) - noisy).mean()
