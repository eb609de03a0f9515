"""Spots: this kind of thing, standing at this place."""

from __future__ import annotations

import pytest

from edge_agent.core.geometry import Box
from edge_agent.core.incident.world import World
from edge_agent.core.step import step
from edge_agent.core.track.spot import Gone, Spot
from edge_agent.core.track.spots import hidden_by
from tests.core_run import tell
from tests.site import SHORT, site, zone
from tests.street import (
    BLUE,
    BUS,
    KERB,
    RED,
    Things,
    at,
    behind,
    detection,
    drives,
    looks,
    looks_at,
    missed,
    stands,
    together,
)

SITE = site(zone(rule=SHORT))


def spots(things: Things, until: float, per_second: float = 1) -> tuple[Spot, ...]:
    """The spots at the end of a street."""
    return tell(looks(things, until=until, per_second=per_second), SITE).world.spots


def test_what_stays_put_settles() -> None:
    """After five seconds, dated back to the first look."""
    (young,), (spot,) = (spots(stands("car", 0, 9), until) for until in (4, 5))
    assert not young.settled
    assert spot.settled_at == at(5)
    assert spot.presence.since == at(0)


def test_what_is_hardly_ever_seen_does_not_settle() -> None:
    """A ghost that appears in one look of twenty is no thing."""
    assert not any(spot.settled for spot in spots(missed(stands("car", 0, 60), lambda s: s % 10 != 0), 60, 2))


def test_a_passer_by_leaves_no_spot() -> None:
    """It is dropped as soon as it is somewhere else, or gone."""
    assert spots(drives("car", 0, 8, start=KERB.moved(-0.4, 0), speed=0.06), 8) != ()
    assert spots(drives("car", 0, 8, start=KERB.moved(-0.4, 0), speed=0.06), 30) == ()


def test_a_weak_detection_keeps_a_spot_but_starts_none() -> None:
    """``keep_score`` is enough for a known thing."""
    weak = looks_at(lambda s: (detection(score=0.8 if s < 10 else 0.2),), tuple(range(60)))
    assert tell(weak, SITE).story[0] == ("opened", 20)
    assert spots(lambda _: (detection(score=0.2),), 20) == ()


def test_two_sightings_of_one_place_are_shared_out() -> None:
    """Each spot has one track and each track one spot, the better overlap first."""
    beside = KERB.moved(0.03, 0)
    pair = together(stands("car", 0, 30), stands("car", 0, 30, place=beside))
    assert sorted(spot.place.x0 for spot in spots(pair, 9)) == pytest.approx([KERB.x0, beside.x0])
    one = together(stands("car", 0, 9), stands("car", 0, 30, place=beside))
    assert len({spot.track for spot in spots(one, 12)}) == len(spots(one, 12)) == 2


def test_what_is_seen_elsewhere_has_left() -> None:
    """At the look before it moved, known two seconds later; no grace is needed."""
    gone = together(stands("car", 0, 30), drives("car", 31, 40, start=KERB.moved(0.06, 0), speed=0.06))
    result = tell(looks(gone, until=60), SITE)
    assert result.story[-1:] == [("resolved", 33)]
    assert result.events[-1].end == at(30)


def test_a_thing_behind_a_bus_is_hidden_not_gone() -> None:
    """For as long as it covers half of the footprint."""
    hidden = behind(stands("car", 0, 100), stands("bus", 30, 45, place=BUS))
    result = tell(looks(hidden, until=65), SITE)
    assert result.happened == ["opened", "warned", "warned"]
    assert result.events[-1].unobservable_s >= 15


@pytest.mark.parametrize(
    ("label", "box", "hides"),
    [
        ("bus", Box(0.3, 0.2, 0.7, 0.7), True),  # of a bus's size beside the car behind it
        ("person", Box(0.05, 0.2, 0.95, 0.7), False),  # a giant: no person stands there
        ("person", Box(0.05, 0.2, 0.95, 1.0), True),  # cut off below: how near it is, nobody can tell
        ("crate", Box(0.3, 0.2, 0.7, 0.7), True),  # how large crates are, nobody has said
    ],
)
def test_what_hides_a_thing_can_be_so_large_there(label: str, box: Box, *, hides: bool) -> None:
    """Else it is a mistake of the detector's, and hides nothing."""
    cause = hidden_by(KERB, "car", None, (detection(label, box),), near=False, min_score=0.35)
    assert cause == (f"behind:{label}" if hides else None)


def test_another_thing_that_drives_in_ends_the_first() -> None:
    """It was seen to come; whatever it looks like."""
    arrival = together(
        stands("car", 0, 30),
        drives("car", 31, 33, start=KERB.moved(-0.24, 0), speed=0.08),
        stands("car", 34, 100, place=KERB.moved(0.02, 0)),
    )
    result = tell(looks(arrival, until=100), SITE)
    assert len(result.incidents) == 2
    assert result.events[2].end == at(30)


def test_another_thing_in_a_place_seen_empty_ends_the_first() -> None:
    """It looks different and nobody saw it come: the first had left before."""
    change = together(stands("car", 0, 30, look=RED), stands("car", 34, 100, look=BLUE))
    result = tell(looks(change, until=100), SITE)
    assert result.story[:3] == [("opened", 20), ("warned", 20), ("resolved", 39)]
    assert result.events[2].end == at(30)
    assert result.story[3] == ("opened", 54)


def test_a_change_of_look_in_one_moment_is_light() -> None:
    """Headlights, sun: nobody left, nobody came, the place was never seen empty."""
    lit = lambda s: (detection(look=BLUE if 40 <= s < 43 else RED),)  # noqa: E731
    assert tell(looks(lit, until=79), SITE).story == [("opened", 20), ("warned", 20), ("warned", 50)]


def test_two_looks_at_one_instant_begin_one_spot() -> None:
    """Ids are derived from the instant and the place: there must not be two of one name."""
    events = (*looks_at(stands("car", 0, 9, look=RED), (0,)), *looks_at(stands("car", 0, 9, look=BLUE), (0,)))
    ids = [spot.id for spot in tell(events, SITE).world.spots]
    assert len(ids) == len(set(ids)) == 1


def test_a_name_follows_what_most_looks_say() -> None:
    """One look that says otherwise changes nothing; a first look that was wrong is outvoted."""
    once = missed(stands("car", 0, 60), lambda s: s == 30)
    first = missed(stands("car", 0, 60), lambda s: s == 0)
    (spot,) = spots(together(once, stands("bus", 30, 30)), 30)
    assert spot.label == "car"
    (spot,) = spots(together(first, stands("bus", 0, 0)), 5)
    assert spot.label == "car"


def test_out_of_sight_for_too_long_is_the_end() -> None:
    """Of settled spots and of those that never settled."""
    world = World(camera="c1")
    for event in (*looks(stands("car", 0, 30), until=30), *looks(stands("car", 29, 30, place=BUS), until=30, first=30)):
        world, _ = step(world, event, SITE)
    later, _ = step(world, looks_at(lambda _: (), (151,))[0], SITE)
    assert later.spots == ()
    assert Gone.OUT_OF_SIGHT.value == "out_of_sight"
