"""Pictures for tests: a street with houses, seen by a camera that is moved, blinded, frozen and smeared.

A picture is 180 × 320 pixels; ``picture(second)`` shows the street with that second's sensor noise. ``seen`` makes of
a picture what a camera's health is told.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge_agent.core.stream.frame_statistics import COLUMNS, ROWS, FrameStatistics, marks, statistics_of
from edge_agent.core.stream.health import Health, observe
from edge_agent.core.stream.trouble import Change, FrameTrust, Looked, Named, Observation, Tuning
from tests.street import at, second_of

Picture = NDArray[np.uint8]

HEIGHT, WIDTH = 180, 320
CELL: Final = WIDTH // COLUMNS  # pixels
_ROOM: Final = 40  # pixels of street beyond each side of the picture
TUNING: Final = Tuning()
SIZE: Final = (640, 360)


@cache
def _street(number: int) -> NDArray[np.float32]:
    """House fronts and kerbs: 300 rectangles, each another grey."""
    drawn = np.random.default_rng(number)
    street = np.full((HEIGHT + 2 * _ROOM, WIDTH + 2 * _ROOM), 110, np.float32)
    for _ in range(300):
        y, x = drawn.integers(0, HEIGHT + 2 * _ROOM), drawn.integers(0, WIDTH + 2 * _ROOM)
        street[y : y + drawn.integers(5, 40), x : x + drawn.integers(5, 40)] = drawn.integers(40, 210)
    return street


def noisy(picture: NDArray[np.floating] | Picture, second: float, *, strength: float = 3.0) -> Picture:
    """A picture with the sensor's noise of this second."""
    grain = np.random.default_rng(round(second * 1000) + 1_000_000).normal(0, strength, picture.shape)
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def picture(second: float, *, right: int = 0, down: int = 0, street: int = 1) -> Picture:
    """The street, by a camera turned so that it shows what is ``right`` and ``down`` pixels off."""
    top, left = _ROOM + down, _ROOM + right
    return noisy(_street(street)[top : top + HEIGHT, left : left + WIDTH], second)


def smeared(whole: Picture, *, from_row: int = 60) -> Picture:
    """What a decoder makes of a picture of which the lower part never came."""
    torn = whole.copy()
    torn[from_row:] = torn[from_row - 1]
    return torn


def look_at(shown: Picture) -> FrameStatistics:
    """A picture at a glance."""
    cells = shown.reshape(ROWS, HEIGHT // ROWS, COLUMNS, CELL).mean(axis=(1, 3))
    return statistics_of(np.rint(cells).astype(np.uint8), marks(shown))


def seen(
    shown: Picture, second: float, *, size: tuple[int, int] = SIZE, damaged: bool = False, when: datetime | None = None
) -> Looked:
    """The observation that is made of a picture."""
    return Looked(at=when or at(second), glance=look_at(shown), size=size, damaged=damaged)


@cache
def knowing(street: int = 1) -> Health:
    """A camera that has looked at its street from second −100 to second 0, once a second, and knows it."""
    health = Health()
    for second in range(-100, 1):
        health = observe(health, seen(picture(second, street=street), second), TUNING).health
    assert health.landmarks is not None
    assert health.landmarks.settled
    assert health.verdict is FrameTrust.TRUST
    return health


def follow(health: Health, *observations: Observation) -> tuple[Health, list[Change]]:
    """Observe one after the other."""
    changes: list[Change] = []
    for observation in observations:
        health, more = observe(health, observation, TUNING)
        changes.extend(more)
    return health, changes


def story(changes: list[Change]) -> list[tuple[float, str]]:
    """What was named or over, and at which second."""
    return [(second_of(c.at), c.trouble.value if isinstance(c, Named) else "ok") for c in changes]
