"""Views for tests: a street of 240 × 136 pixels in colour, on which things are put down, lit, and shaken."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from edge_agent.core.stream.standing import Appeared, watched
from tests.street import at

View = NDArray[np.uint8]
HIGH, WIDE = 136, 240
Place = tuple[int, int, int, int]  # rows from and to, columns from and to
BAG: Place = (60, 84, 100, 118)


def street(second: float, *, seed: int = 1, right: int = 0) -> View:
    """Asphalt, a wall of bricks at the top and a kerb, with this second's noise; ``right`` pixels farther right."""
    drawn = np.random.default_rng(seed)
    bare = np.full((HIGH, WIDE + 40, 3), (112, 112, 110), np.float32)
    bare += np.repeat(np.repeat(drawn.normal(0, 6, (HIGH // 4, (WIDE + 40) // 4, 1)), 4, axis=0), 4, axis=1)
    for row in range(0, 32, 8):
        bare[row : row + 7] = (70, 80, 140)
        bare[row : row + 7, (row // 8 % 2) * 6 :: 12] = (150, 150, 150)
    bare[40:43] = 190
    bare[:, 60:63] = 60  # posts, by which a shake across is known
    bare[:, 190:194] = 210
    grain = np.random.default_rng(round(second * 1000) + 7).normal(0, 2, bare.shape)
    return np.clip(bare + grain, 0, 255).astype(np.uint8)[:, 20 + right : 20 + right + WIDE]


def put(view: View, place: Place = BAG, colour: tuple[int, int, int] = (60, 40, 150)) -> View:
    """The view with a thing in it, lighter at its top."""
    made = view.copy()
    top, bottom, left, right = place
    made[top:bottom, left:right] = colour
    made[top : top + (bottom - top) // 3, left:right] += 40
    return made


def lit(view: View, share: float, place: Place = (0, HIGH, 0, WIDE)) -> View:
    """The view with a place in more light, or less."""
    made = view.astype(np.float32)
    top, bottom, left, right = place
    made[top:bottom, left:right] *= share
    return np.clip(made, 0, 255).astype(np.uint8)


def watch(
    shown: Callable[[float], View], until: float, *, first: float = 0, known: Appeared | None = None, every: float = 0.5
) -> Appeared:
    """What is known after watching from second ``first`` to second ``until``."""
    known = known or Appeared()
    for second in seconds(first, until, every):
        known = watched(known, shown(second), at(second))
    return known


def seconds(first: float, until: float, every: float = 0.5) -> Iterable[float]:
    """The instants of the looks."""
    return (first + every * n for n in range(round((until - first) / every) + 1))
