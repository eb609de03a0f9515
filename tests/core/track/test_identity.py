"""Identity: whether what is seen at a place is the thing that stood there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from edge_agent.core.events import Appearance
from edge_agent.core.geometry import Box
from edge_agent.core.track.identity import replaced, sightings, superseded
from edge_agent.core.track.presence import Sighting, first_seen
from edge_agent.core.track.spot import Spot
from edge_agent.core.track.tracker import Track
from tests.core_run import tell
from tests.site import POLICY, SHORT, site, zone
from tests.street import BLUE, BUS, KERB, RED, Things, at, behind, drives, looks, missed, stands, together

SITE: Final = site(zone(rule=SHORT))
SEEING: Final = POLICY.seeing
REDDISH: Final[Appearance] = (1.0, 0.2, 0.0, 0.0)  # 0.02 from RED: as near as a thing comes to itself
PINK: Final[Appearance] = (1.0, 0.6, 0.0, 0.0)  # 0.14 from RED: another thing could be that near
PURPLE: Final[Appearance] = (1.0, 1.2, 0.0, 0.0)  # 0.36 from RED: nobody can tell
BEHIND: Final = KERB.moved(-0.2, 0)
AHEAD: Final = KERB.moved(0.2, 0)
PARKED: Final = stands("car", 0, 100, look=RED)


def story(things: Things, until: float = 100) -> list[tuple[str, float]]:
    """What is told of a street."""
    return tell(looks(things, until=until), SITE).story


def spot(*, place: Box = KERB, look: Appearance | None = RED, seen: int = 30, settled: float | None = 5) -> Spot:
    """A spot that track 1 has been."""
    return Spot(
        id=f"spot-{seen}",
        family="vehicle",
        label="car",
        place=place,
        presence=replace(first_seen(at(0)), seen=seen, looks=seen),
        track=1,
        still=at(30),
        appearance=look,
        settled_at=None if settled is None else at(settled),
    )


def seen(
    number: int, place: Box = KERB, look: Appearance | None = RED, *, began: Box = KERB, moving: bool = False
) -> Track:
    """One track of this look."""
    return Track(
        id=number,
        family="vehicle",
        label="car",
        score=0.8,
        box=place,
        at=at(31),
        appearance=look,
        moving=moving,
        began=began,
    )


def is_it(thing: Spot, track: Track, own: Track | None = None) -> bool:
    """Whether ``track``, in its place, is taken for the thing; ``own`` is where its own track is seen."""
    tracks = (track,) if own is None else (track, own)
    return sightings((thing,), tracks, {each.id: each for each in tracks}, SEEING).get(thing.id) is track


@pytest.mark.parametrize(
    ("track", "moved", "is_the_thing"),
    [
        (seen(1), None, True),
        (seen(1, look=PINK), None, True),
        (seen(1, look=BLUE), None, False),
        (seen(1, moving=True), None, True),  # a passing thing had taken the track along, and it jumps back
        (seen(1, look=PINK, moving=True), None, False),
        (seen(1), 30.0, False),  # it was elsewhere, and drives in
        (seen(1, moving=True), 30.0, True),
        (seen(2), None, True),
        (seen(2, look=PINK), None, True),
        (seen(2, moving=True), None, False),
        (seen(2, look=PINK, began=BEHIND), None, False),
        (seen(2, began=BEHIND), None, True),
        (seen(2, look=PINK), 30.0, False),
        (seen(2, look=None), None, True),
        (seen(2, look=None, moving=True), None, False),
    ],
)
def test_what_is_seen_in_its_place(track: Track, moved: float | None, *, is_the_thing: bool) -> None:
    """By its track, by its look, and by how it came."""
    thing = replace(spot(), moved=None if moved is None else at(moved))
    assert is_it(thing, track) is is_the_thing


@pytest.mark.parametrize(
    ("track", "own", "is_the_thing"),
    [
        (seen(2), seen(1, AHEAD), True),  # nobody saw anything come: its track went with a like one that passed
        (seen(2, began=BEHIND), seen(1, AHEAD), False),  # it went ahead, and the next like one moved up
        (seen(2, look=PINK), seen(1, AHEAD), False),
        (seen(2, began=BEHIND), seen(1, AHEAD, PINK), True),  # its track went with one that looks less like it
    ],
)
def test_what_is_seen_in_its_place_while_its_track_is_elsewhere(
    track: Track, own: Track, *, is_the_thing: bool
) -> None:
    """Its look against that of what its track is now."""
    assert is_it(spot(), track, own) is is_the_thing


def test_of_two_spots_at_one_place_the_first_stays() -> None:
    """The second is the same thing, seen again."""
    hidden = replace(spot(seen=6, settled=20), sighting=Sighting.UNOBSERVABLE)
    assert superseded(hidden, spot())
    assert not superseded(replace(spot(), sighting=Sighting.UNOBSERVABLE), spot(seen=6, settled=20))
    assert not superseded(hidden, replace(spot(), sighting=Sighting.ABSENT))
    assert not superseded(hidden, replace(spot(), family="stall"))
    assert not superseded(hidden, spot(place=AHEAD))
    assert not superseded(spot(), spot())


def test_where_a_thing_came_to_rest_it_is() -> None:
    """Not where it was first seen, slowing down."""
    slowing = replace(spot(place=KERB.moved(-0.03, 0), seen=1, settled=None), sighting=Sighting.UNOBSERVABLE)
    assert superseded(slowing, spot(seen=2, settled=None))
    assert not superseded(slowing, spot(seen=1, settled=None))  # one box that is off says nothing yet
    assert not superseded(slowing, replace(spot(seen=2, settled=None), track=2))


def test_what_has_come_replaces_what_was_missed() -> None:
    """Of a like look too, if it was seen to come; else only what looks different."""
    old = replace(spot(), presence=replace(first_seen(at(0)), missed=timedelta(seconds=3)))
    new = replace(spot(seen=6, settled=40), presence=first_seen(at(33)))
    assert not replaced(old, new, SEEING)
    assert replaced(old, replace(new, arrived=True), SEEING)
    assert replaced(old, replace(new, appearance=BLUE), SEEING)
    assert not replaced(spot(), replace(new, appearance=BLUE), SEEING)  # nobody saw a change


def test_a_thing_whose_track_was_taken_along_goes_on() -> None:
    """Behind a bus while a like one passes, which is missed when the bus has gone."""
    street = behind(PARKED, stands("bus", 30, 34, place=BUS))
    passing = stands("car", 33, 33, place=AHEAD.moved(0.2, 0.3), look=REDDISH)
    assert story(together(street, passing)) == story(PARKED)


def test_a_like_thing_that_passes_while_it_is_missed_takes_nothing_along() -> None:
    """It is where it was; the one that passes is another."""
    street = missed(PARKED, lambda s: s in {30, 31})
    passing = together(
        stands("car", 31, 31, place=AHEAD, look=REDDISH), stands("car", 32, 32, place=AHEAD.moved(0.2, 0), look=REDDISH)
    )
    assert story(together(street, passing)) == story(PARKED)


def test_a_queue_of_like_cars_is_no_parked_car() -> None:
    """Each stops for ten seconds and moves up, the next close behind it; now and then a look is missed."""
    cars = [
        together(
            drives("car", 15.0 * n - 5, 15.0 * n - 1, start=KERB.moved(-0.2, 0), speed=0.04, look=RED),
            stands("car", 15.0 * n, 15.0 * n + 9, look=RED),
            drives("car", 15.0 * n + 10, 15.0 * n + 15, start=KERB.moved(0.04, 0), speed=0.04, look=RED),
        )
        for n in range(10)
    ]
    queue = together(*cars)
    assert story(queue, until=150) == []
    assert story(missed(queue, lambda s: s % 7 == 3), until=150) == []
    assert story(missed(queue, lambda s: s % 15 == 12), until=150) == []


def test_what_was_seen_to_come_has_ended_what_stood_there() -> None:
    """Nobody saw the first one leave; the next but one, which looks like it, is not it."""
    first, last = stands("car", 0, 12, look=RED), stands("car", 36, 50, look=RED)
    between = together(
        drives("car", 13, 17, start=KERB.moved(-0.2, 0), speed=0.04, look=PURPLE),
        stands("car", 18, 30, look=PURPLE),
        drives("car", 31, 35, start=KERB.moved(0.04, 0), speed=0.04, look=PURPLE),
    )
    coming = drives("car", 31, 35, start=KERB.moved(-0.2, 0), speed=0.04, look=RED)
    assert story(together(first, between, coming, last)) == []
