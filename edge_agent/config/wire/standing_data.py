"""What the broker keeps of a box for whoever comes later, beside its status: what it watches, and what is open.

Both are plain JSON without an envelope, and replaced whole. As in ``feed_data``, a field that may be None is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from edge_agent.core.feed.incidents import ReviewStatus
from edge_agent.core.feed.work_orders import OrderStatus
from edge_agent.core.geometry import Polygon
from edge_agent.core.ground.coordinates import LonLat
from edge_agent.core.ground.position import CRS
from edge_agent.core.site.policy import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraPosition:
    """Where a camera hangs."""

    lonlat: LonLat
    crs: Literal["EPSG:4490"] = CRS


@dataclass(frozen=True, slots=True, kw_only=True)
class Legal:
    """By what right a camera watches, and how passers-by are told."""

    basis: str | None = None
    notice: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCamera:
    """One camera."""

    id: str
    name: dict[str, str] | None = None
    position: CameraPosition | None = None
    legal: Legal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteOutline:
    """Where a zone lies on the ground."""

    lonlats: tuple[LonLat, ...]
    left_out_m: float
    crs: Literal["EPSG:4490"] = CRS


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteZone:
    """One zone, as it is drawn on the picture of its camera."""

    id: str
    camera: str
    name: dict[str, str] | None = None
    address: str | None = None
    grid: str | None = None
    polygon: Polygon
    outline: SiteOutline | None = None
    kinds: tuple[str, ...]
    hours: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteKind:
    """One kind that some zone asks for."""

    id: str
    title: dict[str, str]
    severity: Severity
    codes: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceKey:
    """The public key that this box's bundles of evidence are verified with."""

    algorithm: str
    id: str
    pem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReport:
    """What a box watches, and by what."""

    agent: str
    adcode: str
    software: str
    timezone: str
    policy_sha256: str
    cameras: tuple[SiteCamera, ...]
    zones: tuple[SiteZone, ...]
    kinds: tuple[SiteKind, ...]
    working_hours: str
    evidence_key: EvidenceKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident:
    """An incident that is not over, as its last message told it."""

    id: str
    seq: int
    stage: Literal["opened", "warned", "escalated"]
    delivered: int
    camera: str
    zone: str
    kind: str
    opened: datetime
    review: ReviewStatus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder:
    """A work order of which something is still to come; one that an older version opened has no ``seq``."""

    id: str
    incident: str
    seq: int | None = None
    stage: OrderStatus
    opened: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReport:
    """All that is open on a box."""

    agent: str
    incidents: tuple[OpenIncident, ...]
    work_orders: tuple[OpenOrder, ...]
