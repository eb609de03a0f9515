"""Likeness: two questions, not one and its negation."""

from __future__ import annotations

from math import isnan

import pytest

from edge_agent.core.detect.likeness import agrees, blended, contradicts, distance, likelier, unlike
from edge_agent.core.events import Appearance
from tests.street import BLUE, RED


def test_distance_is_an_angle() -> None:
    """None for one direction, whatever the length; 1 for a right angle; 2 for the opposite."""
    assert distance((1, 0), (5, 0)) == 0
    assert distance(RED, BLUE) == 1
    assert distance((1, 0), (-1, 0)) == 2


def test_known_looks_agree_or_contradict() -> None:
    """At the limit they still agree."""
    assert agrees(RED, RED, 0.4)
    assert contradicts(RED, BLUE, 0.4)
    assert agrees(RED, BLUE, 1.0)
    assert not contradicts(RED, BLUE, 1.0)


@pytest.mark.parametrize(("a", "b"), [(None, RED), (RED, None), (None, None), (RED, (1.0, 0.0)), (RED, (0.0,) * 4)])
def test_what_is_not_known_says_nothing(a: Appearance | None, b: Appearance | None) -> None:
    """No vector, vectors of two models, a vector of zeros: neither question is answered with yes."""
    assert not agrees(a, b, 0.4)
    assert not contradicts(a, b, 0.4)


def test_vectors_of_two_models_have_no_distance() -> None:
    """After the model was changed the stored vectors mean nothing any more."""
    assert isnan(distance(RED, (1.0, 0.0)))


def test_looks_blend() -> None:
    """Slowly towards the newer one; what is known wins; of two models the newer one."""
    assert blended((1.0, 0.0), (0.0, 1.0), 0.25) == (0.75, 0.25)
    assert blended(None, RED, 0.1) == blended(RED, None, 0.1) == RED
    assert blended(None, None, 0.1) is None
    assert blended(RED, (1.0, 0.0), 0.1) == (1.0, 0.0)


def test_how_different_two_look_is_nothing_where_nobody_can_tell() -> None:
    """Unknown vectors, vectors of two models and vectors of zeros weigh neither way."""
    assert unlike((1.0, 0.0), (0.0, 1.0)) == 1.0
    assert unlike((1.0, 0.0), None) == unlike(None, (1.0, 0.0)) == 0.0
    assert unlike((1.0, 0.0), (1.0, 0.0, 0.0)) == unlike((1.0, 0.0), (0.0, 0.0)) == 0.0


def test_one_is_likelier_than_another_only_where_it_is_clear() -> None:
    """By more than the noise of a crop; what nobody can tell is no likelier."""
    red, rose, blue = (1.0, 0.0), (1.0, 0.1), (0.0, 1.0)
    assert likelier(red, rose, blue)
    assert not likelier(red, blue, rose)
    assert not likelier(red, red, rose)
    assert not likelier(red, rose, None)
