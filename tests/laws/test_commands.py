"""Law 10: what the centre commands is done once, answered once, and stays done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.core.commands import Cancel, CommandOutcome, Reject, RejectReason, Resolve, Silence
from edge_agent.core.effects import LookAgain, OpenWorkOrder, PublishIncident, Receipt, Speak, UpdateWorkOrder
from edge_agent.core.events import Command
from edge_agent.core.feed.incidents import Happening
from edge_agent.core.feed.work_orders import ALL_LATE, EDGES, LIVE, OrderStatus, WorkOrder
from edge_agent.core.incident.ladder import is_open
from edge_agent.core.incident.world import World
from edge_agent.core.site.overrides import Overrides
from edge_agent.core.step import run, step
from tests.core_run import tell
from tests.laws.streets import Shell, Street, shells, sites, streets, walk
from tests.site import PARKING, SHORT, STALL, site, zone
from tests.street import START, at, looks, stands

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.core.site.site import Site

FOR_EVER = START + timedelta(days=365)
NEW = World(camera="c1")


@settings(max_examples=150)
@given(street=streets, site=sites, shell=shells)
def test_every_command_has_one_receipt(street: Street, site: Site, shell: Shell) -> None:
    """Its own, the last of what it leads to; what is refused or done already changes nothing and leads to nothing."""
    world = NEW
    for event in walk(street, site, shell=shell).events:
        if isinstance(event, Command):
            world, _ = step(world, without(event), site)  # what falls due by then is no consequence of it
            after, effects = step(world, event, site)
            receipts = [effect for effect in effects if isinstance(effect, Receipt)]
            assert [receipt.command for receipt in receipts] == [event.id]
            assert effects[-1] is receipts[0]
            if receipts[0].outcome is not CommandOutcome.ACCEPTED:
                assert (after, len(effects)) == (world, 1)
                assert bool(receipts[0].reason) == (receipts[0].outcome is CommandOutcome.REFUSED)
            world = after
        else:
            world, _ = step(world, event, site)


def without(event: Command) -> Command:
    """The same instant without the command."""
    return replace(event, what=Cancel(incident="inc-nobody", reason="only time passes"))


@settings(max_examples=200)
@given(street=streets, site=sites, shell=shells)
def test_a_work_order_goes_by_its_table(street: Street, site: Site, shell: Shell) -> None:
    """Each change is an entry of it (or tells that it is late), counted without a gap; the book holds what lives."""
    result = walk(street, site, shell=shell).run
    changes = [e.order for e in result.effects if isinstance(e, OpenWorkOrder | UpdateWorkOrder)]
    last: dict[str, WorkOrder] = {}
    for order in changes:
        assert_follows(last.get(order.id), order)
        last[order.id] = order
    live = {order.id for order in last.values() if order.status in LIVE}
    assert {order.id for order in result.world.orders if order.live} == live


def assert_follows(before: WorkOrder | None, order: WorkOrder) -> None:
    """One change after the other."""
    if before is None:
        assert (order.seq, order.status) == (1, OrderStatus.OPENED)
        return
    assert order.seq == before.seq + 1
    assert order.at >= before.at or order.reason in ALL_LATE
    if order.reason in ALL_LATE:
        assert order.status is before.status
    else:
        assert (before.status, order.status) in EDGES


def cancel(incident: str) -> Cancel:
    """The police stands there."""
    return Cancel(incident=incident, reason="police")


def reject(incident: str) -> Reject:
    """It may stand there."""
    return Reject(incident=incident, reason=RejectReason.PERMITTED, note="police")


def resolve(incident: str) -> Resolve:
    """It is put right."""
    return Resolve(incident=incident, reason="police")


@settings(max_examples=60)
@given(
    second=st.integers(20, 150),
    verb=st.sampled_from((cancel, reject, resolve)),
    kind=st.sampled_from((PARKING, STALL)),
    per_second=st.sampled_from((0.5, 1.0, 5.0)),
)
def test_what_the_centre_closed_stays_closed(
    second: int, verb: Callable[[str], Cancel | Reject | Resolve], kind: str, per_second: float
) -> None:
    """For that occupant of that spot, however long it stays; whoever comes after it is another matter."""
    where = site(zone(kind, rule=SHORT))
    label = "car" if kind == PARKING else "stall"
    things = stands(label, 0, 400)
    before = tell(looks(things, until=second, per_second=per_second), where)
    command = Command(at=at(second), id="cmd", by="Li", what=verb(before.incidents[0]))
    rest = looks(things, until=600, per_second=per_second, first=second + 2)
    after = tell((command, *rest), where, world=before.world)
    ordered = any(isinstance(effect, OpenWorkOrder) for effect in before.effects)
    if verb is resolve and ordered:  # the camera has the last word
        assert after.happened == ["resolved"]
        assert [o.status for o in before.world.orders] == [OrderStatus.OPENED]
        assert [e.order.status for e in after.of(UpdateWorkOrder)] == [
            OrderStatus.HANDLED,
            OrderStatus.VERIFIED,
            OrderStatus.CLOSED,
        ]
    else:
        assert after.happened == ["resolved" if verb is resolve else "cancelled"]
    assert after.requests == []


@settings(max_examples=120)
@given(street=streets, site=sites, shell=shells)
def test_nothing_is_said_in_a_silence(street: Street, site: Site, shell: Shell) -> None:
    """No warning, no incident and no order of the ladder's own, whatever stands there and whoever answers."""
    events = [event for event in walk(street, site, shell=shell).events if not isinstance(event, Command)]
    silent = Overrides(silences=tuple(Silence(zone=each.id, until=FOR_EVER) for each in site.zones))
    effects = run(replace(NEW, standing=silent), events, site).effects
    assert not any(isinstance(effect, Speak | LookAgain | OpenWorkOrder) for effect in effects)


@settings(max_examples=60)
@given(begins=st.integers(0, 110), lasts=st.integers(1, 100))
def test_a_silence_only_delays(begins: int, lasts: int) -> None:
    """What would have been said in it is said at the first look after it, in the same order; nothing is lost."""
    until = begins + lasts
    silence = Command(at=at(begins), id="cmd", by="Li", what=Silence(zone="z", until=at(until)))
    seen = looks(stands("car", 0, 500), until=500)
    result = tell((*seen[:begins], silence, *seen[begins:]), site(zone(rule=SHORT)))
    assert result.happened == ["opened", "warned", "warned", "escalated"]
    asked_s = [second for _, second in result.requests]
    assert all(not begins < second < until for second in asked_s)
    for (before, after), due in zip(pairwise((0.0, *asked_s, result.ordered[0])), (20, 30, 30), strict=True):
        assert after <= max(before + due, until if before <= until else 0) + 1


@settings(max_examples=100)
@given(street=streets, site=sites, shell=shells)
def test_a_removed_zone_leaves_nothing_open(street: Street, site: Site, shell: Shell) -> None:
    """At the very next event, whatever it is: each open incident ends once, and its order with it."""
    before = walk(street, site, shell=shell).run.world
    elsewhere = replace(site, zones=())
    world, effects = step(before, Command(at=before.at or START, id="c", what=Cancel(incident="x")), elsewhere)
    open_ones = {c.record.incident for c in before.cases if c.record is not None and is_open(c.state)}
    ended = [effect.event for effect in effects if isinstance(effect, PublishIncident)]
    assert {(e.type, e.reason) for e in ended} <= {(Happening.SUPPRESSED, "zone_removed")}
    assert {e.incident for e in ended} == open_ones
    assert world.cases == ()
    assert not [o for o in world.orders if o.live and o.incident in open_ones]
