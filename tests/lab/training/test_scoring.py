"""Average precision against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.training.scoring import Floats, ScoredPicture, average_precision

HERE, THERE, AWAY = (0.0, 0.0, 0.2, 0.2), (0.5, 0.5, 0.7, 0.7), (0.8, 0.0, 0.9, 0.1)


def boxes(*corners: tuple[float, ...]) -> Floats:
    """Boxes as an array."""
    return np.array(corners, np.float32).reshape(-1, 4)


def looked(box_scores: dict[tuple[float, ...], float], *truth: tuple[float, ...]) -> ScoredPicture:
    """A picture in which these boxes were found with these scores, and those are there."""
    return ScoredPicture(boxes(*box_scores), np.array(list(box_scores.values()), np.float32), boxes(*truth))


def test_finding_all_and_nothing_else_is_one() -> None:
    """The best there is."""
    assert average_precision([looked({HERE: 0.9, THERE: 0.4}, HERE, THERE)]) == pytest.approx(1)


def test_half_of_what_is_there_is_half() -> None:
    """51 of 101 recalls are reached with precision 1."""
    assert average_precision([looked({HERE: 0.9}, HERE, THERE)]) == pytest.approx(51 / 101)


def test_a_false_box_that_scores_higher_halves_the_precision() -> None:
    """Behind the true one it costs nothing."""
    assert average_precision([looked({AWAY: 0.9, HERE: 0.5}, HERE)]) == pytest.approx(0.5)
    assert average_precision([looked({AWAY: 0.3, HERE: 0.5}, HERE)]) == pytest.approx(1)


def test_the_same_thing_twice_is_once_right_and_once_wrong() -> None:
    """A true box is met by one found box only."""
    nearly = (0.0, 0.0, 0.2, 0.19)
    assert average_precision([looked({HERE: 0.9, nearly: 0.8, THERE: 0.7}, HERE, THERE)]) == pytest.approx(
        (51 + 50 * 2 / 3) / 101
    )


def test_scores_are_ranked_over_all_pictures() -> None:
    """A false box in one picture stands before a true one in another."""
    assert average_precision([looked({AWAY: 0.9}), looked({HERE: 0.5}, HERE)]) == pytest.approx(0.5)


def test_a_class_that_is_nowhere_has_no_precision() -> None:
    """And one that is never found has none to speak of."""
    assert average_precision([looked({HERE: 0.9})]) is None
    assert average_precision([looked({}, HERE)]) == 0


@given(st.lists(st.tuples(st.integers(1, 99), st.booleans()), min_size=1, max_size=12), st.integers(1, 5))
def test_precision_depends_on_the_order_of_scores_only(rows: list[tuple[int, bool]], factor: int) -> None:
    """Halving all scores changes nothing."""
    places = [HERE if hit else AWAY for _, hit in rows]
    plain = [looked({place: score / 100}, HERE) for place, (score, _) in zip(places, rows, strict=True)]
    scaled = [looked({place: score / 100 / 2**factor}, HERE) for place, (score, _) in zip(places, rows, strict=True)]
    assert average_precision(plain) == average_precision(scaled)
