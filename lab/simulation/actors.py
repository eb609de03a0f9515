r"""Actors: each thing on the street, and where it is at every second; stands: what of it is a violation.

An actor moves in straight lines from knot to knot::

    x                ┌───────────────── stands ───────────────┐
    │            ___/                                          \___
    │       ____/  slower                                 pulls out \____
    └─────────────────────────────────────────────────────────────────────▶ seconds
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from edge_agent.core.geometry import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.simulation.street import Breaks

Knot = tuple[float, Box]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One thing: its name, what it may be called (the first is what it is), when it is where."""

    name: str
    labels: tuple[str, ...]
    knots: tuple[Knot, ...]

    @property
    def since(self) -> float:
        """The second at which it appears."""
        return self.knots[0][0]

    @property
    def until(self) -> float:
        """The second at which it is gone."""
        return self.knots[-1][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A violation that really happens: what, where, from which second to which."""

    breaks: Breaks
    box: Box
    since: float
    until: float


@dataclass(frozen=True, slots=True)
class Cast:
    """All that one behaviour brings onto the street in a day."""

    actors: tuple[Actor, ...]
    stands: tuple[Stand, ...] = ()


def boxes_of(actor: Actor, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where an actor is at ``seconds`` (n,): its boxes (n, 4)."""
    times = [second for second, _ in actor.knots]
    sides = np.array([(b.x0, b.y0, b.x1, b.y1) for _, b in actor.knots])
    return np.stack([np.interp(seconds, times, sides[:, side]) for side in range(4)], axis=1)
