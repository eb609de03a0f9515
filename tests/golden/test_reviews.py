"""The examples of reviews in ``docs/ladder.md``, to the second; and the same told by a file of decisions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from edge_agent.app.replay.replay import Assumed, Speaking, replay
from edge_agent.config.decisions_file import read_decisions
from edge_agent.config.yaml.source import BadConfigError
from edge_agent.core.commands import Confirm, Reject, RejectReason
from edge_agent.core.effects import OpenWorkOrder, PublishIncident, Speak
from edge_agent.core.events import Command, Event
from edge_agent.core.feed.incidents import Happening
from edge_agent.core.incident.decisions import Decision, Decisions, Verdict
from edge_agent.core.site.policy import Review, Rule, Unreviewed
from edge_agent.core.site.site import Site
from tests.core_run import fails, tell, works
from tests.site import PARKING, STALL, site, zone
from tests.street import Things, at, looks, lost, second_of, stands, together

FIRST: Final = Rule(review=Review.BEFORE_WARNING)
BEFORE: Final = Rule(review=Review.BEFORE_ORDER)
GOES_ON: Final = Unreviewed.PROCEED
CAR: Final = stands("car", 0, 2000)
WARNED: Final = (("opened", 60), ("warned", 60), ("warned", 360), ("warned", 660))
STORY = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A row of the table: what stands, by which rule, who says what when, and all that follows."""

    rule: Rule
    told: STORY
    word: tuple[str, int] | None = None
    things: Things = CAR
    kind: str = PARKING
    until: int = 2100
    lost: tuple[float, float] | None = None
    speaks: bool = True


EXAMPLES: Final = {
    "confirmed before its warning": Example(
        rule=FIRST,
        word=("confirm", 90),
        told=(
            *(("opened", 60), ("referred", 60), ("confirmed", 90)),
            *(("warned", 91), ("warned", 391), ("warned", 691), ("escalated", 991), ("resolved", 2045)),
        ),
    ),
    "rejected before its warning": Example(
        rule=FIRST, word=("reject", 90), told=(("opened", 60), ("referred", 60), ("cancelled", 90))
    ),
    "nobody answers, and it is dropped": Example(
        rule=FIRST, told=(("opened", 60), ("referred", 60), ("cancelled", 660))
    ),
    "nobody answers, and it goes on": Example(
        rule=replace(FIRST, unreviewed=GOES_ON),
        told=(
            *(("opened", 60), ("referred", 60)),
            *(("warned", 660), ("warned", 960), ("warned", 1260), ("escalated", 1560), ("resolved", 2045)),
        ),
    ),
    "confirmed before its order": Example(
        rule=BEFORE,
        word=("confirm", 990),
        told=(*WARNED, ("referred", 960), ("confirmed", 990), ("escalated", 991), ("resolved", 2045)),
    ),
    "confirmed before anybody was asked": Example(
        rule=BEFORE,
        word=("confirm", 500),
        told=(*WARNED[:3], ("confirmed", 500), ("warned", 660), ("escalated", 960), ("resolved", 2045)),
    ),
    "leaves before anybody answers": Example(
        rule=BEFORE,
        things=stands("car", 0, 1000),
        told=(*WARNED, ("referred", 960), ("resolved", 1045)),
    ),
    "comes back and is confirmed": Example(
        rule=FIRST,
        kind=STALL,
        things=together(stands("stall", 0, 100), stands("stall", 200, 400)),
        until=270,
        word=("confirm", 250),
        told=(
            *(("opened", 60), ("referred", 60), ("resolved", 145), ("recurred", 205)),
            *(("confirmed", 250), ("warned", 251)),
        ),
    ),
    "the camera is lost meanwhile": Example(
        rule=FIRST, lost=(100, 400), told=(("opened", 60), ("referred", 60), ("cancelled", 960))
    ),
    "no warning can be played": Example(
        rule=BEFORE,
        speaks=False,
        word=("confirm", 390),
        told=(("opened", 60), ("referred", 360), ("confirmed", 390), ("escalated", 391), ("resolved", 2045)),
    ),
}


def events_of(example: Example) -> tuple[Event, ...]:
    """What the camera tells."""
    seen = looks(example.things, until=example.until)
    return seen if example.lost is None else lost(seen, *example.lost)


def site_of(example: Example) -> Site:
    """One zone with the example's rule."""
    return site(zone(example.kind, rule=example.rule))


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_review_comes_out(name: str) -> None:
    """Each event at its second, and no other."""
    example, where = EXAMPLES[name], site_of(EXAMPLES[name])
    seen, speaker = events_of(example), works if example.speaks else fails
    second = 0 if example.word is None else example.word[1]
    result = tell([event for event in seen if second_of(event.at) <= second], where, speaker=speaker)
    rest = [event for event in seen if second_of(event.at) > second]
    if example.word is not None:
        incident = result.incidents[0]
        what = (
            Confirm(incident=incident)
            if example.word[0] == "confirm"
            else Reject(incident=incident, reason=RejectReason.OTHER)
        )
        rest.insert(0, Command(at=at(second), id="c", by="Li", what=what))
    after = tell(rest, where, speaker=speaker, world=result.world)
    assert (*result.story, *after.story) == example.told


def test_what_is_dropped_says_why_and_how_far_it_had_come() -> None:
    """Nobody is named, for nobody said anything."""
    result = tell(looks(CAR, until=1700), site_of(Example(rule=BEFORE, told=())))
    last = result.events[-1]
    assert (last.type, last.reason, last.by, last.verb) == (Happening.CANCELLED, "unreviewed", None, None)
    assert (last.delivered, last.review) == (3, "unanswered")
    assert not result.of(OpenWorkOrder)
    assert (
        tell(looks(CAR, first=1701, until=2000), site_of(Example(rule=BEFORE, told=())), world=result.world).story == []
    )


def test_the_reason_of_an_order_outlasts_its_review() -> None:
    """And the message of the order says who confirmed it."""
    result = tell(looks(CAR, until=961), site_of(Example(rule=BEFORE, told=())))
    word = Command(at=at(970), id="c", by="Li", what=Confirm(incident=result.incidents[0], note="no driver"))
    after = tell((word, *looks(CAR, first=971, until=980)), site_of(Example(rule=BEFORE, told=())), world=result.world)
    confirmed, escalated = after.events
    assert (confirmed.by, confirmed.verb, confirmed.note) == ("Li", "confirm", "no driver")
    assert (escalated.reason, escalated.review, escalated.confirmed_by) == ("unheeded", "confirmed", "Li")
    assert result.events[-1].review_until == at(960 + 600)


def test_decisions_of_a_file_are_those_of_people(tmp_path: Path) -> None:
    """A replay with the file tells what the live box told; without it, nobody says anything."""
    example = EXAMPLES["confirmed before its order"]
    events, where = events_of(example), site_of(example)
    assumed = Assumed(speaking=Speaking.WORKS)
    (incident,) = {e.event.incident for e in replay(events, "c1", where, assumed) if isinstance(e, PublishIncident)}
    path = tmp_path / "decisions.yaml"
    path.write_text(f"version: 1\nincidents:\n  {incident}: {{verdict: confirm, after: 30s}}\n", encoding="utf-8")
    effects_seen = list(replay(events, "c1", where, replace(assumed, decisions=read_decisions(path))))
    story = [
        (e.event.type.removeprefix("incident."), second_of(e.event.at))
        for e in effects_seen
        if isinstance(e, PublishIncident)
    ]
    assert [name for name, _ in story] == [name for name, _ in example.told]
    assert all(0 <= expected - second <= 1 for (_, second), (_, expected) in zip(story, example.told, strict=True))
    silent = list(replay(events, "c1", where, assumed))
    assert not any(isinstance(effect, OpenWorkOrder) for effect in silent)


def test_decisions_take_the_place_of_what_a_log_says() -> None:
    """Also where somebody had confirmed it; a rejection carries its reason."""
    example = EXAMPLES["confirmed before its warning"]
    seen, where = list(events_of(example)), site_of(example)
    incident = tell(seen[:62], where).incidents[0]
    logged = [*seen[:91], Command(at=at(90), id="c", by="Li", what=Confirm(incident=incident)), *seen[91:]]
    as_it_was = list(replay(logged, "c1", where, Assumed()))
    assert sum(isinstance(effect, Speak) for effect in as_it_was) == 3
    decision = Decision(verdict=Verdict.REJECT, after=timedelta(seconds=20), reason=RejectReason.DUPLICATE)
    otherwise = list(replay(logged, "c1", where, Assumed(decisions=Decisions(otherwise=decision))))
    ended = [e.event for e in otherwise if isinstance(e, PublishIncident)][-1]
    assert (ended.type, ended.reason, second_of(ended.at)) == (Happening.CANCELLED, "duplicate", 80)
    assert not any(isinstance(effect, Speak) for effect in otherwise)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version: 2\n", "version: found 2, expected 1"),
        ("version: 1\notherwise: {verdict: maybe}\n", "otherwise.verdict: found 'maybe', expected"),
        ("version: 1\nincidents: {inc-1: {verdict: reject, reason: bored}}\n", "reason: found 'bored', expected"),
        ("version: 1\notherwise: {verdict: confirm, after: soon}\n", "after: found 'soon', expected a duration"),
    ],
)
def test_a_file_of_decisions_that_is_wrong_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    """In one sentence, by its place."""
    path = tmp_path / "decisions.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadConfigError) as refused:
        read_decisions(path)
    assert expected in str(refused.value)
