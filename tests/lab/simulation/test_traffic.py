"""Traffic goes where it says, and its stands are exactly when it stands."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from lab.simulation.actors import Actor, boxes_of
from lab.simulation.street import Stay, StreetSide
from lab.simulation.traffic import parked, passing, queued
from tests.lab.simulation.streets import LASTS, PARKS, QUEUE, WALKS, chance
from tests.street import KERB


def place_at(actor: Actor, second: float) -> list[float]:
    """Where an actor is."""
    return [round(float(side), 9) for side in boxes_of(actor, np.array([second]))[0]]


def test_what_parks_stands_in_its_place_for_just_as_long_as_the_truth_says() -> None:
    """Not a second before or after, and never two in one place."""
    cast = parked(PARKS, chance())
    kerb = [KERB.x0, KERB.y0, KERB.x1, KERB.y1]
    assert len(cast.actors) == len(cast.stands) > 3
    for actor, stand in zip(cast.actors, cast.stands, strict=True):
        assert place_at(actor, stand.since) == place_at(actor, stand.until) == kerb
        assert place_at(actor, stand.since - 1) != kerb
        if stand.until < LASTS.total_seconds():
            assert place_at(actor, stand.until + 1) != kerb
    assert all(before.until < after.since for before, after in pairwise(cast.stands))


def test_what_comes_from_the_right_leaves_to_the_left() -> None:
    """And what breaks nothing is no part of the truth."""
    cast = parked(replace(PARKS, comes=StreetSide.RIGHT, breaks=None), chance())
    first = cast.actors[0]
    assert cast.stands == ()
    assert place_at(first, first.since)[0] == 1
    assert place_at(first, first.until)[2] == 0


def test_who_still_stands_at_the_end_of_the_day_stands_until_then() -> None:
    """The truth ends with the recording."""
    cast = parked(replace(PARKS, stay=Stay(median=LASTS)), chance())
    assert [stand.until for stand in cast.stands] == [LASTS.total_seconds()]
    assert cast.actors[0].until == LASTS.total_seconds()


def test_what_passes_crosses_the_whole_picture() -> None:
    """From one side to the other, in about the time it is given."""
    for comes, first, last in ((StreetSide.LEFT, 2, 0), (StreetSide.RIGHT, 0, 2)):
        for actor in passing(replace(WALKS, comes=comes), chance()).actors:
            assert place_at(actor, actor.since)[first] == (0 if comes is StreetSide.LEFT else 1)
            assert place_at(actor, actor.until)[last] == (1 if comes is StreetSide.LEFT else 0)
            assert 14 <= actor.until - actor.since <= 26


def test_a_queue_moves_up_from_its_head_and_nobody_runs_into_another() -> None:
    """Each vehicle stops at each place, sets off after the one before it, and is never nearer to it than a step."""
    cast = queued(QUEUE, chance())
    first, second = cast.actors[:2]
    stops = [
        place
        for (since, place), (until, same) in pairwise(first.knots)
        if place.x0 == pytest.approx(same.x0) and until > since
    ]
    assert [round(place.x0, 9) for place in stops] == [0.3, 0.5, 0.7]
    assert place_at(first, first.until)[0] == 1
    seconds = np.linspace(second.since, first.until, 200)
    apart = boxes_of(first, seconds)[:, 0] - boxes_of(second, seconds)[:, 0]
    assert apart.min() >= QUEUE.step - 1e-9
    assert apart.max() > QUEUE.step * 1.2
