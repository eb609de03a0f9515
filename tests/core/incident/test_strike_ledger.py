"""Strikes: who was asked before is met otherwise; told as short stories before a shop."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from edge_agent.config.wire.events import decode_world, encode_world
from edge_agent.core.commands import CommandOutcome, Forgive, Reject, RejectReason
from edge_agent.core.effects import OpenWorkOrder, PublishIncident, Receipt, RecordStrike, Speak
from edge_agent.core.events import Command
from edge_agent.core.feed.incidents import Happening
from edge_agent.core.feed.strikes import Strike, StrikesBy
from edge_agent.core.geometry import Point
from edge_agent.core.incident.strike_ledger import party_of
from edge_agent.core.plate.reading import PlateReading
from edge_agent.core.site.frontages import Shop
from edge_agent.core.site.quiet_hours import Quiet
from edge_agent.core.site.site import Site
from edge_agent.core.site.strikes import Step, Strikes
from edge_agent.core.speak.messages import foreseen_texts
from tests.core_run import CoreRun, mute, tell
from tests.site import PARKING, SHORT, STALL, TRADING, site, zone
from tests.street import Things, at, looks, span, stands

FRUIT = Shop(id="fruit", name="Li's fruit", frontage=(Point(0, 0.3), Point(1, 0.3)))
STEPS = (
    Step(name="green", title={"en": "green", "zh-CN": "绿码"}, orders=False, warnings_text={"en": ("{words}, first",)}),
    Step(name="yellow", title={"en": "yellow", "zh-CN": "黄码"}, order_text={"en": "{words}, strike {strike}"}),
    Step(name="red", title={"en": "red", "zh-CN": "红码"}, warnings=1, warnings_text={"en": ("{words}, no {strike}",)}),
)
DAY = 86_400


def street(by: StrikesBy = StrikesBy.SHOP, *, window: float = 30 * DAY, kind: str = TRADING, **more: object) -> Site:
    """A street with one shop, whose goods count strikes."""
    rule = replace(SHORT, strikes=Strikes(by=by, window=span(window)), **more)  # type: ignore[arg-type]
    where = site(zone(kind, rule=rule, shops=(FRUIT,)))
    return replace(where, policy=replace(where.policy, steps=STEPS))


HERE = street()


def goods(first: float, last: float, label: str = "goods") -> Things:
    """Goods that stand outside for a while."""
    return stands(label, first, last)


def visits(count: int, where: Site = HERE, *, every: float = 1000, stay: float = 200, label: str = "goods") -> CoreRun:
    """As many times that goods were put out, each for long enough for the whole ladder, and long enough apart."""
    result = tell((), where)
    for number in range(count):
        first = number * every
        thing = goods(first, first + stay, label)
        more = tell(looks(thing, first=int(first), until=int(first + every - 1)), where, world=result.world)
        result = CoreRun(world=more.world, effects=result.effects + more.effects)
    return result


def opened(events: CoreRun) -> list[tuple[int, str] | None]:
    """Of each incident that opened, how many-th strike and at which step."""
    return [
        None if e.event.strike is None else (e.event.strike.n, e.event.strike.step)
        for e in events.of(PublishIncident)
        if e.event.type is Happening.OPENED
    ]


def order_times(result: CoreRun) -> list[float]:
    """When work orders were opened, in seconds of the story."""
    return [(e.order.opened - at(0)).total_seconds() for e in result.of(OpenWorkOrder)]


def test_the_first_time_is_taught_the_second_warned_the_third_ordered_after_one_warning() -> None:
    """Green has no order however long it stands, yellow the ladder of the rule, red one warning."""
    result = visits(4)
    assert opened(result) == [(1, "green"), (2, "yellow"), (3, "red"), (4, "red")]
    assert [len([s for s in result.of(Speak) if (s.at - at(0)).total_seconds() // 1000 == n]) for n in range(4)] == [
        2,
        2,
        1,
        1,
    ]
    assert order_times(result) == [1080, 2050, 3050]


def test_each_step_has_its_words() -> None:
    """Around those of the kind, or as they are; the order's too, and how many-th strike it is."""
    result = visits(3)
    english = [speak.text["en"] for speak in result.of(Speak)]
    assert english[0] == "warning 1 at z, 1 left, first"
    assert english[1] == "again, first"
    assert english[2:4] == ["warning 1 at z, 1 left", "again"]
    assert english[4] == "warning 1 at z, 0 left, no 3"
    assert [s.step for s in result.of(Speak)] == ["green", "green", "", "", "red"]
    orders = [e.event.text["en"] for e in result.of(PublishIncident) if e.event.type is Happening.ESCALATED]
    assert orders == ["go to z, strike 2", "go to z"]


def test_the_centre_reads_how_many_th_it_is() -> None:
    """In both languages, behind the line."""
    result = visits(1)
    (first,) = (e.event for e in result.of(PublishIncident) if e.event.type is Happening.OPENED)
    assert first.text["en"].endswith(" (strike 1, green)")
    assert first.text["zh-CN"].endswith("（第1次，绿码）")


def test_a_strike_is_one_that_was_heard() -> None:
    """Where no speaker plays, nobody was taught: the next time is the first again, until somebody was sent."""
    result = tell(looks(goods(0, 200), until=999), HERE, speaker=mute)
    assert opened(result) == [(1, "green")]
    assert result.of(OpenWorkOrder) == ()  # teaching only, also where it cannot be played
    assert result.world.strikes == ()
    again = tell(looks(goods(1000, 1200), first=1000, until=1999), HERE, world=result.world)
    assert opened(again) == [(1, "green")]


def test_strikes_fade_with_the_window() -> None:
    """What was longer ago than that does not count, and is forgotten with the next entry."""
    result = visits(3, street(window=1500))
    assert opened(result) == [(1, "green"), (2, "yellow"), (2, "yellow")]
    assert len(result.world.strikes) == 2


def test_another_shop_is_another_party() -> None:
    """And a shop that nobody knows none."""
    case = visits(1).world
    assert {each.party for each in case.strikes} == {"fruit"}
    place = visits(2, street(StrikesBy.PLACE, kind=STALL), label="stall")
    assert {each.party for each in place.world.strikes} == {"z"}
    assert opened(place) == [(1, "green"), (2, "yellow")]


def test_who_nobody_knows_has_no_strikes() -> None:
    """No plate is read: the rule is as it is, and nothing is told of strikes."""
    result = visits(2, street(StrikesBy.PLATE, kind=PARKING), label="car")
    assert opened(result) == [None, None]
    assert order_times(result) == [80, 1080]
    assert result.of(RecordStrike) == ()


def test_a_plate_whose_province_is_unsure_is_nobodys() -> None:
    """Another province's vehicle may have the same signs behind the first."""
    (case,) = tell(looks(stands("car", 0, 60), until=15), street(StrikesBy.PLATE, kind=PARKING)).world.cases
    read = PlateReading(text="苏D12345", hashed=False, confidence=0.9, looks=3)
    assert party_of(replace(case, known=replace(case.known, plate=read)), StrikesBy.PLATE) == "苏D12345"
    unsure = replace(case, known=replace(case.known, plate=replace(read, province_sure=False)))
    assert party_of(unsure, StrikesBy.PLATE) is None


def test_who_comes_back_within_the_window_of_return_has_no_second_strike() -> None:
    """The same incident goes on at the step that was settled when it opened."""
    both: Things = lambda s: goods(0, 60)(s) + goods(100, 300)(s)  # noqa: E731
    result = tell(looks(both, until=400), HERE)
    assert opened(result) == [(1, "green")]
    assert len(result.of(RecordStrike)) == 1


def test_what_the_centre_rejects_is_no_strike() -> None:
    """It never was a violation."""
    result = tell(looks(goods(0, 60), until=60), HERE)
    (incident,) = result.incidents
    rejected = Command(at=at(61), id="c", by="Li", what=Reject(incident=incident, reason=RejectReason.PERMITTED))
    result = tell([rejected], HERE, world=result.world)
    assert [each.void for each in result.world.strikes] == ["permitted"]
    again = tell(looks(goods(1000, 1060), first=900, until=1060), HERE, world=result.world)
    assert opened(again) == [(1, "green")]


def forgiven(result: CoreRun, incident: str, second: float) -> tuple[CoreRun, CommandOutcome, str]:
    """What came of the command."""
    command = Command(at=at(second), id=f"f{second:g}", by="Li", what=Forgive(incident=incident, reason="a funeral"))
    after = tell([command], HERE, world=result.world)
    last = after.of(Receipt)[-1]
    return after, last.outcome, last.reason


def test_a_strike_is_forgiven_with_a_reason() -> None:
    """Long after its incident is over; once, and the next time counts from the others."""
    result = visits(2)
    first = result.world.strikes[0].incident
    after, outcome, _ = forgiven(result, first, 2000)
    assert outcome is CommandOutcome.ACCEPTED
    assert [(e.strike.incident, e.strike.void) for e in after.of(RecordStrike)] == [(first, "a funeral")]
    assert forgiven(after, first, 2001)[1] is CommandOutcome.ALREADY_DONE
    again = tell(looks(goods(3000, 3060), first=2100, until=3060), HERE, world=after.world)
    assert opened(again) == [(2, "yellow")]


def test_an_incident_that_is_open_is_forgiven_before_it_was_heard() -> None:
    """It will be no strike, and its own ladder goes on as it began."""
    result = tell(looks(goods(0, 60), until=20), HERE, speaker=mute)
    (incident,) = result.incidents
    after, outcome, _ = forgiven(result, incident, 21)
    assert outcome is CommandOutcome.ACCEPTED
    on = tell(looks(goods(0, 60), first=22, until=500), HERE, world=after.world)
    assert [each.void for each in on.world.strikes] == ["a funeral"]


def test_a_strike_that_nobody_remembers_cannot_be_forgiven() -> None:
    """The receipt says so."""
    told = tell(looks(goods(0, 60), until=40), HERE)  # another is open
    _, outcome, reason = forgiven(told, "inc-0", 41)
    assert outcome is CommandOutcome.REFUSED
    assert reason == "incident inc-0 is no strike that is remembered here"


def test_a_policy_without_the_step_goes_by_its_number() -> None:
    """The site may be changed under a running ladder."""
    result = tell(looks(goods(0, 30), until=30), HERE)
    renamed = replace(HERE, policy=replace(HERE.policy, steps=(replace(STEPS[2], name="hard"),)))
    rule = replace(SHORT, strikes=Strikes(by=StrikesBy.SHOP, steps=("hard",)))
    renamed = replace(renamed, zones=(zone(TRADING, rule=rule, shops=(FRUIT,)),))
    on = tell(looks(goods(0, 200), first=31, until=200), renamed, world=result.world)
    assert len(on.of(OpenWorkOrder)) == 1


def test_quiet_hours_send_nobody_to_whom_is_only_taught() -> None:
    """Where they would send a person at once, the first strike waits, and the second is ordered."""
    quiet = street(quiet=Quiet.ORDER)
    result = tell(looks(goods(0, 200), until=200), quiet)
    assert result.of(OpenWorkOrder) == ()
    assert result.of(Speak) == ()
    heard = Strike(
        incident="i", camera="c1", zone="z", kind=TRADING, by=StrikesBy.SHOP, party="fruit", n=1, step="green", at=at(0)
    )
    second = tell(
        looks(goods(1, 200), first=1, until=200), quiet, world=replace(tell((), quiet).world, strikes=(heard,))
    )
    assert [e.order.why for e in second.of(OpenWorkOrder)] != []


def test_the_ledger_survives_the_store() -> None:
    """A world that was written down and read again counts the same."""
    result = visits(2)
    world_read = decode_world(encode_world(result.world))
    assert world_read == result.world
    on = looks(goods(3000, 3200), first=2100, until=3300)
    assert tell(on, HERE, world=world_read).effects == tell(on, HERE, world=result.world).effects


def test_what_each_step_says_is_made_ready_before() -> None:
    """All but what names how many-th it is."""
    rule = HERE.zones[0].rules[TRADING]
    texts = {text for _, text in foreseen_texts(HERE.policy.kinds[TRADING], HERE.zones[0], rule, at(0), STEPS)}
    assert "warning 1 at z, 1 left, first" in texts
    assert "again, first" in texts
    assert not any("no 0" in text for text in texts)


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (lambda: Strikes(by=StrikesBy.SHOP, steps=()), "steps: expected at least one, got none"),
        (lambda: Strikes(by=StrikesBy.SHOP, window=timedelta(0)), "window: expected a span above 0, got 0s"),
        (lambda: Step(name="x", warnings=0), "warnings: expected at least 1, got 0"),
    ],
)
def test_a_ledger_that_cannot_be_kept_is_refused(made: object, sentence: str) -> None:
    """Before anything counts by it."""
    assert callable(made)
    with pytest.raises(ValueError, match=sentence):
        made()
