"""The order book: every work order of one camera of which something is still to come.

It follows from what is told of incidents: an escalation opens an order, an incident that ends closes or withdraws
it. What the operations centre says of an order is folded in ``answers.py``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from edge_agent.core.effects import Effect, OpenWorkOrder, PublishIncident, UpdateWorkOrder
from edge_agent.core.feed.incidents import Happening, IncidentEvent
from edge_agent.core.feed.work_orders import LAPSED_AFTER, OrderStatus, WorkOrder, drafted, late, moved
from edge_agent.core.site.handling_limits import Limit, due
from edge_agent.core.site.policy import Rule
from edge_agent.core.site.steps import rule_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.core.incident.world import World
    from edge_agent.core.site.site import Site

Booked = tuple["World", tuple[Effect, ...]]
OPENING: Final = frozenset({Happening.ESCALATED, Happening.RECURRED})
ENDING: Final = frozenset({Happening.RESOLVED, Happening.SUPPRESSED, Happening.CANCELLED})


def booked(world: World, effects: tuple[Effect, ...], site: Site) -> Booked:
    """Keep the book after what was told of incidents; the orders' own effects come right behind what they follow."""
    if not effects or not any(isinstance(effect, PublishIncident) for effect in effects):
        return world, effects
    book = {order.incident: order for order in world.orders}
    all_effects: list[Effect] = []
    for effect in effects:
        all_effects.append(effect)
        if isinstance(effect, PublishIncident):
            changes = _follows(effect.event, book.get(effect.event.incident), site)
            all_effects += changes
            book |= {change.order.incident: change.order for change in changes}
    return replace(world, orders=_still_kept(world, book)), tuple(all_effects)


def overdue(world: World, until: datetime) -> Booked:
    """Tell the orders that are late by then, each dated to the end of its limit; close those nobody will end."""
    if not world.orders:
        return world, ()
    known = _incidents(world)
    effects: list[Effect] = []
    orders: dict[str, WorkOrder] = {}
    for order in world.orders:
        changes = list(_lates(order, until))
        if not changes and order.live and order.incident not in known and until >= order.opened + LAPSED_AFTER:
            changes = [moved(order, OrderStatus.CLOSED, until, reason="lapsed", verified_by="nobody")]
        effects += [UpdateWorkOrder(change) for change in changes]
        orders[order.incident] = changes[-1] if changes else order
    return (replace(world, orders=_still_kept(world, orders)) if effects else world), tuple(effects)


def _lates(order: WorkOrder, until: datetime) -> Iterator[WorkOrder]:
    """The order as it is told late, once for each of its limits that is over by then."""
    while (change := late(order, until)) is not None:
        yield change
        order = change


def changed(world: World, order: WorkOrder) -> World:
    """The world with one order of its book as it is now."""
    book = {each.incident: each for each in world.orders} | {order.incident: order}
    return replace(world, orders=_still_kept(world, book))


def is_watched(world: World, incident: str) -> bool:
    """Whether the camera may still see what becomes of an incident's place."""
    return any(case.record is not None and case.record.incident == incident for case in world.cases)


def _still_kept(world: World, book: dict[str, WorkOrder]) -> tuple[WorkOrder, ...]:
    """What is over is forgotten, except where its thing may still come back."""
    known = _incidents(world)
    return tuple(each for each in book.values() if each.live or _may_return(each, known))


def _may_return(order: WorkOrder, known: frozenset[str]) -> bool:
    return order.status is OrderStatus.CLOSED and order.incident in known


def _incidents(world: World) -> frozenset[str]:
    cases = (*world.cases, *world.departed)
    return frozenset(case.record.incident for case in cases if case.record is not None)


def _follows(
    event: IncidentEvent, order: WorkOrder | None, site: Site
) -> tuple[OpenWorkOrder, ...] | tuple[UpdateWorkOrder, ...]:
    if event.type in OPENING and event.work_order is not None:
        return (OpenWorkOrder(_opened(event, order, site)),)
    if order is None or not order.live or event.type not in ENDING:
        return ()
    if event.type is Happening.RESOLVED:
        return _resolved(event, order)
    status = OrderStatus.REJECTED if event.verb == "reject" else OrderStatus.WITHDRAWN
    ended = moved(order, status, event.at, by=event.by, reason=event.reason, media_at=event.media_at)
    return (UpdateWorkOrder(replace(ended, note=event.note)),)


def _resolved(event: IncidentEvent, order: WorkOrder) -> tuple[UpdateWorkOrder, ...]:
    """Seen clear, it closes; out of sight for too long, it closes on the word of whoever handled it, or stays."""
    if event.reason == "unknown_end":
        if order.status is not OrderStatus.HANDLED:
            return ()
        return (UpdateWorkOrder(moved(order, OrderStatus.CLOSED, event.at, reason=event.reason, verified_by="nobody")),)
    seen = moved(order, OrderStatus.VERIFIED, event.at, reason=event.reason, verified_by="camera")
    return (UpdateWorkOrder(seen), UpdateWorkOrder(moved(seen, OrderStatus.CLOSED, event.at, reason=event.reason)))


def _opened(event: IncidentEvent, before: WorkOrder | None, site: Site) -> WorkOrder:
    """The order an event asks for, with who is responsible and by when; ``before`` it, where its thing is back."""
    zone_rule = site.watch(event.camera).zone_rule(event.zone, event.kind)
    rule = Rule() if zone_rule is None else rule_at(zone_rule.rule, zone_rule.steps, event.strike)

    def by(limit: Limit | None) -> datetime | None:
        return None if limit is None else due(event.at, limit, site.working)

    return drafted(
        event,
        warnings=rule.spoken,
        party=None if zone_rule is None else zone_rule.zone.responsible.get(event.kind),
        due=by(rule.handle_within),
        accept_due=by(rule.accept_within),
        arrive_due=by(rule.arrive_within),
        before=before,
    )
