"""What each message of the feed carries as its ``data``: the types that are written, and of which the schemas are made.

A field that may be None is left out where it does not apply. What the fields mean stands in ``feed_words``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from edge_agent.config.wire.evidence_data import EvidenceStored
from edge_agent.config.wire.incident_data import IncidentReport
from edge_agent.core.commands import CommandOutcome
from edge_agent.core.feed.incidents import National, Role, WarningRecord
from edge_agent.core.feed.work_orders import OrderStatus
from edge_agent.core.geometry import Box
from edge_agent.core.ground.position import Position
from edge_agent.core.plate.reading import PlateReading, VehicleLook
from edge_agent.core.site.policy import Severity
from edge_agent.ports import StoredFile, Thumbnail


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReport:
    """A work order after its opening or one change of it: with all that whoever works on it must know."""

    type: Literal["work_order.opened", "work_order.updated"]
    id: str
    work_order: str
    incident: str
    seq: int
    camera: str
    zone: str
    kind: str
    at: datetime
    opened: datetime
    status: OrderStatus
    why: str
    delivered: int
    responsible: str | None = None
    due: datetime | None = None
    accept_due: datetime | None = None
    arrive_due: datetime | None = None
    late: bool
    accept_late: bool | None = None
    arrive_late: bool | None = None
    to: str | None = None
    by: str | None = None
    reason: str | None = None
    verified_by: str | None = None
    closed: datetime | None = None
    media_at: datetime | None = None
    note: str | None = None
    photo: str | None = None
    title: dict[str, str] | None = None
    severity: Severity | None = None
    text: dict[str, str]
    camera_name: dict[str, str] | None = None
    zone_name: dict[str, str] | None = None
    address: str | None = None
    position: Position | None = None
    box: Box | None = None
    shop: str | None = None
    shop_name: str | None = None
    plate: PlateReading | None = None
    vehicle: VehicleLook | None = None
    warnings: tuple[WarningRecord, ...]
    codes: dict[str, str]
    national: National
    evidence: tuple[StoredFile, ...] | None = None
    thumbnail: Thumbnail | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyReport:
    """Whom the centre is to let know of an incident, and what."""

    type: Literal["notify.requested"]
    id: str
    incident: str
    seq: int
    camera: str
    zone: str
    kind: str
    at: datetime
    role: Role
    contact: str
    text: dict[str, str]
    n: int | None = None
    work_order: str | None = None
    shop: str | None = None
    zone_name: dict[str, str] | None = None
    shop_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraHealth:
    """How a camera is doing, from now on."""

    camera: str
    at: datetime
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentHealth:
    """How the agent itself is doing, from now on."""

    agent: str
    at: datetime
    state: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptReport:
    """What became of a command: the one answer to it; ``result`` is what it asked for.

    ``by`` is who gave it; ``zone`` and ``until`` are those of an instruction that stands.
    """

    command: str
    at: datetime
    verb: str
    outcome: CommandOutcome
    reason: str | None = None
    camera: str | None = None
    zone: str | None = None
    by: str | None = None
    until: datetime | None = None
    media_at: datetime | None = None
    result: dict[str, object] | None = None


State = Literal["online", "offline", "gone"]
Payload = IncidentReport | OrderReport | NotifyReport | EvidenceStored | CameraHealth | AgentHealth | ReceiptReport


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStatus:
    """Whether an agent is there: retained, and no CloudEvent, for the broker itself says ``gone``.

    ``uptime_s`` is from ``started`` to when the agent said so itself; nobody knows it where the broker did.
    """

    agent: str
    state: State
    software: str | None = None
    started: datetime | None = None
    uptime_s: float | None = None
