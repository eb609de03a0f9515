"""Paints: what an appearance vector is here.

There are few paints on a street: every thing is one of them, and a little different from others of the same paint. How
near two things come, and how far one thing is from itself at the next look, is fitted to signatures of real crops
(``core/detect/appearance.py``): of vehicles of like size in one picture of two public sets (7,954 pairs) 23 and 31 of
100 were within 0.15 of each other, 94 and 85 within 0.4, half within 0.22; a crop moved by 3 % of its size was 0.01
from itself, one in twenty more than 0.06. Here: 24, 92, 0.24, 0.01 and 0.05 (a grain of 0.05). What I dislike: things
of one paint are nearer here (0.04) than the nearest twentieth of those pairs (0.06 and 0.09), so that likes are harder
to tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from lab.simulation.draws import Chance

PAINTS: Final = (0.3, 0.2, 0.2, 0.1, 0.1, 0.1)  # how common each is: white, black, grey, ...
RICH: Final = 3.0  # how different the paints are
OWN: Final = 0.7  # how much of a thing's look is its own, against that of its paint
GLARE: Final = 1.0  # how much headlights add to everything


def paint(name: str, length: int, chance: Chance) -> NDArray[np.float64]:
    """The appearance of the thing ``name``, of unit length."""
    draw = chance.of("paint of", name)
    which = int(np.searchsorted(np.cumsum(PAINTS), draw.random()))
    common = _unit(chance.of("paint", which).random(length) ** RICH)
    return _unit(common + OWN * _unit(draw.random(length)))


def seen_as(
    own: NDArray[np.float64],
    *,
    hidden: NDArray[np.float64],
    glare: NDArray[np.bool_],
    grain: float,
    draw: np.random.Generator,
) -> NDArray[np.float64]:
    """The appearance of one thing at n looks (n, length): what hides it mixes in, light drowns it, no two are alike."""
    length = own.shape[0]
    coarse = np.sqrt(-np.log(1 - draw.random(hidden.shape[0])))[:, None]  # some crops are much worse than others
    noise = grain * coarse * draw.standard_normal((hidden.shape[0], length))
    front = _unit(draw.random(length))
    mixed = own * (1 - hidden)[:, None] + front * hidden[:, None]
    light = np.where(glare, GLARE, 0.0)[:, None] * _unit(draw.random(length) ** 4)
    return np.asarray(np.maximum(mixed + light + noise, 0.001).round(3))


def _unit(vector: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(vector, dtype=np.float64)
    return np.asarray(array / np.sqrt((array**2).sum()))
