"""Reports of work orders, and of whom to tell of an incident: what a replay does not tell."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from edge_agent.app.feed.reports import UNKNOWN, CameraModel, place_of
from edge_agent.config.wire.feed_data import NotifyReport, OrderReport
from edge_agent.core.effects import Notify, OpenWorkOrder, UpdateWorkOrder
from edge_agent.core.feed.incidents import National
from edge_agent.core.feed.work_orders import WorkOrder
from edge_agent.core.ground.position import Position, position
from edge_agent.core.site.zones import national
from edge_agent.ports import NO_PICTURES, StoredPictures

if TYPE_CHECKING:
    from edge_agent.core.site.site import Site


OTHERWISE: Final = frozenset({"id", "warnings"})  # what an order and its report call by one name and mean otherwise
AS_IT_IS: Final = {each.name for each in fields(OrderReport)} & {each.name for each in fields(WorkOrder)} - OTHERWISE


def order_report(
    effect: OpenWorkOrder | UpdateWorkOrder,
    site: Site,
    sight: CameraModel = UNKNOWN,
    shown: StoredPictures = NO_PICTURES,
) -> OrderReport:
    """What the feed says of a work order after its opening or a change; ``shown`` is what was kept of it last."""
    order, kind = effect.order, site.policy.kinds.get(effect.order.kind)
    place = place_of(site, order.camera, order.zone, order.shop)
    same: dict[str, Any] = {name: getattr(order, name) for name in AS_IT_IS}
    return OrderReport(
        **same,
        type="work_order.opened" if isinstance(effect, OpenWorkOrder) else "work_order.updated",
        id=f"{order.id}-{order.seq}",
        work_order=order.id,
        responsible=order.party,
        warnings=order.warnings_given,
        title=None if kind is None else kind.title,
        severity=None if kind is None else kind.severity,
        camera_name=place.camera_name,
        zone_name=place.zone_name,
        address=place.address,
        shop_name=place.shop_name,
        position=_position(order, sight),
        national=National() if kind is None else national(site.adcode, kind, place.zone),
        evidence=shown.files or None,
        thumbnail=shown.thumbnail if site.thumbnails else None,
    )


def _position(order: WorkOrder, sight: CameraModel) -> Position | None:
    """Where its thing stood; None where the camera is not calibrated, and of an order of an older version."""
    return None if sight.calibration is None or order.box is None else position(order.box, sight.calibration)


def notify_report(effect: Notify, site: Site) -> NotifyReport:
    """What the feed says to have somebody told."""
    place = place_of(site, effect.camera, effect.zone, effect.shop)
    report: dict[str, Any] = {each.name: getattr(effect, each.name) for each in fields(effect)}
    return NotifyReport(
        **(report | {"type": "notify.requested"}),
        zone_name=place.zone_name,
        shop_name=place.shop_name,
    )
