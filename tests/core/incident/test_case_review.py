"""The case review: which standing thing belongs to which case, and what happens to the case then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from edge_agent.core.commands import Cancel
from edge_agent.core.effects import OpenWorkOrder, UpdateWorkOrder
from edge_agent.core.events import Appearance, Command, LookedAgain, Result, WarningAnswered
from edge_agent.core.geometry import Point
from edge_agent.core.site.frontages import Shop
from edge_agent.core.step import step
from tests.core_run import CoreRun, fails, mute, tell
from tests.site import GARBAGE, SHORT, STALL, TRADING, Between, permit, site, zone
from tests.street import BLUE, KERB, RED, Things, at, looks, missed, nothing, second_of, silent, span, stands, together

HERE = site(zone(rule=SHORT))


def twice(label: str, away: float, *, looks_like: tuple[Appearance | None, Appearance | None] = (None, None)) -> Things:
    """A thing that stands 0-30, is gone for ``away`` seconds, and stands for another minute."""
    first, second = looks_like
    back = 30 + away
    return together(stands(label, 0, 30, look=first), stands(label, back, back + 60, look=second))


def test_a_stall_that_comes_back_is_the_same_incident() -> None:
    """It goes on where it stood: ten of the thirty seconds since warning 1 had run, the time away counts as nothing."""
    result = tell(looks(twice("stall", 30), until=120), site(zone(STALL, rule=SHORT)))
    assert result.story[2:] == [("resolved", 45), ("recurred", 65), ("warned", 80), ("escalated", 110)]
    assert [event.recurred for event in result.events] == [0, 0, 0, 1, 1, 1]
    assert len(result.incidents) == 1


def test_a_vehicle_comes_back_only_if_it_looks_the_same() -> None:
    """One car is like another: without a look, or with another one, it is another incident."""
    same, other, unknown = (
        tell(looks(twice("car", 30, looks_like=pair), until=120), HERE)
        for pair in ((RED, RED), (RED, BLUE), (None, None))
    )
    assert len(same.incidents) == 1
    assert len(other.incidents) == len(unknown.incidents) == 2


def test_later_it_is_a_new_incident() -> None:
    """Beyond ``return_window`` nobody remembers."""
    result = tell(looks(twice("stall", 61), until=180), site(zone(STALL, rule=SHORT)))
    assert len(result.incidents) == 2
    (case,) = result.world.departed  # the first one has been forgotten
    assert case.record is not None
    assert case.record.incident == result.incidents[1]


def test_goods_come_back_to_their_shop() -> None:
    """Wherever before it they are put."""
    shops = (Shop(id="li", name="Li's fruit", frontage=(Point(0.0, 0.3), Point(1.0, 0.3))),)
    moved = together(stands("goods", 0, 30), stands("goods", 60, 120, place=KERB.moved(0.3, 0.1)))
    result = tell(looks(moved, until=120), site(zone(TRADING, rule=SHORT, shops=shops)))
    assert result.happened == ["opened", "warned", "resolved", "recurred", "warned", "escalated"]


def test_a_return_after_the_order_opens_it_again() -> None:
    """It had been verified as cleared: the same order, opened once more."""
    again = together(stands("stall", 0, 90), stands("stall", 120, 200))
    result = tell(looks(again, until=130), site(zone(STALL, rule=SHORT)))
    orders = [*(each.order for each in result.of(OpenWorkOrder)), *(each.order for each in result.of(UpdateWorkOrder))]
    assert [(order.status, order.seq) for order in orders] == [
        ("opened", 1),
        ("opened", 4),
        ("verified", 2),
        ("closed", 3),
    ]
    assert len({order.id for order in orders}) == 1


def test_rules_that_wait_differently_long_do_not_disturb_each_other() -> None:
    """A garbage rule that waits two minutes keeps no parking incident alive, and opens none on an empty kerb."""
    patient = zone(GARBAGE, rule=replace(SHORT, leave_grace=span(120)), ident="g")
    result = tell(looks(stands("car", 0, 40), until=200), site(zone(rule=SHORT), patient))
    assert result.story == [("opened", 20), ("warned", 20), ("resolved", 55)]


def test_what_a_rule_had_given_up_starts_anew() -> None:
    """It is seen again while another rule still waits for it: its dwell begins with that look."""
    patient = zone(GARBAGE, rule=replace(SHORT, leave_grace=span(120)), ident="g")
    away = together(stands("car", 0, 15), stands("car", 60, 100))
    result = tell(looks(away, until=100), site(zone(rule=SHORT), patient))
    assert result.story == [("opened", 80), ("warned", 80)]


def test_hours_that_begin_over_a_missed_thing_wait_for_it() -> None:
    """Nothing is opened at a look that does not see it, however short the dwell."""
    rule = replace(SHORT, dwell=span(0), leave_grace=span(30))
    gone = missed(stands("car", 0, 200), lambda second: 90 < second < 110)
    result = tell(looks(gone, until=115), site(zone(rule=rule, hours=Between(100, 900))))
    assert result.story == [("opened", 110), ("warned", 110)]
    assert result.events[0].dwell_s == 10


def test_dwell_counts_from_the_beginning_of_the_hours() -> None:
    """Whatever stood there before."""
    result = tell(looks(stands("car", 0, 200), until=130), site(zone(rule=SHORT, hours=Between(100, 900))))
    assert result.story[0] == ("opened", 120)


def test_hours_that_come_back_start_the_dwell_anew() -> None:
    """An incident that was suppressed by the end of the hours is not taken up; a new one begins."""
    twice_open = zone(STALL, rule=SHORT, hours=OnAndOff())
    result = tell(looks(stands("stall", 0, 200), until=125), site(twice_open))
    assert result.story == [("opened", 20), ("warned", 20), ("suppressed", 40), ("opened", 120), ("warned", 120)]


class OnAndOff:
    """Hours that run in the first 40 of each 100 seconds."""

    def covers(self, instant: datetime) -> bool:
        """Whether they run."""
        return second_of(instant) % 100 < 40

    def next_change(self, instant: datetime) -> datetime | None:
        """The next multiple of a hundred, or forty after the last."""
        second = second_of(instant)
        start = second - second % 100
        return at(start + (40 if second % 100 < 40 else 100))


def test_a_permit_that_ends_starts_the_dwell_anew() -> None:
    """At that very instant, also if the thing was hidden then; for a candidate as for a suppressed case."""
    for until in (15, 40):
        result = tell(
            looks(stands("stall", 0, 200), until=until + 25), site(zone(STALL, rule=SHORT, permits=(permit(until),)))
        )
        assert result.story[-2:] == [("opened", until + 20), ("warned", until + 20)]
    hidden = silent(looks(stands("stall", 0, 200), until=80), 35, 50)
    result = tell(hidden, site(zone(STALL, rule=SHORT, permits=(permit(40),))))
    assert result.story[-2:] == [("opened", 60), ("warned", 60)]


def test_a_permit_that_is_withdrawn_ends_now() -> None:
    """Nobody wrote down when: its dwell starts at the first look without it."""
    allowed = site(zone(STALL, rule=SHORT, permits=(replace(permit(0), hours=zone().hours),)))
    before = tell(looks(stands("stall", 0, 50), until=50), allowed)
    after = tell(looks(stands("stall", 0, 200), until=90, first=51), site(zone(STALL, rule=SHORT)), world=before.world)
    assert before.story == [("suppressed", 20)]
    assert after.story[0] == ("opened", 71)


def test_a_zone_that_is_gone_takes_its_cases_along() -> None:
    """They are no violation any more, and that is told once; answers about them change nothing."""
    before = tell(looks(stands("car", 0, 25), until=25), HERE, speaker=mute)
    incident = before.incidents[0]
    reply = WarningAnswered(at=at(26), incident=incident, n=1, result=Result.PLAYED)
    elsewhere = site(zone(rule=SHORT, ident="other"))
    result = tell((reply, *looks(nothing, until=30, first=27)), elsewhere, world=before.world)
    assert result.story == [("suppressed", 26)]
    assert result.events[0].reason == "zone_removed"
    assert result.world.cases == ()


def answered(outcome: CoreRun, second: float, result: Result) -> CoreRun:
    """The story goes on with one answer about warning 1 of its incident."""
    reply = WarningAnswered(at=at(second), incident=outcome.incidents[0], n=1, result=result, reason="said so")
    return tell((reply,), HERE, world=outcome.world, speaker=mute)


def test_an_answer_is_dated_on_the_dwell_clock() -> None:
    """A warning that took four seconds to play: the next one is due thirty seconds after its end."""
    result = tell(looks(stands("car", 0, 20), until=20), HERE, speaker=mute)
    outcome = answered(result, 24, Result.PLAYED)
    on = tell(looks(stands("car", 0, 99), until=60, first=25), HERE, world=outcome.world)
    assert on.story == [("warned", 54)]


def test_an_answer_after_a_long_silence_is_dated_to_the_last_sighting() -> None:
    """The silence will not count, so neither may the mark lie in it."""
    result = tell(looks(stands("car", 0, 20), until=20), HERE, speaker=mute)
    outcome = answered(result, 100, Result.PLAYED)
    on = tell(looks(stands("car", 0, 999), until=140, first=101), HERE, world=outcome.world)
    assert on.story == [("warned", 131)]


def test_every_attempt_is_on_record() -> None:
    """Failed, played, and the answer that came to nothing because there was no open attempt."""
    failed = tell(looks(stands("car", 0, 30), until=30), HERE, speaker=fails)
    result = answered(answered(failed, 31, Result.PLAYED), 32, Result.FAILED)
    record = result.world.cases[0].record
    assert record is not None
    assert [(w.n, w.result) for w in record.warnings] == [(1, Result.FAILED), (1, Result.FAILED)]


def test_the_centre_can_reject_an_incident() -> None:
    """That occupant is left alone until it has left; the next one is not. Anything not open cannot be rejected."""
    opened = tell(looks(stands("car", 0, 25), until=25), HERE)
    order = Command(at=at(26), id="cmd", what=Cancel(incident=opened.incidents[0], reason="police car"))
    rest = together(stands("car", 0, 100), stands("car", 200, 300))
    result = tell((order, order, *looks(rest, until=230, first=27)), HERE, world=opened.world)
    assert result.story == [("cancelled", 26), ("opened", 220), ("warned", 220)]
    assert result.events[0].reason == "police car"


def test_a_second_look_opens_only_what_is_still_there() -> None:
    """It agreed, but the stream has been lost meanwhile."""
    waiting = tell(looks(stands("car", 0, 20), until=20), HERE, second_look=None)
    (case,) = waiting.world.cases
    empty, _ = step(waiting.world, looks(nothing, until=21, first=21)[0], HERE)
    result = tell((LookedAgain(at=at(21), case=case.id, confirmed=True),), HERE, world=empty)
    assert result.story == []
    assert result.remarks == ["not seen when the second look answered"]


def test_out_of_sight_for_too_long_is_an_unknown_end() -> None:
    """Dated to the last sighting, at the instant at which the window closes; a thing seen later is another."""
    events = silent(looks(stands("car", 0, 300), until=250), 30, 200)
    result = tell(events, HERE)
    assert result.story == [
        ("opened", 20),
        ("warned", 20),
        ("resolved", 150),
        ("opened", 220),
        ("warned", 220),
        ("warned", 250),
    ]
    assert (result.events[2].reason, result.events[2].end) == ("unknown_end", at(30))
