"""Answers to what the centre says of an incident that has a work order, or of its review."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, assert_never

from edge_agent.core.commands import (
    Accept,
    Cancel,
    CommandOutcome,
    Confirm,
    Dispatch,
    OfIncident,
    Reject,
    Resolve,
    Return,
    Verify,
)
from edge_agent.core.effects import Effect, UpdateWorkOrder
from edge_agent.core.feed.work_orders import EDGES, OrderStatus, WorkOrder, moved
from edge_agent.core.incident import case_actions
from edge_agent.core.incident.case_review import work_on
from edge_agent.core.incident.order_book import booked, changed, is_watched
from edge_agent.core.incident.person_review import confirmed

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.core.events import Command
    from edge_agent.core.incident.case_actions import Worked
    from edge_agent.core.incident.case_context import CaseContext
    from edge_agent.core.incident.cases import Case
    from edge_agent.core.incident.world import World
    from edge_agent.core.site.site import Site


class CommandAnswer(NamedTuple):
    """The world after a command, what must be done, and what the receipt says."""

    world: World
    effects: tuple[Effect, ...] = ()
    outcome: CommandOutcome = CommandOutcome.ACCEPTED
    reason: str = ""


def refused(world: World, reason: str) -> CommandAnswer:
    """Nothing changes, for this reason."""
    return CommandAnswer(world, outcome=CommandOutcome.REFUSED, reason=reason)


def is_about(case: Case, incident: str) -> bool:
    """Whether an incident is what became of a case."""
    return case.record is not None and case.record.incident == incident


def worked(
    world: World, command: Command, what: OfIncident, site: Site, work: Callable[[Case, CaseContext], Worked]
) -> CommandAnswer:
    """Work on the open case of the incident; cases of zones that are gone have ended before any command is folded."""
    by, note = command.by or None, _note(what)

    def asked(case: Case, scene: CaseContext) -> Worked:
        return work(case, replace(scene, verb=what.verb, by=by, note=note, done_at=command.done_at))

    world, effects = work_on(world, command.at, site, lambda case: is_about(case, what.incident), asked)
    return CommandAnswer(*booked(world, effects, site))


def confirm_incident(world: World, command: Command, what: Confirm, site: Site) -> CommandAnswer:
    """A person's word that it is a violation is written down once, whoever gives it."""
    case = next((each for each in world.cases if is_about(each, what.incident)), None)
    if case is None:
        return refused(world, f"incident {what.incident} is over")
    if case.confirmed:
        return CommandAnswer(world, outcome=CommandOutcome.ALREADY_DONE)
    return worked(world, command, what, site, confirmed)


def of_order(world: World, command: Command, what: OfIncident, order: WorkOrder, site: Site) -> CommandAnswer:
    """What comes of a command about an incident whose work order is with people."""
    match what:
        case Confirm():
            return confirm_incident(world, command, what, site)
        case Verify() | Return():
            return _judged(world, command, what, order, site)
        case Reject() | Cancel() if is_watched(world, what.incident):
            return worked(world, command, what, site, lambda c, s: case_actions.cancelled(c, s, what.reason))
        case Reject():
            return moved_order(world, command, what, order, OrderStatus.REJECTED)
        case Cancel():
            return moved_order(world, command, what, order, OrderStatus.WITHDRAWN)
        case Accept() | Dispatch() | Resolve():
            return _carried_on(world, command, what, order)
        case _:
            assert_never(what)


def moved_order(
    world: World, command: Command, what: OfIncident, order: WorkOrder, status: OrderStatus, *, to: str | None = None
) -> CommandAnswer:
    """The work order takes one step, where it may."""
    if order.status is status and (to is None or to == order.to):
        return CommandAnswer(world, outcome=CommandOutcome.ALREADY_DONE)
    if (order.status, status) not in EDGES:
        return refused(world, f"the work order is {order.status}, and cannot become {status}")
    after = _stepped(command, what, order, status, to=to)
    return CommandAnswer(changed(world, after), (UpdateWorkOrder(after),))


def _carried_on(world: World, command: Command, what: Accept | Dispatch | Resolve, order: WorkOrder) -> CommandAnswer:
    match what:
        case Accept():
            return moved_order(world, command, what, order, OrderStatus.ACCEPTED, to=command.by or None)
        case Dispatch(to=to):
            return moved_order(world, command, what, order, OrderStatus.DISPATCHED, to=to)
        case Resolve():
            return _handled(world, command, what, order)
        case _:
            assert_never(what)


def _handled(world: World, command: Command, what: Resolve, order: WorkOrder) -> CommandAnswer:
    """The camera must see it; where it cannot any more, the order closes on this word."""
    done = moved_order(world, command, what, order, OrderStatus.HANDLED)
    if done.outcome is not CommandOutcome.ACCEPTED or is_watched(world, what.incident):
        return done
    handled = next(each for each in done.world.orders if each.incident == what.incident)
    closed = moved(
        handled,
        OrderStatus.CLOSED,
        command.dated,
        by=command.by,
        reason="out_of_sight",
        verified_by="nobody",
        media_at=command.media_at,
    )
    return CommandAnswer(changed(done.world, closed), (*done.effects, UpdateWorkOrder(closed)))


def _judged(world: World, command: Command, what: Verify | Return, order: WorkOrder, site: Site) -> CommandAnswer:
    """A person has looked at what was handled: it goes back to whoever handled it, or it is over."""
    if order.status is not OrderStatus.HANDLED:
        return refused(world, f"the work order is {order.status}; {what.verb} is for one that is handled")
    if isinstance(what, Return):
        return moved_order(world, command, what, order, OrderStatus.DISPATCHED, to=order.to or order.by)
    seen = _stepped(command, what, order, OrderStatus.VERIFIED, verified_by="person")
    closed = _stepped(command, what, seen, OrderStatus.CLOSED)
    over = worked(changed(world, closed), command, what, site, case_actions.settled)
    return over._replace(effects=(*over.effects, UpdateWorkOrder(seen), UpdateWorkOrder(closed)))


def _stepped(
    command: Command,
    what: OfIncident,
    order: WorkOrder,
    status: OrderStatus,
    *,
    to: str | None = None,
    verified_by: str | None = None,
) -> WorkOrder:
    """The order after one step, with what the person said of it."""
    after = moved(
        order,
        status,
        command.dated,
        by=command.by or None,
        to=to,
        reason=_reason(what),
        verified_by=verified_by,
        media_at=command.media_at,
    )
    return replace(after, note=_note(what), photo=what.photo if isinstance(what, Verify | Return) else None)


def _reason(what: OfIncident) -> str | None:
    return None if isinstance(what, Accept | Dispatch | Confirm) else str(what.reason) or None


def _note(what: OfIncident) -> str | None:
    return what.note or None if isinstance(what, Confirm | Reject | Verify | Return) else None
