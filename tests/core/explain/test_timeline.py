"""Strips show stories over time: where each began, how far it came, and when it was over."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from edge_agent.core.effects import ReportHealth
from edge_agent.core.explain.stories import gathered_stories
from edge_agent.core.explain.timeline import Bar, BarStage, Outage, outages, timeline_of
from edge_agent.core.geometry import Box
from edge_agent.core.incident.near_misses import unfinished
from tests.core_run import CoreRun, tell
from tests.site import SHORT, STALL, permit, site, zone
from tests.street import KERB, at, looks, lost, second_of, stands, together

LEFT = KERB.moved(-0.3, 0)
FAR = Box(0.7, 0.4, 0.8, 0.5)


def shown(told_: CoreRun, until: float) -> list[list[tuple[float, float, BarStage, int]]]:
    """The lanes of the only strip, in seconds."""
    (strip,) = timeline_of(gathered_stories(told_.effects), at(until))
    return [[_bar(bar) for bar in lane] for lane in strip.lanes]


def _bar(bar: Bar) -> tuple[float, float, BarStage, int]:
    return second_of(bar.begin), second_of(bar.end), bar.stage, bar.played


def test_a_whole_ladder_is_a_bar_for_each_stage() -> None:
    """From the first sighting to the last, whenever it was known."""
    told_ = tell(looks(stands("car", 0, 100), until=140), site(zone(rule=SHORT)))
    assert shown(told_, 140) == [
        [
            (0, 20, BarStage.WAITING, 0),
            (20, 50, BarStage.ASKED, 1),
            (50, 80, BarStage.ASKED, 2),
            (80, 100, BarStage.ORDERED, 2),
        ]
    ]


def test_what_is_not_over_lasts_until_the_end() -> None:
    """An open incident, and a thing that still stands and is short of one."""
    told_ = tell(looks(stands("car", 0, 100), until=30), site(zone(rule=SHORT)))
    assert shown(told_, 30) == [[(0, 20, BarStage.WAITING, 0), (20, 30, BarStage.ASKED, 1)]]
    short = site(zone(rule=SHORT))
    waiting = tell(looks(stands("car", 0, 100), until=12), short)
    (strip,) = timeline_of(gathered_stories(unfinished(waiting.world, short)), at(14))
    assert [_bar(bar) for bar in strip.lanes[0]] == [(0, 14, BarStage.WAITING, 0)]


def test_a_near_miss_is_one_bar() -> None:
    """Until it was last seen."""
    told_ = tell(looks(stands("car", 0, 15), until=60), site(zone(rule=SHORT)))
    assert shown(told_, 60) == [[(0, 15, BarStage.WAITING, 0)]]


def test_what_came_back_has_a_gap() -> None:
    """Between leaving and coming back nothing stood there."""
    stall = together(stands("stall", 0, 30), stands("stall", 50, 120))
    told_ = tell(looks(stall, until=60), site(zone(STALL, rule=SHORT)))
    assert shown(told_, 60) == [
        [(0, 20, BarStage.WAITING, 0), (20, 30, BarStage.ASKED, 1), (55, 60, BarStage.ASKED, 1)]
    ]


def test_what_a_permit_covers_is_shown_as_allowed() -> None:
    """As long as it is covered; then it begins anew."""
    stall = looks(stands("stall", 0, 100), until=70)
    told_ = tell(stall, site(zone(STALL, rule=SHORT, permits=(permit(40),))))
    (first, *_), *_ = shown(told_, 70)
    assert first == (0, 20, BarStage.WAITING, 0)


def test_things_at_the_same_time_have_lanes_of_their_own() -> None:
    """And one that comes later takes the first that is free; each kind and zone has its strip."""
    street = together(stands("car", 0, 60), stands("truck", 10, 200, place=LEFT), stands("van", 150, 200, place=FAR))
    records = zone(rule=replace(SHORT, warnings=0), ident="b")  # so that it is no second matter of the same things
    told_ = tell(looks(street, until=200), site(zone(rule=SHORT, ident="a"), records))
    timeline = timeline_of(gathered_stories(told_.effects), at(200))
    assert [(strip.zone, len(strip.lanes)) for strip in timeline] == [("a", 2), ("b", 2)]
    assert all(
        before.end <= after.begin for strip in timeline for lane in strip.lanes for before, after in _pairs(lane)
    )
    assert second_of(timeline[0].lanes[0][-1].end) == 200


def _pairs(lane: tuple[Bar, ...]) -> list[tuple[Bar, Bar]]:
    return list(pairwise(lane))


def test_a_camera_in_trouble_shows_as_outages() -> None:
    """From one word of its health to the next; one that is not over lasts until the end."""
    events = lost(lost(looks(stands("car", 0, 100), until=100), 20, 30), 50, 60, reason="dark")
    reports = tell(events, site()).of(ReportHealth)
    assert outages(reports, at(100)) == (
        Outage(camera="c1", begin=at(20), end=at(30), cause="no_connection"),
        Outage(camera="c1", begin=at(50), end=at(60), cause="dark"),
    )
    assert outages(reports[:3], at(100))[-1] == Outage(camera="c1", begin=at(50), end=at(100), cause="dark")
