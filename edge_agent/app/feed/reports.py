"""Reports: what the core says of incidents, and what the box knows beside it: names, place, model, codes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from edge_agent.config.wire.incident_data import IncidentReport
from edge_agent.core.feed.incidents import IncidentEvent, National
from edge_agent.core.ground.position import position
from edge_agent.core.site.zones import national
from edge_agent.ports import NO_PICTURES, StoredPictures

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPlace:
    """What people wrote down of where something happened, by the names that messages have for it."""

    zone: Zone | None
    zone_name: dict[str, str] | None
    shop_name: str | None
    address: str | None
    camera_name: dict[str, str] | None


def place_of(site: Site, camera: str, zone: str, shop: str | None) -> ReportPlace:
    """The names of a camera, a zone on its picture and a shop of it; None for what has none."""
    drawn = next((each for each in site.zones if each.id == zone and each.camera == camera), None)
    card = site.cameras.get(camera)
    return ReportPlace(
        zone=drawn,
        zone_name=None if drawn is None else drawn.name or None,
        shop_name=None if drawn is None else shop_name(drawn, shop),
        address=None if drawn is None else drawn.address,
        camera_name=None if card is None else card.name or None,
    )


def incident_report(
    event: IncidentEvent, site: Site, sight: CameraModel = UNKNOWN, shown: StoredPictures = NO_PICTURES
) -> IncidentReport:
    """What the feed says of one event of an incident; ``shown`` is what was kept of the moment."""
    report: dict[str, Any] = {each.name: getattr(event, each.name) for each in fields(event)}
    place = place_of(site, event.camera, event.zone, event.shop)
    kind = site.policy.kinds.get(event.kind)
    return IncidentReport(
        **report,
        title=None if kind is None else kind.title,
        severity=None if kind is None else kind.severity,
        camera_name=place.camera_name,
        address=place.address,
        zone_name=place.zone_name,
        shop_name=place.shop_name,
        responsible=None if place.zone is None else place.zone.responsible.get(event.kind),
        position=None if sight.calibration is None else position(event.box, sight.calibration),
        national=National() if kind is None else national(site.adcode, kind, place.zone),
        model_sha256=sight.model_sha256,
        evidence=shown.files or None,
        thumbnail=shown.thumbnail if site.thumbnails else None,
    )


def shop_name(zone: Zone, shop: str | None) -> str | None:
    """What a shop of a zone is called, or None where it has none of that id."""
    return next((each.name for each in zone.shops if each.id == shop), None)
