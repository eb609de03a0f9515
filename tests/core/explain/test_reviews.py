"""A review in words: who was asked before what, what a person said, and what came of it when nobody did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_agent.core.commands import (
    Confirm,
    ForCamera,
    Reject,
    RejectReason,
    Resolve,
    Return,
    ReturnReason,
    Verify,
    VerifyReason,
)
from edge_agent.core.events import Command
from edge_agent.core.explain.explanations import REJECTIONS
from edge_agent.core.explain.stories import Story, gathered_stories
from edge_agent.core.explain.timeline import BarStage, bars
from edge_agent.core.site.policy import Review
from tests.core_run import tell
from tests.site import SHORT, site, zone
from tests.street import at, looks, span, stands

FIRST = replace(SHORT, review=Review.BEFORE_WARNING, review_limit=span(40))
BEFORE = replace(SHORT, warnings=1, review=Review.BEFORE_ORDER, review_limit=span(40))


def story_of(rule: object, *word_given: tuple[int, ForCamera], until: int = 120) -> Story:
    """A car that stands all the time, of which people say something at some seconds."""
    where = site(zone(rule=rule))  # type: ignore[arg-type]
    car = stands("car", 0, 1000)
    now = tell(looks(car, until=word_given[0][0] if word_given else until), where)
    effects = now.effects
    for place, (second, what) in enumerate(word_given):
        word = Command(at=at(second), id=f"c{place}", by="Li", what=what)
        end = word_given[place + 1][0] if place + 1 < len(word_given) else until
        now = tell((word, *looks(car, first=second + 1, until=end)), where, world=now.world)
        effects += now.effects
    (story,) = gathered_stories(effects)
    return story


def words(story: Story, language: str = "en") -> list[str]:
    """What is said of each moment."""
    return [moment.text[language] for moment in story.moments]


INCIDENT = tell(looks(stands("car", 0, 1000), until=30), site(zone(rule=FIRST))).incidents[0]


def test_a_confirmation_is_told_with_whose_it_is() -> None:
    """And what was waited for."""
    story = story_of(FIRST, (30, Confirm(incident=INCIDENT)), until=32)
    assert words(story) == [
        "opened: stood for 20 s",
        "a person is asked to confirm it before anything is said",
        "confirmed by Li",
        "warning 1 played at 31 s",
    ]
    assert words(story, "zh-CN")[1:3] == ["提请人工审核，审核前不喊话", "Li审核属实"]


@pytest.mark.parametrize("reason", RejectReason)
def test_a_rejection_says_why(reason: RejectReason) -> None:
    """In words of its own for each of the list."""
    story = story_of(FIRST, (30, Reject(incident=INCIDENT, reason=reason)))
    assert words(story)[-1] == f"rejected by Li: {REJECTIONS[reason]['en']}"
    assert len({each["zh-CN"] for each in REJECTIONS.values()}) == len(RejectReason)


def test_what_nobody_confirmed_is_given_up() -> None:
    """After as many warnings as there had been."""
    assert words(story_of(BEFORE))[-2:] == [
        "a person is asked to confirm it before a work order, after 1 warning",
        "given up: nobody confirmed it in time, after 1 warning",
    ]


def test_a_persons_word_on_an_order_is_told_as_such() -> None:
    """Returned, and at last verified, by whom."""
    story = story_of(
        BEFORE,
        (55, Confirm(incident=INCIDENT)),
        (60, Resolve(incident=INCIDENT)),
        (65, Return(incident=INCIDENT, reason=ReturnReason.STILL_THERE)),
        (70, Resolve(incident=INCIDENT)),
        (75, Verify(incident=INCIDENT, reason=VerifyReason.ON_SITE)),
        until=90,
    )
    told_ = words(story)
    assert "work order returned to Li by Li" in told_
    assert "the place was seen clear by Li" in told_
    assert "Li现场核查通过" in words(story, "zh-CN")


def test_who_waits_for_a_word_before_a_warning_has_been_told_nothing() -> None:
    """The strip of a story shows it as waiting until then."""
    story = story_of(FIRST, (30, Confirm(incident=INCIDENT)), until=60)
    stages = [(bar.stage, (bar.end - at(0)).total_seconds()) for bar in bars(story, 0, at(60))]
    assert stages[:2] == [(BarStage.WAITING, 20), (BarStage.WAITING, 30)]
    assert {stage for stage, _ in stages[2:]} == {BarStage.ASKED}
