"""Reports: what the core says of incidents and orders, and what the box knows beside it: names, place, model, codes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from edge_agent.config.feed_data import IncidentReport, NotifyReport, OrderReport
from edge_agent.core.effects import Notify, OpenWorkOrder, UpdateWorkOrder
from edge_agent.core.incidents import IncidentEvent
from edge_agent.core.national import National, national
from edge_agent.core.position import position

if TYPE_CHECKING:
    from edge_agent.core.calibration import Calibration
    from edge_agent.core.site import Site
    from edge_agent.core.zones import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """How a camera sees, as far as records say it: by which model, and where its pixels lie on the ground."""

    model_sha256: str | None = None
    calibration: Calibration | None = None


UNKNOWN: Final = Sight()


def incident_report(event: IncidentEvent, site: Site, sight: Sight = UNKNOWN) -> IncidentReport:
    """What the feed says of one event of an incident."""
    told: dict[str, Any] = {each.name: getattr(event, each.name) for each in fields(event)}
    zone = next((each for each in site.zones if each.id == event.zone and each.camera == event.camera), None)
    kind = site.policy.kinds.get(event.kind)
    return IncidentReport(
        **told,
        zone_name=None if zone is None else zone.name or None,
        shop_name=None if zone is None else _shop_name(zone, event.shop),
        responsible=None if zone is None else zone.responsible.get(event.kind),
        position=None if sight.calibration is None else position(event.box, sight.calibration),
        national=National() if kind is None else national(site.adcode, kind, zone),
        model_sha256=sight.model_sha256,
    )


def order_report(effect: OpenWorkOrder | UpdateWorkOrder) -> OrderReport:
    """What the feed says of a work order after its opening or a change."""
    order = effect.order
    return OrderReport(
        type="work_order.opened" if isinstance(effect, OpenWorkOrder) else "work_order.updated",
        id=f"{order.id}-{order.seq}",
        work_order=order.id,
        incident=order.incident,
        seq=order.seq,
        camera=order.camera,
        zone=order.zone,
        kind=order.kind,
        at=order.at,
        opened=order.opened,
        status=order.status,
        why=order.why,
        delivered=order.delivered,
        responsible=order.party,
        due=order.due,
        late=order.late,
        to=order.to,
        by=order.by,
        reason=order.reason,
        verified_by=order.verified_by,
        closed=order.closed,
    )


def notify_report(effect: Notify, site: Site) -> NotifyReport:
    """What the feed says to have somebody told."""
    zone = next((each for each in site.zones if each.id == effect.zone and each.camera == effect.camera), None)
    told: dict[str, Any] = {each.name: getattr(effect, each.name) for each in fields(effect)}
    return NotifyReport(
        **(told | {"type": "notify.requested"}),
        zone_name=None if zone is None else zone.name or None,
        shop_name=None if zone is None else _shop_name(zone, effect.shop),
    )


def _shop_name(zone: Zone, shop: str | None) -> str | None:
    return next((each.name for each in zone.shops if each.id == shop), None)
