"""Chance is an input: the same names draw the same."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from lab.simulation.draws import seconds_of
from lab.simulation.street import NEVER, Hourly, Stay
from tests.lab.simulation.streets import chance
from tests.street import span

DAY = timedelta(days=1)


def test_the_same_name_draws_the_same_and_another_another() -> None:
    """Under one seed; another seed is another street."""
    first = chance().of("kerb", 1).random(4).tolist()
    assert chance().of("kerb", 1).random(4).tolist() == first
    assert chance().of("kerb", 2).random(4).tolist() != first
    assert chance(seed=2).of("kerb", 1).random(4).tolist() != first


def test_things_happen_as_often_as_their_hours_say() -> None:
    """60 an hour in half of the hours: 720 a day, give or take four standard deviations, all of them in those hours."""
    dice = chance(until=DAY)
    often = Hourly((60.0, 0.0) * 12)
    seconds = list(dice.arrivals(dice.of("walkers"), often))
    assert abs(len(seconds) - 720) < 4 * 720**0.5
    assert all(before < after for before, after in pairwise(seconds))
    assert {int(8 + second / 3600) % 2 for second in seconds} == {0}


def test_never_is_never() -> None:
    """Nothing happens on a street where nothing does."""
    assert list(chance(until=DAY).arrivals(chance().of("nobody"), NEVER)) == []


def test_a_stay_keeps_to_its_limits() -> None:
    """The median in the middle, nothing below the least or above the most."""
    draw = chance().of("stay")
    stay = Stay(median=span(60), spread=1.0, least=span(20), most=span(200))
    drawn = sorted(seconds_of(stay, draw) for _ in range(999))
    assert drawn[0] == 20
    assert drawn[-1] == 200
    assert 52 < drawn[499] < 69
