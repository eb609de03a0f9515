"""Explanations say why, in a sentence, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_agent.core.commands import Cancel
from edge_agent.core.effects import Note, Remark
from edge_agent.core.events import Command
from edge_agent.core.explanations import EVENTS, explain, explain_event, explain_note
from edge_agent.core.incidents import Happening
from tests.site import SHORT, STALL, Until, permit, site, zone
from tests.street import at, looks, lost, nothing, stands
from tests.telling import fails, tell

NEAR_MISS = Note(
    at=at(300),
    case="case-1",
    zone="z",
    kind=STALL,
    what=Remark.LEFT_EARLY,
    dwell_s=288,
    unobservable_s=41,
    needed_s=300,
)


def test_a_near_miss_says_what_was_missing() -> None:
    """How far it had come, how far it had to go, how much nobody could see."""
    assert explain_note(NEAR_MISS, "en") == (
        "did not warn: left before the dwell was reached, dwell 288 of 300 s, 41 s unobservable"
    )
    assert explain_note(NEAR_MISS, "zh-CN") == "未劝导：驻留时长未到即离开，驻留288秒，应满300秒，其中41秒不可观测"


def test_a_whole_ladder_is_explained_in_order() -> None:
    """One sentence an event."""
    told = tell(looks(stands("car", 0, 100), until=120), site(zone(rule=SHORT)))
    assert explain(told.effects, "en") == (
        "opened: stood for 20 s",
        "warning 1 played at 20 s",
        "warning 2 played at 50 s",
        "work order: 2 warnings were played and not heeded",
        "over: seen to have left after 2 warnings, at 100 s",
    )


def test_time_nobody_saw_is_said() -> None:
    """A gap that did not count appears in every sentence after it."""
    told = tell(lost(looks(stands("car", 0, 120), until=120), 30, 80), site(zone(rule=SHORT)))
    assert explain(told.effects, "en")[2] == "warning 2 played at 50 s, 50 s unobservable"


def test_what_ended_otherwise_is_explained() -> None:
    """A broken speaker, an unknown end, a permit, the end of the hours, the centre, a second look, a return."""
    car = looks(stands("car", 0, 100), until=100)
    stall = looks(stands("stall", 0, 100), until=100)
    assert "work order: a warning could not be played, 0 were" in explain(
        tell(car, site(zone(rule=SHORT)), speaker=fails).effects, "en"
    )
    gone = tell(lost(looks(stands("car", 0, 30), until=200), 30, 200), site(zone(rule=SHORT)))
    assert explain(gone.effects, "en")[-1] == "over, end unknown: out of sight for too long, last seen at 30 s"
    allowed = tell(stall, site(zone(STALL, rule=SHORT, permits=(permit(200),))))
    assert explain(allowed.effects, "en") == ("did not warn: a permit covers it",)
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


@pytest.mark.parametrize("happening", Happening)
def test_every_happening_has_words(happening: Happening) -> None:
    """In both languages, and in English for any other."""
    told = tell(looks(stands("car", 0, 20), until=20), site(zone(rule=SHORT)))
    reasons = [reason for known, reason in EVENTS if known is happening]
    for reason in reasons:
        event = replace(told.events[0], type=happening, reason=reason, n=1)
        assert explain_event(event, "zh-CN") != explain_event(event, "en")
        assert explain_event(event, "fr") == explain_event(event, "en")


def test_an_empty_street_needs_no_explanation() -> None:
    """Nothing happened, nothing is said."""
    assert explain(tell(looks(nothing, until=30), site()).effects, "en") == ()
