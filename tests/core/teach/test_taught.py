"""What is taught by few examples: the same every time, right on what it has not seen, and believed no further."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.geometry import Box
from edge_agent.core.score.balanced import balanced, wilson
from edge_agent.core.teach.features import VIEWS, crop, pooled, window
from edge_agent.core.teach.logistic import fitted
from edge_agent.core.teach.taught import (
    Accuracy,
    Example,
    Mark,
    Taught,
    moments_of,
    refusal,
    shortfalls,
)
from edge_agent.core.teach.teaching import taught_by
from tests.street import at

PICTURE = np.arange(40 * 60 * 3, dtype=np.uint8).reshape(40, 60, 3)


def clouds(count: int, *, apart: float, seed: int = 1) -> tuple[list[np.ndarray], np.ndarray]:
    """Examples of three classes, two views each, in forty numbers of which three tell them apart."""
    draws = np.random.default_rng(seed)
    classes = np.repeat(np.arange(3), count)
    views = []
    for each in classes:
        row = draws.normal(0, 1, 40)
        row[each] += apart
        views.append(np.stack((row, row + draws.normal(0, 0.1, 40))).astype(np.float32))
    return views, classes


def examples(mark: Mark, *seconds: float) -> tuple[Example, ...]:
    """Examples of one mark at these seconds."""
    return tuple(Example(id=f"{mark}{second:g}", mark=mark, at=at(second)) for second in seconds)


def test_what_can_be_told_apart_is_and_by_the_same_numbers_each_time() -> None:
    """Also where a moment's examples are left out; two teachings give one classifier."""
    views, classes = clouds(12, apart=8)
    moments = [each % 6 for each in range(len(views))]
    first, named = taught_by(views, classes, moments, 3)
    again, _ = taught_by(views, classes, moments, 3)
    assert np.array_equal(first.weights, again.weights)
    assert (named == classes).mean() > 0.9
    unseen, truth = clouds(30, apart=8, seed=2)
    assert (first.chances(np.stack([each[0] for each in unseen])).argmax(axis=1) == truth).mean() > 0.9


def test_what_cannot_be_told_apart_is_not_said_to_be() -> None:
    """Of classes without a difference, left-out moments are named no better than by chance, whatever was learned."""
    views, classes = clouds(20, apart=0)
    classifier, named = taught_by(views, classes, list(range(len(views))), 3)
    learned = classifier.chances(np.stack([each[0] for each in views])).argmax(axis=1)
    assert (learned == classes).mean() > 0.9  # it knows its examples by heart
    assert (named == classes).mean() < 0.55


def test_a_rare_class_weighs_as_much_as_a_frequent_one() -> None:
    """Five examples against fifty of the same place between two clouds: neither name is preferred."""
    rows = np.concatenate((np.full((5, 2), 1.0), np.full((50, 2), -1.0))).astype(np.float32)
    classes = np.array([0] * 5 + [1] * 50)
    middle = fitted(rows, classes, 2).chances(np.zeros((1, 2), np.float32))
    assert middle[0] == pytest.approx([0.5, 0.5], abs=0.05)


def test_a_judgement_names_the_examples_it_went_by() -> None:
    """The nearest first; the chance that it is a thing of some labels, and nothing where none was taught."""
    views, classes = clouds(6, apart=8)
    marks = (Mark.ALLOWED, Mark.GARBAGE, Mark.NOTHING)
    classifier, _ = taught_by(views, classes, list(range(18)), 3)
    known = tuple(Example(id=f"e{n}", mark=marks[int(each)], at=at(n)) for n, each in enumerate(classes))
    taught = Taught(
        camera="c1",
        model="m",
        trained=at(0),
        marks=marks,
        classifier=classifier,
        examples=known,
        features=np.stack([each[0] for each in views]),
        accuracy=Accuracy(balanced=1, low=0.8, high=1, moments=6, right={}),
    )
    judgement = taught.judge(views[8][:1])
    assert (judgement.mark, judgement.nearest[0].id, len(judgement.nearest)) == (Mark.GARBAGE, "e8", 3)
    forbidden = 1 - judgement.allowed
    assert judgement.agrees(frozenset({"garbage"})) == judgement.chances[Mark.GARBAGE] / forbidden > 0.9
    sure = replace(judgement, chances={Mark.ALLOWED: 1.0, Mark.GARBAGE: 0.0})
    assert (sure.agrees(frozenset({"garbage"})), sure.allowed) == (0.5, 1.0)
    assert judgement.agrees(frozenset({"car"})) is None


def test_moments_are_apart_and_the_interval_knows_how_few_they_are() -> None:
    """Marks within a quarter of a minute are one moment; twenty crops of one moment are believed as one case."""
    assert moments_of(examples(Mark.GOODS, 30, 0, 10, 60)) == (1, 0, 0, 2)
    truth = [Mark.GOODS] * 20 + [Mark.NOTHING] * 20
    few = balanced(truth, truth, [0] * 20 + [1] * 20)
    many = balanced(truth, truth, list(range(40)))
    assert (few.balanced, few.high, few.moments, many.moments) == (1.0, 1.0, 1, 20)
    assert few.low < 0.5
    assert many.low > 0.85
    assert (many.right[Mark.GOODS], balanced(truth, [Mark.GOODS] * 40, [0] * 40).balanced) == ((20, 20), 0.5)


@given(st.integers(0, 30), st.integers(1, 30))
def test_the_interval_holds_the_share(right: int, of: int) -> None:
    """Whatever the share, within 0 and 1."""
    share = min(right, of) / of
    interval = wilson(share, of)
    assert 0 <= interval.low <= share + 1e-9
    assert share - 1e-9 <= interval.high <= 1


def test_too_little_is_not_taught_and_too_bad_is_not_used() -> None:
    """Every reason in a sentence."""
    assert shortfalls(()) == ("examples: found none, expected at least two marks",)
    goods, empty = examples(Mark.GOODS, 0, 20, 40, 60, 80), examples(Mark.NOTHING, 0, 1, 2, 3, 4)
    (sentence,) = shortfalls((*goods, *empty))
    assert sentence == "examples of nothing: found 5 of 1 moments, expected at least 5 of 3 (15 s apart)"
    assert shortfalls((*goods, *examples(Mark.NOTHING, 0, 20, 40, 60, 80))) == ()
    good = Accuracy(balanced=0.9, low=0.7, high=0.95, moments=8, right={})
    assert refusal(good) is None
    assert "balanced accuracy on other moments 0.79" in (refusal(replace(good, balanced=0.79)) or "")
    assert "0.50 to" in (refusal(replace(good, low=0.5)) or "")


def test_a_crop_is_square_in_every_view_and_repeats_the_edge() -> None:
    """Also of a thing in the corner; darker and brighter views stay within 0 and 255."""
    for box in (Box(0.25, 0.25, 0.5, 0.5), Box(0.9, 0.9, 1, 1), Box(0, 0, 1, 1)):
        square = window(box, 60, 40)
        assert square.width == pytest.approx(square.height)
        for view in VIEWS:
            made = crop(PICTURE, box, view)
            assert abs(made.shape[0] - made.shape[1]) <= 1
            assert made.dtype == np.uint8
    corner = crop(PICTURE, Box(0.9, 0.8, 1, 1))
    assert np.array_equal(corner[:, -1], corner[:, -2])


def test_features_are_means_and_maxima_by_layer() -> None:
    """Of each channel."""
    layer = np.array([[[[1, 3]], [[2, 2]]]], np.float32)
    assert pooled([layer, layer * 2]).tolist() == [2, 2, 3, 2, 4, 4, 6, 4]
