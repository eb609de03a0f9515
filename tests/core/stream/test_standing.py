"""What stands in a view and did not before: found once, whatever the light; nothing else is."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from edge_agent.core.events import Detection
from edge_agent.core.geometry import Box, iou
from edge_agent.core.stream.appeared import STEP
from edge_agent.core.stream.standing import Appeared, Standing, named, watched
from tests.street import at
from tests.views import BAG, HIGH, WIDE, Place, View, lit, put, street, watch

LEFT = Box(BAG[2] / WIDE, BAG[0] / HIGH, BAG[3] / WIDE, BAG[1] / HIGH)

# Another street: squares of all colours.
ELSEWHERE = np.repeat(np.repeat(np.random.default_rng(4).integers(0, 256, (17, 30, 3)), 8, axis=0), 8, axis=1).astype(
    np.uint8
)


def left(now: float) -> View:
    """The street, on which a bag stands from second 20 on."""
    """The street, on which a bag stands from second 20 on."""
    return put(street(now)) if now >= 20 else street(now)


def only(known: Appeared) -> Standing:
    """The one thing that is shown."""
    (thing,) = known.shown()
    return thing


def test_a_thing_that_is_put_down_is_found_where_it_stands_within_25_seconds() -> None:
    """A thing that is put down is found where it stands within 25 seconds."""
    assert watch(left, 30).shown() == ()
    thing = only(watch(left, 45))
    assert iou(thing.box, LEFT) >= 0.7
    assert timedelta(seconds=10) <= at(45) - thing.since <= timedelta(seconds=22)
    assert 0.3 <= thing.score <= 0.95


def test_an_empty_street_holds_nothing() -> None:
    """An empty street holds nothing."""
    assert watch(street, 90).things == ()


@pytest.mark.parametrize("share", [0.6, 1.3])
def test_more_and_less_light_on_everything_is_nothing(share: float) -> None:
    """More and less light on everything is nothing."""
    known = watch(lambda now: lit(street(now), share if now >= 20 else 1), 90)
    assert known.shown() == ()


def test_dusk_is_nothing_and_a_thing_is_found_in_it() -> None:
    """Dusk is nothing and a thing is found in it."""
    dusk = lambda now: lit(left(now), 1 - now / 150)  # noqa: E731 - the view of this test
    assert iou(only(watch(dusk, 60)).box, LEFT) >= 0.6


def test_a_shadow_that_keeps_the_pattern_of_the_wall_is_nothing() -> None:
    """A shadow that keeps the pattern of the wall is nothing."""
    wall: Place = (4, 28, 90, 140)
    known = watch(lambda now: lit(street(now), 0.55, wall) if now >= 20 else street(now), 90)
    assert known.shown() == ()


def test_what_stood_there_from_the_first_picture_and_is_taken_away_leaves_no_ghost() -> None:
    """What stood there from the first picture and is taken away leaves no ghost."""
    known = watch(lambda now: put(street(now)) if now < 30 else street(now), 100)
    assert known.shown() == ()
    assert known.things == ()


def test_a_camera_that_trembles_shows_the_same_thing_and_no_other() -> None:
    """A camera that trembles shows the same thing and no other."""
    swaying = np.random.default_rng(3).integers(-2, 3, 400)

    def shown(now: float) -> View:
        view = street(now, right=int(swaying[round(now * 2)]))
        return (
            put(view, (60, 84, 100 - int(swaying[round(now * 2)]), 118 - int(swaying[round(now * 2)])))
            if now >= 20
            else view
        )

    assert iou(only(watch(shown, 70)).box, LEFT) >= 0.5


def test_traffic_that_never_stops_is_nothing() -> None:
    """Traffic that never stops is nothing."""

    def shown(now: float) -> View:
        view = street(now)
        for lane in (0, 1):
            start = int(now * 90 + lane * 130) % (WIDE + 60) - 60
            if start > -50:
                view = put(view, (70 + 24 * lane, 90 + 24 * lane, max(0, start), max(1, min(WIDE, start + 50))))
        return view

    assert watch(shown, 120).shown() == ()


def test_somebody_who_fidgets_is_nothing() -> None:
    """Somebody who fidgets is nothing."""

    def shown(now: float) -> View:
        moves = round(now * 2) % 7
        return put(street(now), (50 + moves, 90, 100 - moves * 2, 118 + moves)) if now >= 20 else street(now)

    assert watch(shown, 60).shown() == ()


def test_passers_do_not_make_a_thing_go_and_it_goes_when_it_is_taken() -> None:
    """Passers do not make a thing go and it goes when it is taken."""

    def shown(now: float) -> View:
        view = put(street(now)) if 20 <= now < 100 else street(now)
        return put(view, (50, 95, 90, 130), (20, 150, 20)) if now % 10 < 2 and now > 40 else view

    known = watch(shown, 90)
    assert len([thing for thing in known.things if thing.confirmed]) == 1
    assert watch(street, 150, first=100, known=known).things == ()


def test_a_thing_that_is_covered_for_long_is_not_said_to_be_seen() -> None:
    """A thing that is covered for long is not said to be seen."""
    known = watch(left, 50)
    covered = watch(lambda now: put(street(now), (40, 100, 80, 140), (20, 150, 20)), 58, first=50.5, known=known)
    assert covered.shown() == ()
    assert [thing.confirmed for thing in covered.things] == [True]


def test_what_is_put_down_beside_a_young_thing_is_part_of_it() -> None:
    """What is put down beside a young thing is part of it."""
    second: Place = (60, 84, 119, 140)
    known = watch(lambda now: put(left(now), second) if now >= 40 else left(now), 80)
    assert only(known).box.x1 == pytest.approx(140 / WIDE, abs=0.02)


def test_two_things_apart_are_two() -> None:
    """Two things apart are two."""
    known = watch(lambda now: put(left(now), (90, 110, 20, 44), (30, 160, 60)) if now >= 20 else left(now), 60)
    assert len(known.shown()) == 2
    assert len({thing.number for thing in known.things}) == 2


@pytest.mark.parametrize("place", [(60, 62, 90, 150), (60, 63, 100, 103), (34, 134, 2, 236)])
def test_a_line_a_speck_and_half_the_picture_are_no_things(place: Place) -> None:
    """A line a speck and half the picture are no things."""
    known = watch(lambda now: put(street(now), place) if now >= 20 else street(now), 50)
    assert known.shown() == ()


def test_another_view_is_learned_anew() -> None:
    """Another view is learned anew."""
    known = watch(left, 50)
    other = watch(lambda _: ELSEWHERE, 100, first=50.5, known=known)
    assert other.things == ()
    assert other.memory is not None
    assert other.memory.flooded is None


def test_a_flash_changes_nothing() -> None:
    """A flash changes nothing."""
    known = watch(left, 50)
    flash = watched(known, ELSEWHERE, at(50.5))
    assert flash.things == known.things
    assert len(watch(left, 60, first=51, known=flash).shown()) == 1


def test_a_look_too_soon_after_the_last_changes_nothing_and_another_size_begins_anew() -> None:
    """A look too soon after the last changes nothing and another size begins anew."""
    known = watch(left, 45)
    assert watched(known, left(45), at(45) + STEP / 2) is known
    assert watched(known, left(46)[:100], at(46)).things == ()


def test_what_the_detector_has_a_name_for_is_no_object_while_it_has() -> None:
    """What the detector has a name for is no object while it has."""
    known = watch(left, 45)
    car = Detection(label="car", score=0.9, box=LEFT)
    far = Detection(label="person", score=0.9, box=Box(0.8, 0.8, 0.9, 0.9))
    assert named(known, [far]).shown() == known.shown()
    seen = named(named(known, [car]), [car])
    assert seen.shown() == ()
    assert len(named(named(seen, []), []).shown()) == 1


def test_a_candidate_that_cannot_be_seen_waits() -> None:
    """A candidate that cannot be seen waits."""
    before = watch(left, 38)
    assert [thing.confirmed for thing in before.things] in ([False], [True], [])
    covered = watch(lambda now: put(street(now), (40, 100, 80, 140), (20, 150, 20)), 44, first=38.5, known=before)
    assert covered.shown() == ()
    assert len(watch(left, 80, first=44.5, known=covered).shown()) == 1
