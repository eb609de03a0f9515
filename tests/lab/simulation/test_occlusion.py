"""What stands nearer to the camera hides what stands behind it, and never the other way round."""

from __future__ import annotations

import numpy as np

from edge_agent.core.geometry import Box
from lab.simulation.actors import Actor
from lab.simulation.occlusion import shown

MOMENTS = np.arange(0.0, 30.0)
CAR = Box(0.4, 0.4, 0.5, 0.5)


def still(name: str, box: Box, since: float, until: float) -> Actor:
    """A thing that does not move."""
    return Actor(name=name, labels=("car",), knots=((since, box), (until, box)))


def test_a_thing_is_hidden_by_so_much_as_what_is_nearer_covers() -> None:
    """For just as long as that is there; the one in front is not hidden at all."""
    behind, front = still("car", CAR, 0, 20), still("bus", Box(0.45, 0.3, 0.7, 0.6), 5, 10)
    car, bus = shown((behind, front), MOMENTS)
    assert car.hidden.round(6).tolist() == [0] * 5 + [0.5] * 5 + [0] * 10
    assert bus.first == 5
    assert bus.hidden.tolist() == [0] * 5


def test_the_largest_cover_counts() -> None:
    """Two in front do not add up."""
    fronts = (still("a", CAR.moved(0.02, 0.05), 0, 9), still("b", CAR.moved(-0.05, 0.05), 0, 9))
    car, *_ = shown((still("car", CAR, 0, 9), *fronts), MOMENTS)
    assert car.hidden.round(6).tolist() == [0.4] * 9


def test_who_is_never_there_together_never_hides() -> None:
    """Also where both are on the street within the same minutes; nor does what is seen at no look."""
    after, between = still("b", CAR.moved(0, 0.05), 10, 20), still("c", CAR.moved(0, 0.05), 3.2, 3.4)
    car, *_ = shown((still("a", CAR, 0, 10), after, between), MOMENTS)
    assert car.hidden.tolist() == [0] * 10
