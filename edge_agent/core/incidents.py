"""An incident, as the operations centre hears of it: one event for each thing that happened to it.

Ids are derived from data, never drawn: the same recording gives the same ids, so the outbox can be replayed
and a receiver can drop what it has already had.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b

from edge_agent.core.events import Result
from edge_agent.core.geometry import Box

AFTER_ORDER = "after_order"


class Happening(StrEnum):
    """What can happen to an incident: the ``type`` of its events."""

    OPENED = "incident.opened"
    WARNED = "incident.warned"
    ESCALATED = "incident.escalated"
    RECURRED = "incident.recurred"
    RESOLVED = "incident.resolved"
    SUPPRESSED = "incident.suppressed"
    CANCELLED = "incident.cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningRecord:
    """One attempt at a warning and what became of it; ``result`` None while no answer came.

    ``speaker`` is the one that played it, or may have.
    """

    n: int
    asked: datetime
    result: Result | None = None
    answered: datetime | None = None
    reason: str = ""
    speaker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentEvent:
    """One event of one incident, complete in itself.

    ``seq`` counts from 1 within the incident; ``delivered`` is the number of warnings played so far; ``stage`` is
    that number at the end, or ``after_order``; ``end`` is the last sighting; spans are seconds on the dwell clock.
    Where a command made it happen, ``verb`` is which, and ``by`` whose.
    """

    type: Happening
    id: str
    incident: str
    seq: int
    camera: str
    zone: str
    kind: str
    at: datetime
    opened: datetime
    dwell_s: float
    unobservable_s: float
    delivered: int
    box: Box
    codes: dict[str, str]
    text: dict[str, str]
    warnings: tuple[WarningRecord, ...] = ()
    n: int | None = None
    stage: int | str | None = None
    end: datetime | None = None
    reason: str | None = None
    recurred: int = 0
    shop: str | None = None
    work_order: str | None = None
    by: str | None = None
    verb: str | None = None
    policy_sha256: str = ""


def derived_id(prefix: str, *parts: object) -> str:
    """A short stable id from the data that makes a thing what it is."""
    text = "\x1f".join(part.isoformat() if isinstance(part, datetime) else str(part) for part in parts)
    return f"{prefix}-{blake2b(text.encode(), digest_size=8).hexdigest()}"


def place_words(place: Box) -> str:
    """A place as text for an id, rounded so that it reads the same on every machine."""
    return ",".join(f"{side:.4f}" for side in (place.x0, place.y0, place.x1, place.y1))
