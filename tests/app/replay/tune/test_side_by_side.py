"""Work in several processes: the same results in the same order, and the same errors."""

from __future__ import annotations

import os

import pytest

from edge_agent.app.replay.tune.tuning import cores, side_by_side
from edge_agent.core.errors import BadInputError

THINGS = tuple(range(7))


def squared(number: int) -> int:
    """Something to do."""
    return number * number


def picky(number: int) -> int:
    """Something that cannot be done to every thing."""
    if number == 3:
        raise BadInputError(f"{number}: expected another")
    return number


def where(_number: int) -> int:
    """The process that does it."""
    return os.getpid()


@pytest.mark.parametrize("workers", [1, 2, 9])
def test_results_come_in_the_order_of_the_things(workers: int) -> None:
    """However many work on them."""
    assert tuple(side_by_side(squared, THINGS, workers)) == tuple(map(squared, THINGS))
    assert tuple(side_by_side(squared, (), workers)) == ()


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_comes_out_as_it_is(workers: int) -> None:
    """In its own sentence, from whichever process."""
    with pytest.raises(BadInputError, match="3: expected another"):
        tuple(side_by_side(picky, THINGS, workers))


def test_one_worker_is_this_process() -> None:
    """Nothing is started for a single thing, either."""
    assert set(side_by_side(where, THINGS, 1)) == {os.getpid()}
    assert set(side_by_side(where, (1,), 4)) == {os.getpid()}
    assert os.getpid() not in side_by_side(where, THINGS, 2)
    assert cores() >= 1
