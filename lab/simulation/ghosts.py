"""Ghosts: what a detector finds where nothing is, and the light that blinds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_agent.core.geometry import Box
from lab.simulation.actors import Actor
from lab.simulation.arriving import within

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lab.simulation.draws import Chance
    from lab.simulation.street import Sight

SMALLEST: Final = 0.04  # of the picture: the side of a false alarm, up to three times as much


def false_alarms(sight: Sight, chance: Chance) -> tuple[Actor, ...]:
    """Things that are not there, anywhere in the picture, each for a moment."""
    draw = chance.of("false alarms")
    alarms = []
    for number, second in enumerate(chance.arrivals(draw, sight.false_alarms)):
        lasts = sight.false_for.total_seconds() * float(draw.exponential())
        x, y, size = (float(draw.random()) for _ in range(3))
        side = SMALLEST * (1 + 2 * size)
        box = Box(x * (1 - side), y * (1 - side), x * (1 - side) + side, y * (1 - side) + side)
        label = sight.false_labels[int(draw.integers(len(sight.false_labels)))]
        alarms.append(Actor(name=f"false/{number}", labels=(label,), knots=((second, box), (second + lasts, box))))
    return tuple(alarms)


def glaring(sight: Sight, chance: Chance, moments: NDArray[np.float64]) -> NDArray[np.bool_]:
    """At which of ``moments`` (n,) headlights blind the camera."""
    lasts = sight.glare_for.total_seconds()
    draw = chance.of("glare")
    return within(tuple((second, second + lasts) for second in chance.arrivals(draw, sight.glare)), moments)
