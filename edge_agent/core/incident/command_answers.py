"""Answers: what a camera's core makes of a command of the operations centre; each gets exactly one receipt.

A command that fits nothing (an incident that is over, a zone that is not drawn) is refused with a reason and changes
nothing; one that asks for what is so already is answered with just that.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, assert_never

from edge_agent.core.commands import (
    Accept,
    Cancel,
    CommandOutcome,
    Dispatch,
    ForCamera,
    Forgive,
    Grant,
    OfIncident,
    OfZone,
    Reject,
    Resolve,
    Revoke,
    Silence,
)
from edge_agent.core.effects import Effect, Receipt, RecordStrike, UpdateWorkOrder
from edge_agent.core.feed.work_orders import EDGES, OrderStatus, WorkOrder, moved
from edge_agent.core.incident import case_actions
from edge_agent.core.incident.case_review import work_on
from edge_agent.core.incident.ladder import Cause, is_open
from edge_agent.core.incident.ladder_states import Cancelled
from edge_agent.core.incident.order_book import booked, changed, is_watched
from edge_agent.core.incident.strike_ledger import forgiven
from edge_agent.core.site.overrides import Revoked, granted, granted_permit, revoked, silenced

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.core.events import Command
    from edge_agent.core.incident.case_actions import Worked
    from edge_agent.core.incident.cases import Case
    from edge_agent.core.incident.publishing import CaseContext
    from edge_agent.core.incident.world import World
    from edge_agent.core.site.site import Site
    from edge_agent.core.site.zones import Zone


class CommandAnswer(NamedTuple):
    """The world after a command, what must be done, and what the receipt says."""

    world: World
    effects: tuple[Effect, ...] = ()
    outcome: CommandOutcome = CommandOutcome.ACCEPTED
    reason: str = ""


def obey(world: World, command: Command, site: Site) -> tuple[World, tuple[Effect, ...]]:
    """Fold one command; its receipt comes last."""
    what = command.what
    match what:
        case Silence() | Grant() | Revoke():
            answer = _of_zone(world, command, what, site)
        case Forgive():
            answer = _forgiven(world, command, what)
        case _:
            answer = _of_incident(world, command, what, site)
    receipt = Receipt(
        command=command.id,
        at=command.told_at,
        camera=world.camera,
        verb=what.verb,
        outcome=answer.outcome,
        reason=answer.reason,
        zone=what.zone if isinstance(what, Silence | Grant | Revoke) else "",
        by=command.by,
        until=_until(what),
        media_at=command.media_at,
    )
    return answer.world, (*answer.effects, receipt)


def _of_zone(world: World, command: Command, what: OfZone, site: Site) -> CommandAnswer:
    zone = next((each for each in site.zones_of(world.camera) if each.id == what.zone), None)
    if zone is None:
        return _refused(world, f"camera {world.camera} has no zone '{what.zone}'")
    match what:
        case Silence():
            if what.until - command.at > site.longest:
                return _too_long(world, what.until - command.at, site)
            return CommandAnswer(replace(world, standing=silenced(world.standing, what, command.at, command.by)))
        case Grant():
            begins = max(command.at, what.valid_from or command.at)
            if what.valid_to - begins > site.longest:
                return _too_long(world, what.valid_to - begins, site)
            return _granted(world, command, what, zone)
        case Revoke():
            return _revoked(world, what, zone)
        case _:
            assert_never(what)


def _forgiven(world: World, command: Command, what: Forgive) -> CommandAnswer:
    done = forgiven(world, what.incident, what.reason, command.told_at)
    if done.refused:
        return _refused(world, done.refused)
    if done.entry is None:
        return CommandAnswer(world, outcome=CommandOutcome.ALREADY_DONE)
    return CommandAnswer(done.world, (RecordStrike(done.entry),))


def _until(what: ForCamera) -> datetime | None:
    match what:
        case Silence(until=until) | Grant(valid_to=until):
            return until
        case _:
            return None


def _too_long(world: World, asked: timedelta, site: Site) -> CommandAnswer:
    days, most = asked / timedelta(days=1), site.longest / timedelta(days=1)
    return _refused(world, f"it would stand for {days:.1f} days, expected at most {most:g} (longest_instruction)")


def _granted(world: World, command: Command, grant: Grant, zone: Zone) -> CommandAnswer:
    if grant in world.standing.grants:
        return CommandAnswer(world, outcome=CommandOutcome.ALREADY_DONE)
    wrong = _misfit(command, grant, zone)
    if wrong:
        return _refused(world, wrong)
    return CommandAnswer(replace(world, standing=granted(world.standing, grant, command.at, command.by)))


def _misfit(command: Command, grant: Grant, zone: Zone) -> str:
    """What of a permit does not fit its zone, in one sentence; nothing where all does."""
    strange = [kind for kind in grant.kinds if kind not in zone.rules]
    if strange:
        return f"zone '{zone.id}' is not watched for {strange[0]}"
    if grant.shop is not None and grant.shop not in {shop.id for shop in zone.shops}:
        return f"zone '{zone.id}' has no shop '{grant.shop}'"
    if any(permit.id == grant.permit for permit in zone.permits):
        return f"permit '{grant.permit}' stands in the zone's file; a granted one needs another id"
    if grant.valid_to <= max(command.at, grant.valid_from or command.at):
        return "the permit is over before it begins"
    return _unreadable(grant, zone)


def _unreadable(grant: Grant, zone: Zone) -> str:
    """Why nobody could tell whom or when a permit permits; nothing where it can be told."""
    if grant.plates:
        return "no plates are read here, so a permit by plate would permit nobody"
    try:
        granted_permit(grant, zone)
    except ValueError as error:
        return f"the permit: {error}"
    return ""


def _revoked(world: World, what: Revoke, zone: Zone) -> CommandAnswer:
    standing = world.standing
    if Revoked(zone.id, what.permit) in standing.revoked:
        return CommandAnswer(world, outcome=CommandOutcome.ALREADY_DONE)
    if not any(permit.id == what.permit for permit in standing.permits(zone)):
        return _refused(world, f"zone '{zone.id}' has no permit '{what.permit}'")
    return CommandAnswer(replace(world, standing=revoked(standing, zone, what.permit)))


def _of_incident(world: World, command: Command, what: OfIncident, site: Site) -> CommandAnswer:
    case = next((each for each in world.cases if _told_as(each, what.incident)), None)
    order = next((each for each in world.orders if each.incident == what.incident and each.live), None)
    if case is not None and isinstance(case.state, Cancelled):
        done = isinstance(what, Cancel | Reject | Resolve)
        return (
            CommandAnswer(world, outcome=CommandOutcome.ALREADY_DONE)
            if done
            else _refused(world, "the centre has closed it")
        )
    if order is not None:
        return _of_order(world, command, what, order, site)
    if case is None or not is_open(case.state):
        return _refused(world, f"incident {what.incident} is not open")
    return _before_order(world, command, what, site)


def _before_order(world: World, command: Command, what: OfIncident, site: Site) -> CommandAnswer:
    match what:
        case Reject() | Cancel():
            return _worked(world, command, what, site, lambda c, s: case_actions.cancelled(c, s, what.reason))
        case Resolve():
            return _worked(world, command, what, site, case_actions.settled)
        case Dispatch():
            return _sent_at_once(world, command, what, site)
        case Accept():
            return _refused(world, "there is no work order yet; dispatch opens one")
        case _:
            assert_never(what)


def _of_order(world: World, command: Command, what: OfIncident, order: WorkOrder, site: Site) -> CommandAnswer:
    match what:
        case Reject() | Cancel() if is_watched(world, what.incident):
            return _worked(world, command, what, site, lambda c, s: case_actions.cancelled(c, s, what.reason))
        case Reject(reason=reason):
            return _moved(world, command, order, OrderStatus.REJECTED, reason=reason)
        case Cancel(reason=reason):
            return _moved(world, command, order, OrderStatus.WITHDRAWN, reason=reason or None)
        case Accept():
            return _moved(world, command, order, OrderStatus.ACCEPTED, to=command.by or None)
        case Resolve():
            return _handled(world, command, what, order)
        case Dispatch(to=to):
            return _moved(world, command, order, OrderStatus.DISPATCHED, to=to)
        case _:
            assert_never(what)


def _sent_at_once(world: World, command: Command, what: Dispatch, site: Site) -> CommandAnswer:
    """Before there is an order: it is opened, and goes to one named person."""
    opened = _worked(world, command, what, site, lambda c, s: case_actions.ordered(c, s, Cause.DISPATCHED))
    order = next(each for each in opened.world.orders if each.incident == what.incident)
    sent = _moved(opened.world, command, order, OrderStatus.DISPATCHED, to=what.to)
    return sent._replace(effects=opened.effects + sent.effects)


def _handled(world: World, command: Command, what: Resolve, order: WorkOrder) -> CommandAnswer:
    """The camera must see it; where it cannot any more, the order closes on this word."""
    said = _moved(world, command, order, OrderStatus.HANDLED, reason=what.reason or None)
    if said.outcome is not CommandOutcome.ACCEPTED or is_watched(world, what.incident):
        return said
    handled = next(each for each in said.world.orders if each.incident == what.incident)
    closed = moved(
        handled,
        OrderStatus.CLOSED,
        command.told_at,
        by=command.by,
        reason="out_of_sight",
        verified_by="nobody",
        media_at=command.media_at,
    )
    return CommandAnswer(changed(said.world, closed), (*said.effects, UpdateWorkOrder(closed)))


def _moved(
    world: World,
    command: Command,
    order: WorkOrder,
    status: OrderStatus,
    *,
    to: str | None = None,
    reason: str | None = None,
) -> CommandAnswer:
    if order.status is status and (to is None or to == order.to):
        return CommandAnswer(world, outcome=CommandOutcome.ALREADY_DONE)
    if (order.status, status) not in EDGES:
        return _refused(world, f"the work order is {order.status}, and cannot become {status}")
    by = command.by or None
    after = moved(order, status, command.told_at, by=by, to=to, reason=reason, media_at=command.media_at)
    return CommandAnswer(changed(world, after), (UpdateWorkOrder(after),))


def _worked(
    world: World, command: Command, what: OfIncident, site: Site, work: Callable[[Case, CaseContext], Worked]
) -> CommandAnswer:
    """Work on the open case of the incident; cases of zones that are gone have ended before any command is folded."""

    def asked(case: Case, scene: CaseContext) -> Worked:
        return work(case, replace(scene, verb=what.verb, by=command.by or None, done_at=command.done_at))

    world, effects = work_on(world, command.at, site, lambda case: _told_as(case, what.incident), asked)
    return CommandAnswer(*booked(world, effects, site))


def _told_as(case: Case, incident: str) -> bool:
    return case.record is not None and case.record.incident == incident


def _refused(world: World, reason: str) -> CommandAnswer:
    return CommandAnswer(world, outcome=CommandOutcome.REFUSED, reason=reason)
