"""Timers that start again because the software no longer knows the thing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_agent.core.incident.world import World
from edge_agent.core.track.tracker import TrackMemory
from tests.core_run import tell
from tests.site import SHORT, site, zone
from tests.street import BLUE, BUS, RED, Things, behind, detection, drives, looks, missed, stands, together

HERE = site(zone(rule=SHORT))
LADDER = [("opened", 20), ("warned", 20), ("warned", 50), ("escalated", 80)]


def test_headlights_do_not_end_an_event() -> None:
    """Light changes the look, a new id starts (frigate#2842, #3960, #7017, #9501): for 5 s it looks like another."""
    lit: Things = lambda second: (detection(look=BLUE if 30 <= second < 35 else RED),)  # noqa: E731
    assert tell(looks(lit, until=90), HERE).story == LADDER


def test_the_sun_does_not_end_an_event() -> None:
    """A look that drifts slowly and far is the same thing still (frigate#9501)."""

    def sunset(second: float) -> tuple[float, ...]:
        share = second / 90
        return (1 - share, share, 0.0, 0.0)

    assert tell(looks(lambda s: (detection(look=sunset(s)),), until=90), HERE).story == LADDER


def test_a_new_track_number_resets_nothing() -> None:
    """An id switch resets the timer (frigate#4976; ByteTrack#237; ultralytics#9197): here at every single look."""
    world, story = World(camera="c1"), []
    for event in looks(stands("car", 0, 90), until=90):
        result = tell((event,), HERE, world=replace(world, memory=TrackMemory(next_id=world.memory.next_id)))
        world = result.world
        story += result.story
    assert story == LADDER
    assert world.memory.next_id == 92


@pytest.mark.parametrize("passing_s", [2, 6, 9])
def test_a_thing_behind_another_is_no_new_object(passing_s: int) -> None:
    """Occlusion counts as a new object (traffic-monitor#109): a bus in front, again and again."""
    bus: Things = lambda second: stands("bus", 0, passing_s, place=BUS)(second % 25 - 8)  # noqa: E731
    result = tell(looks(behind(stands("car", 0, 200), bus), until=200), HERE)
    assert result.happened == ["opened", "warned", "warned", "escalated"]
    assert all(second - due <= 3 * passing_s for (_, due), second in zip(LADDER, result.seconds, strict=True))


def test_a_car_that_shuffles_in_its_place_is_the_same() -> None:
    """A box that trembles, and a car that creeps by a quarter of its length in a minute."""
    creeping: Things = lambda s: (  # noqa: E731
        detection(place=BUS.moved(0.4 * 0.25 * s / 60 + 0.004 * (int(s) % 3), 0)),
    )
    assert tell(looks(creeping, until=90), HERE).story == LADDER


def test_a_drive_past_takes_over_no_dwell() -> None:
    """A car that passes close to a parked one has no share in its time."""
    lane = drives("car", 10, 22, start=BUS.moved(-0.1, 0.2), speed=0.08)
    result = tell(looks(together(stands("car", 0, 15), lane), until=60), HERE)
    assert result.story == []


def test_missed_looks_reset_nothing() -> None:
    """One missed frame resets the timer of others: here, any four of ten."""
    result = tell(looks(missed(stands("car", 0, 200), lambda s: int(s) % 10 in {3, 4, 7, 8}), until=110), HERE)
    assert result.happened == ["opened", "warned", "warned", "escalated"]
