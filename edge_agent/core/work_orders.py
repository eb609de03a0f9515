"""Work orders: the matter handed to a person when three warnings did not help.

The box only reports and takes status back; it never invents the operations centre's steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from edge_agent.core.incidents import derived_id

if TYPE_CHECKING:
    from edge_agent.core.incidents import IncidentEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrder:
    """One work order; at most one an incident. ``status`` ``verified`` means: the camera saw the spot clear."""

    id: str
    incident: str
    camera: str
    zone: str
    kind: str
    opened: datetime
    why: str
    delivered: int
    warnings: int
    status: Literal["opened", "verified"] = "opened"
    closed: datetime | None = None


def order_id(incident: str) -> str:
    """The id of an incident's one work order."""
    return derived_id("wo", incident)


def drafted(event: IncidentEvent, *, warnings: int) -> WorkOrder:
    """The work order that an escalation asks for."""
    return WorkOrder(
        id=order_id(event.incident),
        incident=event.incident,
        camera=event.camera,
        zone=event.zone,
        kind=event.kind,
        opened=event.at,
        why=f"{event.delivered} of {warnings} warnings delivered",
        delivered=event.delivered,
        warnings=warnings,
    )
