"""Explanations say why, in a sentence, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_agent.core.commands import Cancel
from edge_agent.core.effects import Effect, LookAgain, Note, PublishIncident, Remark
from edge_agent.core.events import Command, LookedAgain
from edge_agent.core.explain.explanations import EVENTS, NOTES, ORDERS, explain_event, explain_note, explain_order
from edge_agent.core.explain.stories import ORDER, gathered_stories
from edge_agent.core.feed.incidents import Happening
from edge_agent.core.feed.work_orders import OrderStatus, WorkOrder
from tests.core_run import fails, tell
from tests.site import SHORT, STALL, Until, permit, site, zone
from tests.street import at, looks, lost, nothing, stands

NEAR_MISS = Note(
    at=at(300),
    camera="c1",
    case="case-1",
    zone="z",
    kind=STALL,
    what=Remark.LEFT_EARLY,
    dwell_s=288,
    unobservable_s=41,
    needed_s=300,
    hidden_by={"behind:bus": 41},
)

WORK = WorkOrder(
    id="wo-1",
    incident="inc-1",
    camera="c1",
    zone="z",
    kind=STALL,
    opened=at(900),
    at=at(900),
    why="3 of 3 warnings delivered",
    delivered=3,
    warnings=3,
)


def test_a_near_miss_says_what_was_missing() -> None:
    """How far it had come, how far it had to go, how much nobody could see."""
    assert explain_note(NEAR_MISS, "en") == (
        "did not warn: left before the dwell was reached, dwell 288 of 300 s, 41 s unobservable behind a bus"
    )
    assert explain_note(NEAR_MISS, "zh-CN") == (
        "未劝导：驻留时长未到即离开，驻留288秒，应满300秒，其中41秒不可观测（被公交车遮挡）"
    )


def test_a_whole_ladder_is_explained_in_order() -> None:
    """One sentence an event."""
    result = tell(looks(stands("car", 0, 100), until=120), site(zone(rule=SHORT)))
    assert explain(result.effects, "en") == (
        "opened: stood for 20 s",
        "warning 1 played at 20 s",
        "warning 2 played at 50 s",
        "work order: 2 warnings played and not heeded",
        "over: seen to have left after 2 warnings, at 100 s",
    )


def test_time_nobody_saw_is_said() -> None:
    """A gap that did not count appears in every sentence after it."""
    result = tell(lost(looks(stands("car", 0, 120), until=120), 30, 80), site(zone(rule=SHORT)))
    assert explain(result.effects, "en")[2] == (
        "warning 2 played at 50 s, 50 s unobservable without a connection to the camera"
    )


def test_what_ended_otherwise_is_explained() -> None:
    """A broken speaker, an unknown end, a permit, the end of the hours, the centre, a second look, a return."""
    car = looks(stands("car", 0, 100), until=100)
    stall = looks(stands("stall", 0, 100), until=100)
    assert "work order: a warning could not be played, 0 had been" in explain(
        tell(car, site(zone(rule=SHORT)), speaker=fails).effects, "en"
    )
    gone = tell(lost(looks(stands("car", 0, 30), until=200), 30, 200), site(zone(rule=SHORT)))
    assert explain(gone.effects, "en")[-1] == "over, end unknown: out of sight for too long, last seen at 30 s"
    allowed = tell(stall, site(zone(STALL, rule=SHORT, permits=(permit(200),))))
    assert explain(allowed.effects, "en") == ("did not warn: a permit covers it (p1)",)
    closed = tell(stall, site(zone(STALL, rule=SHORT, hours=Until(30))))
    assert explain(closed.effects, "en")[-1] == "no violation any more: the zone's hours ended"
    early = tell(stall, site(zone(STALL, rule=SHORT, hours=Until(15))))
    assert explain(early.effects, "en") == ("did not warn: the zone's hours ended, dwell 15 of 20 s",)
    doubted = tell(car[:25], site(zone(rule=SHORT)), second_look=False)
    assert explain(doubted.effects, "en") == ("did not warn: the second look did not agree, dwell 20 s",)
    opened = tell(car[:25], site(zone(rule=SHORT)))
    order = Command(at=at(25), id="cmd", what=Cancel(incident=opened.incidents[0]))
    assert explain(tell((order,), site(zone(rule=SHORT)), world=opened.world).effects, "en") == (
        "cancelled by the operations centre",
    )


def explain(effects: tuple[Effect, ...], language: str) -> tuple[str, ...]:
    """The sentences of all stories, without those of work orders."""
    moments = (moment for story in gathered_stories(effects) for moment in story.moments if moment.what != ORDER)
    return tuple(moment.text[language] for moment in moments)


@pytest.mark.parametrize("happening", Happening)
def test_every_happening_has_words(happening: Happening) -> None:
    """In both languages, and in English for any other."""
    opened = tell(looks(stands("car", 0, 20), until=20), site(zone(rule=SHORT))).events[0]
    reasons = [reason for known, reason in EVENTS if known is happening]
    for reason in reasons:
        event = PublishIncident(replace(opened, type=happening, reason=reason, n=1))
        assert explain_event(event, "zh-CN") != explain_event(event, "en")
        assert explain_event(event, "fr") == explain_event(event, "en")


def test_an_empty_street_needs_no_explanation() -> None:
    """Nothing happened, nothing is said."""
    assert explain(tell(looks(nothing, until=30), site()).effects, "en") == ()


@pytest.mark.parametrize("remark", Remark)
def test_every_remark_has_words(remark: Remark) -> None:
    """In both languages; what a speaker gives as its reason is said, and that it gave none."""
    note = replace(NEAR_MISS, what=remark, n=2, share=0.41)
    assert explain_note(note, "zh-CN") != explain_note(note, "en")
    assert explain_note(note, "fr") == explain_note(note, "en")
    assert "{" not in "".join(NOTES[remark].values()).format(n=2, reason="", share=41, shown="")


def test_a_warning_that_was_not_played_says_by_whom() -> None:
    """The speaker's own words, or that it gave none."""
    failed = replace(NEAR_MISS, what=Remark.NOT_PLAYED, n=2, needed_s=None, unobservable_s=0)
    told_why = replace(failed, reason="horn 10.0.0.7: no answer")
    assert explain_note(told_why, "en") == "warning 2 was not played: horn 10.0.0.7: no answer, dwell 288 s"
    assert explain_note(failed, "zh-CN") == "第2次劝导未播放：原因不明，驻留288秒"


def test_a_warning_says_who_played_it() -> None:
    """Where there are several speakers; and an event for a reason that nobody has put into words is told too."""
    warned = tell(looks(stands("car", 0, 20), until=20), site(zone(rule=SHORT))).events[1]
    (record,) = warned.warnings
    by_horn = replace(warned, warnings=(replace(record, speaker="horn"),))
    assert explain_event(PublishIncident(by_horn), "en") == "warning 1 played at 20 s, by horn"
    assert explain_event(PublishIncident(by_horn), "zh-CN") == "驻留20秒时播放第1次劝导（horn）"
    assert explain_event(PublishIncident(warned), "en") == "warning 1 played at 20 s"
    odd = replace(warned, type=Happening.ESCALATED, reason="anything", n=None)
    assert explain_event(PublishIncident(odd), "en") == "work order, after 1 warning"


def test_a_doubtful_second_look_says_how_doubtful() -> None:
    """How many of its pictures showed the thing; and that the thing was not there when it agreed too late."""
    car, short = looks(stands("car", 0, 22), until=24), site(zone(rule=SHORT))
    result = tell(car[:21], short, second_look=None)
    (question,) = result.of(LookAgain)
    no = LookedAgain(at=at(20), case=question.case, confirmed=False, agreed=1, of=3)
    assert explain(tell((no,), short, world=result.world).effects, "en") == (
        "did not warn: the second look did not agree (1/3), dwell 20 s",
    )
    late = replace(no, at=at(24), confirmed=True, agreed=3)
    told_late = tell((*car[21:], late), short, world=result.world).effects
    assert explain(told_late, "zh-CN") == ("未劝导：复核答复时未见到（3/3），驻留22秒",)


def test_several_causes_are_told_apart() -> None:
    """The longest first; none where none is known."""
    hidden = {"silence": 11.0, "behind:bus": 30.0}
    both = replace(NEAR_MISS, hidden_by=hidden)
    assert explain_note(both, "en").endswith("41 s unobservable (30 s behind a bus, 11 s for want of a look)")
    assert explain_note(both, "zh-CN").endswith("其中41秒不可观测（被公交车遮挡30秒，期间无画面分析11秒）")
    unknown = replace(NEAR_MISS, hidden_by={})
    assert explain_note(unknown, "en").endswith(", 41 s unobservable")
    assert explain_note(unknown, "zh-CN").endswith("，其中41秒不可观测")


@pytest.mark.parametrize("status", OrderStatus)
def test_every_state_of_an_order_has_words(status: OrderStatus) -> None:
    """With the person's name where one is known."""
    named = replace(WORK, status=status, to="Wang", by="Li")
    assert explain_order(named, "zh-CN") != explain_order(named, "en")
    assert "{" not in explain_order(replace(WORK, status=status), "en")
    assert ("Wang" in ORDERS[status]["en"].format(to="Wang", by="")) == (status is OrderStatus.DISPATCHED)


def test_an_order_says_who_is_responsible_and_when_it_is_late() -> None:
    """At its beginning, and at its limit."""
    assert explain_order(replace(WORK, party="Sunny Estates"), "en") == "work order opened, for Sunny Estates"
    assert explain_order(replace(WORK, party="Sunny Estates", reason="limit_over"), "zh-CN") == "工单已超时"
