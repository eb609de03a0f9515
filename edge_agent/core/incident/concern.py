"""Concern: where in a camera's picture a change can matter for what is decided, by what is remembered of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.core.detect.unchanged import Concern
from edge_agent.core.track.presence import Sighting

if TYPE_CHECKING:
    from edge_agent.core.detect.unchanged import Mask
    from edge_agent.core.incident.world import World


def concern_of(world: World, tiles: Mask) -> Concern:
    """Near the zones (``tiles``), and wherever something stands there; uncertain while any of it is missing.

    What is hidden is not missing: as long as nothing changes before it, it is hidden still.
    """
    empty = Concern(tiles=tiles)
    near = [spot for spot in world.spots if empty.touches(spot.place)]
    return Concern(
        tiles=tiles,
        places=tuple(spot.place for spot in near),
        certain=world.lost is None and all(spot.sighting is not Sighting.ABSENT for spot in near),
    )
