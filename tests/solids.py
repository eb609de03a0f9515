"""Solid things on a street that was measured: where a camera on a pole sees them, the site that knows its metres."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from math import cos, radians, sin

from edge_agent.core.geometry import Box, Point
from edge_agent.core.ground.calibration import Calibration, solve
from edge_agent.core.ground.coordinates import GroundPoint
from edge_agent.core.ground.point_pairs import PointPair
from edge_agent.core.site.site import Site
from tests.surveying import PERFECT, Pole

EAST_M = (-6.0, 0.0, 6.0)  # where the pairs of ``measured`` lie beside the camera's line of sight
AHEAD_M = (11.0, 20.0, 50.0)  # and along it


@dataclass(frozen=True, slots=True, kw_only=True)
class Solid:
    """A cuboid of a thing's measures in metres; ``turn`` is the direction of its length, in degrees east of north."""

    width: float
    length: float
    height: float
    turn: float = 0.0

    def seen(self, pole: Pole, east: float, north: float) -> Box:
        """The box of one that stands with its middle there."""
        a = radians(self.turn)
        corners = [
            (east + cos(a) * w + sin(a) * n, north - sin(a) * w + cos(a) * n, up)
            for w, n, up in product(
                (-self.width / 2, self.width / 2), (-self.length / 2, self.length / 2), (0.0, self.height)
            )
        ]
        points = [pole.sees(GroundPoint(*corner[:2]), up=corner[2]) for corner in corners]
        xs, ys = [p.x for p in points], [p.y for p in points]
        return Box(min(xs), min(ys), max(xs), max(ys))


CAR = Solid(width=1.8, length=4.5, height=1.5)
BUS = Solid(width=2.5, length=11.0, height=3.1)
BAG = Solid(width=0.5, length=0.5, height=0.5)
COUNTER = Solid(width=2.0, length=1.0, height=1.0)
POLE = Pole(height=6.0, tilt=15.0, field_of_view=70.0, heading=0.0)


def measured(pole: Pole) -> Calibration:
    """The calibration of a camera under which nine points were measured, without any error."""
    return solve(tuple(pole.pair(pole.sees(GroundPoint(e, n))) for e, n in product(EAST_M, AHEAD_M)), PERFECT)


def from_above() -> Calibration:
    """The calibration of a camera that looks straight down on 40 m by 20 m."""
    corners = product((0.0, 1.0), (0.0, 0.5, 1.0))
    return solve(tuple(PointPair(image=Point(x, y), ground=GroundPoint(40 * x, -20 * y)) for x, y in corners), PERFECT)


def knowing(site: Site, calibration: Calibration, camera: str = "c1") -> Site:
    """The same site with one of its cameras calibrated."""
    return replace(site, calibrations={camera: calibration})


def written(pole: Pole, camera: str = "c1") -> str:
    """The calibration file of ``measured``, as somebody would write it."""
    pairs = [pole.pair(pole.sees(GroundPoint(e, n))) for e, n in product(EAST_M, AHEAD_M)]
    lines = (
        f"  - {{image: [{p.image.x:.5f}, {p.image.y:.5f}], ground: [{p.ground.east:.2f}, {p.ground.north:.2f}]}}\n"
        for p in pairs
    )
    size = list(PERFECT.size)
    return f"version: 1\ncamera: {camera}\nsize: {size}\ndate: 2026-11-01\npairs:\n{''.join(lines)}"
