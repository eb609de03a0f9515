"""What one look showed, as far as cases are concerned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edge_agent.core.site.zones import Shares

if TYPE_CHECKING:
    from edge_agent.core.geometry import Box
    from edge_agent.core.site.zone_hours import Shift
    from edge_agent.core.track.spot import EndedSpot, Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class LookResult:
    """What one look showed: the spots, how those that are no more ended, the people, each zone's hours.

    ``shares`` tells how much of a foot lies in a polygon.
    """

    spots: tuple[Spot, ...]
    gone: Mapping[str, EndedSpot]
    people: tuple[Box, ...]
    shifts: Mapping[str, Shift]
    shares: Shares = field(default_factory=Shares)
