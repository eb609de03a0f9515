"""What the broker keeps of a box for whoever comes later: what it watches, what is open, how each camera is doing."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from edge_agent.app.feed.messages import health_message, status_topic
from edge_agent.config.fields.hours import OsmHours
from edge_agent.config.wire.plain import plain
from edge_agent.config.wire.standing_data import (
    CameraPosition,
    EvidenceKey,
    Legal,
    OpenReport,
    SiteCamera,
    SiteKind,
    SiteOutline,
    SiteReport,
    SiteZone,
)
from edge_agent.core.ground.outline import outline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_agent.config.wire.standing_data import OpenIncident, OpenOrder
    from edge_agent.core.effects import ReportHealth
    from edge_agent.core.ground.calibration import Calibration
    from edge_agent.core.site.camera_card import CameraCard
    from edge_agent.core.site.hours_and_permits import Hours
    from edge_agent.core.site.site import Site
    from edge_agent.core.site.zones import Zone

EVER = "24/7"


class WhatIsOpen(Protocol):
    """What of the store is needed."""

    def incidents(self) -> tuple[OpenIncident, ...]:
        """The incidents that are not over."""

    def orders(self) -> tuple[OpenOrder, ...]:
        """The work orders of which something is still to come."""

    def health(self) -> tuple[ReportHealth, ...]:
        """The last state of each camera that ever had another than ``ok``."""


@dataclass(slots=True, kw_only=True)
class StandingMessages:
    """What stands of one agent, by topic; ``site`` is replaced when its files are taken over.

    ``also`` says what is told of a site to others than the centre; a topic of it that falls away is emptied.
    """

    site: Site
    book: WhatIsOpen
    software: str
    timezone: str
    key: EvidenceKey | None = None
    also: Callable[[Site], Mapping[str, bytes]] = lambda _: {}
    _others: set[str] = field(default_factory=set, init=False)

    def __call__(self) -> dict[str, bytes]:
        """The payload of each topic, as it is now; raises OutsideError."""
        base = status_topic(self.site).removesuffix("/status")
        health = (health_message(each, self.site) for each in self.book.health() if each.camera in self.site.cameras)
        opened = OpenReport(agent=self.site.agent, incidents=self.book.incidents(), work_orders=self.book.orders())
        also = self.also(self.site)
        self._others |= set(also)
        return {
            f"{base}/site": _json(self.report()),
            f"{base}/open": _json(opened),
            **{each.topic: each.payload for each in health},
            **dict.fromkeys(self._others, b""),
            **also,
        }

    def report(self) -> SiteReport:
        """What the box watches."""
        site = self.site
        names = {name for zone in site.zones for name in zone.rules}
        return SiteReport(
            agent=site.agent,
            adcode=site.adcode,
            software=self.software,
            timezone=self.timezone,
            policy_sha256=site.policy.sha256,
            cameras=tuple(_camera(name, card) for name, card in site.cameras.items()),
            zones=tuple(_zone(each, site.calibrations.get(each.camera)) for each in site.zones),
            kinds=tuple(
                SiteKind(id=each.name, title=each.title, severity=each.severity, codes=each.codes)
                for each in site.policy.kinds.values()
                if each.name in names
            ),
            working_hours=_hours(site.working),
            evidence_key=self.key,
        )


def _camera(name: str, card: CameraCard) -> SiteCamera:
    legal = Legal(basis=card.legal_basis, notice=card.public_notice)
    return SiteCamera(
        id=name,
        name=card.name or None,
        position=None if card.position is None else CameraPosition(lonlat=card.position),
        legal=None if legal == Legal() else legal,
    )


def _zone(zone: Zone, calibration: Calibration | None) -> SiteZone:
    return SiteZone(
        id=zone.id,
        camera=zone.camera,
        name=zone.name or None,
        address=zone.address,
        grid=zone.grid,
        polygon=zone.polygon,
        outline=None if calibration is None else _outline(zone, calibration),
        kinds=tuple(zone.rules),
        hours=_hours(zone.hours),
    )


def _outline(zone: Zone, calibration: Calibration) -> SiteOutline | None:
    corners = outline(zone.polygon, calibration)
    return SiteOutline(lonlats=corners, left_out_m=calibration.left_out_m) if corners else None


def _hours(hours: Hours) -> str:
    return hours.text if isinstance(hours, OsmHours) else EVER


def _json(value: object) -> bytes:
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
