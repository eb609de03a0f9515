"""Reports of work orders, and of whom to tell of an incident: what a replay does not tell."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from edge_agent.app.feed.reports import shop_name
from edge_agent.config.wire.feed_data import NotifyReport, OrderReport
from edge_agent.core.effects import Notify, OpenWorkOrder, UpdateWorkOrder

if TYPE_CHECKING:
    from edge_agent.core.site.site import Site


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
        shop_name=None if zone is None else shop_name(zone, effect.shop),
    )
