"""The world: everything one camera's core remembers.

Complete and serialisable: folding ``a`` and then ``b`` gives what folding ``b`` gives from the stored world of ``a``.
That law is what "survives a power cut" means.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from edge_agent.core.feed.strikes import Strike
from edge_agent.core.feed.work_orders import WorkOrder
from edge_agent.core.incident.cases import Case
from edge_agent.core.plate.traces import PlateTrace
from edge_agent.core.site.overrides import Overrides
from edge_agent.core.site.zone_hours import Shift
from edge_agent.core.track.spot import Spot
from edge_agent.core.track.tracker import TrackMemory


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What one camera's core remembers at ``at``; ``lost`` names the stream's trouble while it lasts.

    ``departed`` are resolved cases whose occupant may still come back; ``orders`` the work orders of which something is
    still to come, ``standing`` what the operations centre has told of the zones, ``strikes`` who was asked before,
    ``plates`` those of earlier incidents.
    """

    camera: str
    at: datetime | None = None
    lost: str | None = None
    memory: TrackMemory = field(default_factory=TrackMemory)
    spots: tuple[Spot, ...] = ()
    cases: tuple[Case, ...] = ()
    departed: tuple[Case, ...] = ()
    shifts: tuple[Shift, ...] = ()
    orders: tuple[WorkOrder, ...] = ()
    standing: Overrides = field(default_factory=Overrides)
    strikes: tuple[Strike, ...] = ()
    plates: tuple[PlateTrace, ...] = ()
