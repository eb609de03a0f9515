"""Reports: what the core says of incidents, and what the box knows beside it: names, place, model, codes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from edge_agent.config.wire.incident_data import IncidentReport
from edge_agent.core.feed.incidents import IncidentEvent, National
from edge_agent.core.ground.position import position
from edge_agent.core.site.zones import national

if TYPE_CHECKING:
    from edge_agent.core.ground.calibration import Calibration
    from edge_agent.core.site.site import Site
    from edge_agent.core.site.zones import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraModel:
    """How a camera sees, as far as records say it: by which model, and where its pixels lie on the ground."""

    model_sha256: str | None = None
    calibration: Calibration | None = None


UNKNOWN: Final = CameraModel()


def incident_report(event: IncidentEvent, site: Site, sight: CameraModel = UNKNOWN) -> IncidentReport:
    """What the feed says of one event of an incident."""
    told: dict[str, Any] = {each.name: getattr(event, each.name) for each in fields(event)}
    zone = next((each for each in site.zones if each.id == event.zone and each.camera == event.camera), None)
    kind = site.policy.kinds.get(event.kind)
    return IncidentReport(
        **told,
        zone_name=None if zone is None else zone.name or None,
        shop_name=None if zone is None else shop_name(zone, event.shop),
        responsible=None if zone is None else zone.responsible.get(event.kind),
        position=None if sight.calibration is None else position(event.box, sight.calibration),
        national=National() if kind is None else national(site.adcode, kind, zone),
        model_sha256=sight.model_sha256,
    )


def shop_name(zone: Zone, shop: str | None) -> str | None:
    """What a shop of a zone is called, or None where it has none of that id."""
    return next((each.name for each in zone.shops if each.id == shop), None)
