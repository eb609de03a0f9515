"""Stories leave nothing out, make nothing up, and account for all time in which nobody could see."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given, settings

from edge_agent.core.effects import Note, PublishIncident
from edge_agent.core.explain.stories import gathered_stories
from edge_agent.core.explain.timeline import timeline_of
from edge_agent.core.feed.incidents import Happening
from edge_agent.core.incident.near_misses import unfinished
from edge_agent.core.incident.world import World
from edge_agent.core.site.site import Site
from edge_agent.core.step import run
from tests.laws.named_streets import GAP
from tests.laws.streets import Street, sites, streets, walk
from tests.site import SHORT, site, zone

EVENTS = frozenset(each.removeprefix("incident.") for each in Happening)


@settings(max_examples=80)
@given(street=streets, site=sites)
def test_every_effect_is_a_moment_of_one_story(street: Street, site: Site) -> None:
    """Each event of an incident and each remark once; each incident is one story; moments come in their order."""
    done = run(World(camera="c1"), walk(street, site).events, site)
    effects = (*done.effects, *unfinished(done.world, site))
    stories = gathered_stories(effects)
    moments = [moment for story in stories for moment in story.moments]
    published = [each.event for each in effects if isinstance(each, PublishIncident)]
    notes = [each for each in effects if isinstance(each, Note)]
    assert len([m for m in moments if m.what in EVENTS]) == len(published)
    assert len([m for m in moments if m.what not in EVENTS | {"work_order", "notified"}]) == len(notes)
    named = [story.incident for story in stories if story.incident is not None]
    assert sorted(named) == sorted({event.incident for event in published})
    assert all(a.at <= b.at for story in stories for a, b in pairwise(story.moments))
    assert all(a.began <= b.began for a, b in pairwise(stories))


@settings(max_examples=80)
@given(street=streets, site=sites)
def test_nobody_was_warned_of_a_near_miss(street: Street, site: Site) -> None:
    """And of every other story somebody was, or was about to be."""
    done = run(World(camera="c1"), walk(street, site).events, site)
    for story in gathered_stories((*done.effects, *unfinished(done.world, site))):
        whats = {moment.what for moment in story.moments}
        assert story.near_miss == whats.isdisjoint({"opened"})
        assert 0 <= story.nearness <= 1


@settings(max_examples=80)
@example(street=GAP, site=site(zone(rule=SHORT)))
@given(street=streets, site=sites)
def test_unobservable_time_is_put_down_to_its_causes(street: Street, site: Site) -> None:
    """All of it and no more, of every thing, at every word that is told of it and in the end."""
    done = run(World(camera="c1"), walk(street, site).events, site)
    for story in gathered_stories((*done.effects, *unfinished(done.world, site))):
        for moment in story.moments:
            assert abs(sum(moment.hidden_by.values()) - moment.unobservable_s) < 1e-6
    cases = (*done.world.cases, *done.world.departed)
    for presence in (*(spot.presence for spot in done.world.spots), *(case.presence for case in cases)):
        assert abs(sum(presence.hidden_by.values()) - presence.unobservable.total_seconds()) < 1e-6


@settings(max_examples=80)
@given(street=streets, site=sites)
def test_bars_lie_side_by_side(street: Street, site: Site) -> None:
    """No two of a lane overlap, each is of some length, and none reaches beyond the end."""
    events = walk(street, site).events
    done = run(World(camera="c1"), events, site)
    until = events[-1].at
    for strip in timeline_of(gathered_stories((*done.effects, *unfinished(done.world, site))), until):
        for lane in strip.lanes:
            assert all(bar.begin < bar.end <= until for bar in lane)
            assert all(a.end <= b.begin for a, b in pairwise(lane))
