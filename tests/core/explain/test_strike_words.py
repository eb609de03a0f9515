"""A story says how many-th time it is, at which step, and which earlier incidents made it so."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from edge_agent.core.commands import Forgive
from edge_agent.core.effects import RecordStrike
from edge_agent.core.events import Command
from edge_agent.core.explain.stories import STRIKE, Moment, gathered_stories
from edge_agent.core.explain.strike_words import strike_words
from edge_agent.core.feed.strikes import StrikeCount, StrikesBy
from edge_agent.core.site.strikes import Strikes
from tests.core_run import tell
from tests.laws.test_strikes import STEPS
from tests.site import SHORT, STALL, site, zone
from tests.street import at, looks, span, stands, together

LEDGER: Final = site(zone(STALL, rule=replace(SHORT, strikes=Strikes(by=StrikesBy.PLACE, window=span(2000)))))
SITE: Final = replace(LEDGER, policy=replace(LEDGER.policy, steps=STEPS))
VISITS: Final = together(*(stands("stall", first, first + 40) for first in (0, 300, 600)))


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
