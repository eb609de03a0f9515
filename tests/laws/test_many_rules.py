"""Law 24: however many rules hold at once, each of them holds: reviews, strikes, permits, hours, plates, silence."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.core.effects import OpenWorkOrder, PublishIncident, Speak, UpdateWorkOrder
from edge_agent.core.events import FrameSeen, StreamBack, StreamLost, Tick
from edge_agent.core.feed.incidents import Happening
from edge_agent.core.feed.strikes import StrikesBy
from edge_agent.core.feed.work_orders import ALL_LATE, LAPSED_AFTER
from edge_agent.core.incident.ladder import EDGES
from edge_agent.core.incident.taken_up import TAKEN_UP
from edge_agent.core.incident.world import World
from edge_agent.core.site.handling_limits import Limit, LimitUnit
from edge_agent.core.site.plates import PlateMode, PlateRules
from edge_agent.core.site.policy import Review, Rule, Undelivered, Unreviewed
from edge_agent.core.site.quiet_hours import Quiet
from edge_agent.core.site.site import Site
from edge_agent.core.site.steps import rule_at, steps_of
from edge_agent.core.site.strikes import Step, Strikes
from edge_agent.core.step import run, step
from tests.core_run import edges_between
from tests.laws.streets import NARROW, SHOPS, Shell, Street, shells, streets, walk
from tests.site import PARKING, SHORT, STALL, TRADING, Between, permit, site, zone

if TYPE_CHECKING:
    from edge_agent.core.effects import Effect
    from edge_agent.core.feed.incidents import IncidentEvent
    from edge_agent.core.feed.work_orders import WorkOrder
    from edge_agent.core.site.zones import Zone

STEPS: Final = (
    Step(name="green", orders=False),
    Step(name="yellow"),
    Step(name="red", warnings=1),
)
ENDS: Final = frozenset({Happening.RESOLVED, Happening.SUPPRESSED, Happening.CANCELLED})
BEGINS: Final = frozenset({Happening.OPENED, Happening.RECURRED})
SOONER: Final = frozenset(
    {"undelivered", "quiet_hours", "silent", "dispatched"}
)  # orders that wait for no last warning
FAR: Final = timedelta(days=1)
seconds = st.sampled_from((0, 30, 60, 90, 200, 400))
limits = st.none() | st.builds(Limit, value=st.integers(1, 5), unit=st.just(LimitUnit.MINUTE))


@st.composite
def _hours(draw: st.DrawFn) -> Between:
    first = draw(seconds)
    return Between(first, first + draw(st.sampled_from((30, 100, 300))))


@st.composite
def _rules(draw: st.DrawFn, by: StrikesBy) -> Rule:
    quiet = draw(st.sampled_from((None, None, *Quiet)))
    return replace(
        SHORT,
        dwell=timedelta(seconds=draw(st.sampled_from((0, 5, 20)))),
        leave_grace=timedelta(seconds=draw(st.sampled_from((3, 15)))),
        warnings=draw(st.sampled_from((0, 1, 2, 2, 3))),
        silent=draw(st.sampled_from((False, False, False, True))),
        review=draw(st.sampled_from((Review.OFF, *Review))),
        review_limit=timedelta(seconds=40),
        unreviewed=draw(st.sampled_from(Unreviewed)),
        undelivered=draw(st.sampled_from(Undelivered)),
        orders=draw(st.sampled_from((True, True, True, False))),
        quiet=quiet,
        quiet_hours=None if quiet is None else draw(_hours()),
        accept_within=draw(limits),
        arrive_within=draw(limits),
        handle_within=draw(limits),
        strikes=draw(st.none() | st.just(Strikes(by=by, window=timedelta(seconds=300)))),
    )


@st.composite
def _zones(draw: st.DrawFn) -> tuple[Zone, ...]:
    """A zone for parking with another one inside it, a market, and the shops behind it; with permits and hours."""
    vehicles = st.sampled_from((StrikesBy.PLACE, StrikesBy.PLATE))
    hours = draw(st.none() | _hours())
    permits = draw(
        st.lists(
            st.builds(lambda until, most: permit(until, capacity=most), seconds, st.sampled_from((None, 1, 2))),
            max_size=1,
        )
    )
    drawn = (
        zone(PARKING, rule=draw(_rules(draw(vehicles))), permits=tuple(permits), hours=hours),
        zone(PARKING, rule=draw(_rules(draw(vehicles))), ident="n", polygon=NARROW),
        zone(STALL, rule=draw(_rules(StrikesBy.PLACE)), ident="p", permits=tuple(permits)),
        zone(TRADING, rule=draw(_rules(StrikesBy.SHOP)), ident="t", shops=SHOPS),
    )
    return tuple(each for each in drawn if draw(st.sampled_from((True, True, False)))) or drawn[:1]


@st.composite
def _sites(draw: st.DrawFn) -> Site:
    where = site(*draw(_zones()))
    plates = PlateRules(mode=draw(st.sampled_from((PlateMode.OFF, PlateMode.CLEAR))))
    taught: Any = draw(st.sampled_from(({}, {}, {"c1": None})))  # whose examples the core never reads
    return replace(where, plates=plates, taught=taught, policy=replace(where.policy, steps=STEPS))


def rule_of(event: IncidentEvent, where: Site) -> Rule:
    """The rule that held for an incident, at its step."""
    drawn = next(each for each in where.zones if each.id == event.zone)
    rule = drawn.rules[event.kind]
    return rule_at(rule, steps_of(rule, STEPS), event.strike)


@settings(max_examples=12)
@given(where=_sites(), street=streets, outside=shells)
def test_each_rule_holds_whatever_others_do(where: Site, street: Street, outside: Shell) -> None:
    """Held against what was told, and against where the cases stood after each event."""
    world = World(camera="c1")
    walked = walk(street, where, shell=outside)
    for event in walked.events:
        after, _ = step(world, event, where)
        assert edges_between(world, after) <= EDGES
        world = after
        assert_one_matter(world, where)
        assert_places(world, where)
    assert_told(walked.run.effects, where)
    assert_deadlines(walked.run.effects)
    assert_over(world, walked.run.effects, where)


def assert_one_matter(world: World, where: Site) -> None:
    """No thing is taken up by two rules, but by those that only record."""
    rules = {(each.id, kind): rule for each in where.zones for kind, rule in each.rules.items()}
    members = Counter(
        spot
        for case in world.cases
        if isinstance(case.state, TAKEN_UP) and not rules[case.zone, case.kind].only_records
        for spot in case.members
    )
    assert set(members.values()) <= {1}


def assert_places(world: World, where: Site) -> None:
    """No permit that is drawn is held by more than it has places for; the centre's own, of that name, has no limit."""
    granted = {each.zone for each in world.standing.grants}
    most = {each.id: one.capacity for each in where.zones for one in each.permits if each.id not in granted}
    held = Counter(case.zone for case in world.cases if case.leave is not None)
    assert all(held[zone_] <= count for zone_, count in most.items() if count is not None)


def assert_told(effects: tuple[Effect, ...], where: Site) -> None:
    """No voice for who is not spoken to, no order before its warnings, none where a step only teaches."""
    warned: Counter[str] = Counter()
    opened: dict[str, IncidentEvent] = {}
    for effect in effects:
        if isinstance(effect, Speak):
            rule = rule_of(opened[effect.incident], where)
            assert rule.spoken
            assert effect.n <= rule.spoken
        if not isinstance(effect, PublishIncident):
            continue
        event = effect.event
        if event.type in BEGINS:
            opened[event.incident] = event
        warned[event.incident] += event.type is Happening.WARNED
        if event.type is Happening.ESCALATED:
            rule = rule_of(event, where)
            assert event.reason in SOONER or warned[event.incident] >= rule.spoken
            assert rule.orders or event.reason == "dispatched"
            assert not rule.only_records or event.reason == "dispatched"


def assert_deadlines(effects: tuple[Effect, ...]) -> None:
    """An order's limits stay as it was opened with, each passes once, and its changes are numbered."""
    last: dict[str, WorkOrder] = {}
    for effect in effects:
        if not isinstance(effect, OpenWorkOrder | UpdateWorkOrder):
            continue
        order, before = effect.order, last.get(effect.order.id)
        last[order.id] = order
        if isinstance(effect, OpenWorkOrder):
            assert all(due is None or due > order.opened for due in (order.accept_due, order.arrive_due, order.due))
            continue
        assert before is not None
        assert order.seq == before.seq + 1
        assert (order.accept_due, order.arrive_due, order.due) == (before.accept_due, before.arrive_due, before.due)
        assert order.late >= before.late
        assert before.accept_late in {None, order.accept_late}
        assert before.arrive_late in {None, order.arrive_late}
        if order.reason in ALL_LATE:
            assert order.at in {order.accept_due, order.arrive_due, order.due}


def assert_over(world: World, effects: tuple[Effect, ...], where: Site) -> None:
    """When nobody sees or says anything any more, all comes to an end, and each incident was told to."""
    at = world.at
    assert at is not None
    back, month = at + FAR, at + FAR + LAPSED_AFTER
    silence = (StreamLost(at, "dark"), StreamBack(back), FrameSeen(at=back, detections=()))
    # The first tick of a month later tells orders late, the second lets them lapse.
    quiet = (*silence, Tick(month), Tick(month + FAR))
    end, more = run(world, quiet, where)
    assert (end.cases, end.departed) == ((), ())
    assert not any(order.live for order in end.orders)  # one that is over may rest until the next incident is told
    running: dict[str, bool] = {}
    for effect in (*effects, *more):
        if isinstance(effect, PublishIncident) and effect.event.type in BEGINS | ENDS:
            running[effect.event.incident] = effect.event.type in BEGINS
    assert not any(running.values())
