"""What a message of an incident carries as its ``data``: all of the feed that a replay tells.

As in ``feed_data``, a field that may be None is left out where it does not apply.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from edge_agent.core.feed.incidents import Happening, IncidentEvent, National
from edge_agent.core.ground.position import Position
from edge_agent.core.site.policy import Severity
from edge_agent.ports import StoredFile, Thumbnail

ALWAYS: Final[dict[Happening, tuple[str, ...]]] = {  # what an event of that type never leaves out
    Happening.OPENED: (),
    Happening.WARNED: ("n",),
    Happening.ESCALATED: ("reason", "work_order"),
    Happening.RECURRED: (),
    Happening.RESOLVED: ("reason", "stage", "end"),
    Happening.SUPPRESSED: ("reason",),
    Happening.REFERRED: ("reason", "review", "review_until"),
    Happening.CONFIRMED: ("review", "confirmed_by"),
    Happening.CANCELLED: (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReport(IncidentEvent):
    """One event of one incident, with what the box knows of the place and what was kept of the moment."""

    title: dict[str, str] | None = None
    severity: Severity | None = None
    camera_name: dict[str, str] | None = None
    address: str | None = None
    zone_name: dict[str, str] | None = None
    shop_name: str | None = None
    responsible: str | None = None
    position: Position | None = None
    national: National
    model_sha256: str | None = None
    evidence: tuple[StoredFile, ...] | None = None
    thumbnail: Thumbnail | None = None
