"""Answers: what a camera's core makes of a command of the operations centre; each gets exactly one receipt.

A command that fits nothing (an incident that is over, a zone that is not drawn) is refused with a reason and changes
nothing; one that asks for what is so already is answered with just that.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, assert_never

from edge_agent.core.commands import (
    Accept,
    Cancel,
    CommandOutcome,
    Confirm,
    Dispatch,
    ForCamera,
    Forgive,
    Grant,
    OfIncident,
    OfStrike,
    OfZone,
    Reject,
    Resolve,
    Return,
    Revoke,
    Silence,
    StrikesElsewhere,
    Verify,
)
from edge_agent.core.effects import Effect, Receipt, RecordStrike
from edge_agent.core.feed.work_orders import OrderStatus
from edge_agent.core.incident import case_actions
from edge_agent.core.incident.ladder import is_open
from edge_agent.core.incident.ladder_states import Cancelled, Cause
from edge_agent.core.incident.order_answers import (
    CommandAnswer,
    confirm_incident,
    is_about,
    moved_order,
    of_order,
    refused,
    worked,
)
from edge_agent.core.incident.strike_ledger import forgiven, told_elsewhere
from edge_agent.core.site.overrides import Revoked, granted, granted_permit, revoked, silenced

if TYPE_CHECKING:
    from edge_agent.core.events import Command
    from edge_agent.core.incident.world import World
    from edge_agent.core.site.site import Site
    from edge_agent.core.site.zones import Zone


def obey(world: World, command: Command, site: Site) -> tuple[World, tuple[Effect, ...]]:
    """Fold one command; its receipt comes last."""
    what = command.what
    match what:
        case Silence() | Grant() | Revoke():
            answer = _of_zone(world, command, what, site)
        case Forgive() | StrikesElsewhere():
            answer = _of_strike(world, command, what, site)
        case _:
            answer = _of_incident(world, command, what, site)
    receipt = Receipt(
        command=command.id,
        at=command.dated,
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
        return refused(world, f"camera {world.camera} has no zone '{what.zone}'")
    match what:
        case Silence():
            if what.until - command.at > site.longest:
                return _too_long(world, what.until - command.at, site)
            return CommandAnswer(replace(world, standing=silenced(world.standing, what, command.at, command.by)))
        case Grant():
            begins = max(command.at, what.valid_from or command.at)
            if what.valid_to - begins > site.longest:
                return _too_long(world, what.valid_to - begins, site)
            return _granted(world, command, what, zone, site)
        case Revoke():
            return _revoked(world, what, zone)
        case _:
            assert_never(what)


def _of_strike(world: World, command: Command, what: OfStrike, site: Site) -> CommandAnswer:
    match what:
        case Forgive():
            return _forgiven(world, command, what)
        case StrikesElsewhere():
            return _told_elsewhere(world, what, site)
        case _:
            assert_never(what)


def _told_elsewhere(world: World, what: StrikesElsewhere, site: Site) -> CommandAnswer:
    told = told_elsewhere(world, what.incident, what.elsewhere, site)
    if told.refused:
        return refused(world, told.refused)
    if told.world == world:
        return CommandAnswer(world, outcome=CommandOutcome.ALREADY_DONE)
    return CommandAnswer(told.world, () if told.entry is None else (RecordStrike(told.entry),))


def _forgiven(world: World, command: Command, what: Forgive) -> CommandAnswer:
    done = forgiven(world, what.incident, what.reason, command.dated)
    if done.refused:
        return refused(world, done.refused)
    if done.entry is None:
        return CommandAnswer(world, outcome=CommandOutcome.ALREADY_DONE)
    return CommandAnswer(done.world, (RecordStrike(done.entry),))


def _until(what: ForCamera) -> datetime | None:
    match what:
        case Silence(until=until) | Grant(valid_to=until):
            return until
        case _:
            return None


def _too_long(world: World, span: timedelta, site: Site) -> CommandAnswer:
    days, most = span / timedelta(days=1), site.longest / timedelta(days=1)
    return refused(world, f"it would stand for {days:.1f} days, expected at most {most:g} (longest_instruction)")


def _granted(world: World, command: Command, grant: Grant, zone: Zone, site: Site) -> CommandAnswer:
    if grant in world.standing.grants:
        return CommandAnswer(world, outcome=CommandOutcome.ALREADY_DONE)
    wrong = _misfit(command, grant, zone, site)
    if wrong:
        return refused(world, wrong)
    return CommandAnswer(replace(world, standing=granted(world.standing, grant, command.at, command.by)))


def _misfit(command: Command, grant: Grant, zone: Zone, site: Site) -> str:
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
    return _unreadable(grant, zone, site)


def _unreadable(grant: Grant, zone: Zone, site: Site) -> str:
    """Why nobody could tell whom or when a permit permits; nothing where it can be told."""
    if grant.plates and not site.plates.on:
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
        return refused(world, f"zone '{zone.id}' has no permit '{what.permit}'")
    return CommandAnswer(replace(world, standing=revoked(standing, zone, what.permit)))


def _of_incident(world: World, command: Command, what: OfIncident, site: Site) -> CommandAnswer:
    case = next((each for each in world.cases if is_about(each, what.incident)), None)
    order = next((each for each in world.orders if each.incident == what.incident and each.live), None)
    if case is not None and isinstance(case.state, Cancelled):
        done = isinstance(what, Cancel | Reject | Resolve)
        already = CommandAnswer(world, outcome=CommandOutcome.ALREADY_DONE)
        return already if done else refused(world, "it is closed already")
    if order is not None:
        return of_order(world, command, what, order, site)
    if case is None or not is_open(case.state):
        return refused(world, f"incident {what.incident} is not open")
    return _before_order(world, command, what, site)


def _before_order(world: World, command: Command, what: OfIncident, site: Site) -> CommandAnswer:
    match what:
        case Confirm():
            return confirm_incident(world, command, what, site)
        case Reject() | Cancel():
            return worked(world, command, what, site, lambda c, s: case_actions.cancelled(c, s, what.reason))
        case Resolve():
            return worked(world, command, what, site, case_actions.settled)
        case Dispatch():
            return _sent_at_once(world, command, what, site)
        case Accept() | Verify() | Return():
            return refused(world, "there is no work order yet; dispatch opens one")
        case _:
            assert_never(what)


def _sent_at_once(world: World, command: Command, what: Dispatch, site: Site) -> CommandAnswer:
    """Before there is an order: it is opened, and goes to one named person."""
    opened = worked(world, command, what, site, lambda c, s: case_actions.ordered(c, s, Cause.DISPATCHED))
    order = next(each for each in opened.world.orders if each.incident == what.incident)
    sent = moved_order(opened.world, command, what, order, OrderStatus.DISPATCHED, to=what.to)
    return sent._replace(effects=opened.effects + sent.effects)
