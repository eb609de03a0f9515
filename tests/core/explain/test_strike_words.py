"""A story says how many-th time it is, at which step, and which earlier incidents made it so."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from edge_agent.core.commands import Forgive, StrikesElsewhere
from edge_agent.core.effects import RecordStrike
from edge_agent.core.events import Command
from edge_agent.core.explain.stories import STRIKE, Moment, gathered_stories
from edge_agent.core.explain.strike_words import counted_before, strike_words
from edge_agent.core.feed.strikes import Strike, StrikeCount, StrikesBy
from edge_agent.core.site.strikes import Strikes
from tests.core_run import tell
from tests.laws.test_strikes import STEPS
from tests.site import SHORT, STALL, site, zone
from tests.street import at, looks, span, stands, together

LEDGER: Final = site(zone(STALL, rule=replace(SHORT, strikes=Strikes(by=StrikesBy.PLACE, window=span(2000)))))
SITE: Final = replace(LEDGER, policy=replace(LEDGER.policy, steps=STEPS))
VISITS: Final = together(*(stands("stall", first, first + 40) for first in (0, 300, 600)))

ENTRY: Final = Strike(
    incident="inc-1", camera="c1", zone="z", kind=STALL, by=StrikesBy.SHOP, party="s1", n=1, step="green", at=at(0)
)


def strikes(forgive: bool = False) -> list[tuple[str, Moment]]:  # noqa: FBT001, FBT002 - the one thing that differs
    """The incidents of three visits, each with what its story says of its strike."""
    before = tell(looks(VISITS, until=290), SITE)
    world, effects = before.world, before.effects
    if forgive:
        entry = before.of(RecordStrike)[0].strike.incident
        event = Command(at=at(290), id="cmd-1", by="Li", what=Forgive(incident=entry, reason="first day"))
        more = tell((event,), SITE, world=world)
        world, effects = more.world, effects + more.effects
    after = tell(looks(VISITS, first=291, until=700), SITE, world=world)
    told = gathered_stories(effects + after.effects)
    return [(story.incident or "", moment) for story in told for moment in story.moments if moment.what == STRIKE]


def test_a_strike_names_the_incidents_that_counted() -> None:
    """The first none, the third both before it."""
    (one, first), (two, second), (_, third) = strikes()
    assert (first.text["en"], first.n, first.why) == ("strike 1 of place z, at the step 'green'", 1, "green")
    assert second.text["en"] == f"strike 2 of place z, at the step 'yellow': {one} counted before"
    assert third.text["zh-CN"] == f"地点z第3次违规，处于“red”：此前计入{one}、{two}"


def test_what_was_forgiven_is_not_named() -> None:
    """It did not count."""
    (one, _), (two, second), (_, third) = strikes(forgive=True)
    assert second.text["en"] == "strike 1 of place z, at the step 'green'"
    assert third.text["en"] == f"strike 2 of place z, at the step 'yellow': {two} counted before"
    assert one not in third.text["en"]


def test_what_lies_before_the_log_is_a_number() -> None:
    """Whoever folds the last day alone knows how many counted, and not which."""
    standing = StrikeCount(by=StrikesBy.SHOP, party="s1", n=3, step="red")
    assert strike_words(standing, ("inc-1",), "en") == (
        "strike 3 of shop s1, at the step 'red': inc-1, 1 earlier counted before"
    )


def test_what_was_counted_at_other_boxes_is_a_number_that_is_told_with_the_next_event() -> None:
    """The third visit opens as the second of two; the centre says two more, and its next event says so."""
    before = tell(looks(VISITS, until=325), SITE)
    incident = before.incidents[-1]
    event = Command(at=at(326), id="s", by="centre", what=StrikesElsewhere(incident=incident, elsewhere=2))
    told = tell((event,), SITE, world=before.world)
    after = tell(looks(VISITS, first=327, until=700), SITE, world=told.world)
    stories = gathered_stories(before.effects + told.effects + after.effects)
    one, *_ = (story.incident for story in stories)
    (story,) = (story for story in stories if story.incident == incident)
    first, second = (moment for moment in story.moments if moment.what == STRIKE)
    assert first.text["en"] == f"strike 2 of place z, at the step 'yellow': {one} counted before"
    assert second.text["en"] == f"strike 4 of place z, at the step 'red': {one}, 2 at other boxes counted before"
    assert second.text["zh-CN"] == f"地点z第4次违规，处于“red”：此前计入{one}、其他设备的2次"
    assert second.at > first.at
    assert [moment.what for moment in stories[-1].moments].count(STRIKE) == 1


def test_only_other_boxes_have_counted() -> None:
    """No incident here is taken for one of theirs."""
    standing = StrikeCount(by=StrikesBy.SHOP, party="s1", n=3, step="red", elsewhere=2)
    assert counted_before(standing, (ENTRY,)) == ()
    assert strike_words(standing, (), "en") == "strike 3 of shop s1, at the step 'red': 2 at other boxes counted before"
