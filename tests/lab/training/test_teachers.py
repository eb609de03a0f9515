"""Two detectors' judgements made one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lab.training.pictures.archives import Photo
from lab.training.teachers import PARKED, Seen, Trust, join, judged, kinds_of, labelled, parked_only, read, write

HERE, NEARLY, AWAY = (0.0, 0.0, 0.4, 0.4), (0.0, 0.0, 0.4, 0.36), (0.6, 0.6, 0.9, 0.9)
CAR, BUS, TRUCK = 2, 5, 7


def seen(*things: tuple[tuple[float, ...], float, int]) -> Seen:
    """What one detector sees: places, scores, classes."""
    boxes = np.array([place for place, _, _ in things], np.float32).reshape(-1, 4)
    scores = np.array([score for _, score, _ in things], np.float32)
    return Seen(boxes, scores, np.array([kind for _, _, kind in things], np.int64))


def photo(*boxes: tuple[float, ...], labels: tuple[int, ...] = ()) -> Photo:
    """A picture with labels; its pixels are nobody's business here."""
    kinds = np.array(labels or [0] * len(boxes), np.int64)
    return Photo("road", b"", kinds, np.array(boxes, np.float32).reshape(-1, 4))


def test_what_both_see_has_the_mean_score_and_what_one_sees_has_half() -> None:
    """The box lies nearer to the surer one, and the kind is ours."""
    both = join(seen((HERE, 0.9, TRUCK), (AWAY, 0.6, BUS)), seen((NEARLY, 0.3, CAR)))
    assert both.scores.tolist() == pytest.approx([0.6, 0.3])
    assert both.kinds.tolist() == [TRUCK, BUS]
    assert both.boxes[0].tolist() == pytest.approx([0, 0, 0.4, 0.39])


def test_what_only_the_other_sees_is_a_car() -> None:
    """It knows vehicles only, and of what kind ours must say."""
    alone = join(seen(), seen((HERE, 0.8, CAR)))
    assert (alone.scores.tolist(), alone.kinds.tolist()) == (pytest.approx([0.4]), [CAR])
    assert len(join(seen(), seen()).scores) == 0


def test_each_box_is_matched_once() -> None:
    """Two of ours on one of theirs: the closer takes it."""
    both = join(seen((NEARLY, 0.8, CAR), (HERE, 0.8, CAR)), seen((HERE, 0.4, CAR)))
    assert sorted(both.scores.tolist()) == pytest.approx([0.4, 0.6])


def test_a_score_becomes_the_share_of_boxes_that_were_right() -> None:
    """Fitted to scores that are right as often as their square."""
    rng = np.random.default_rng(1)
    scores = rng.uniform(0.02, 0.98, 4000).astype(np.float32)
    trust = Trust(scores, rng.random(4000) < scores**2)
    chances = trust.chance(np.array([0.2, 0.5, 0.8], np.float32))
    assert chances.tolist() == pytest.approx([0.04, 0.25, 0.64], abs=0.05)


def test_a_label_is_met_once_and_by_the_surest() -> None:
    """The second box on it is false."""
    twice = seen((NEARLY, 0.5, CAR), (HERE, 0.9, CAR), (AWAY, 0.9, CAR))
    assert labelled(twice, photo(HERE).boxes).tolist() == [False, True, False]
    assert labelled(twice, photo().boxes).tolist() == [False, False, False]


def test_a_label_outweighs_the_detectors() -> None:
    """What is labelled is there, seen or not, and is what the label says; what is not labelled keeps its chance."""
    trust = Trust(np.array([0.1, 0.2, 0.8, 0.9], np.float32), np.array([False, True, False, True]))
    faint = seen((HERE, 0.1, CAR), (AWAY, 0.1, CAR))
    far = (0.5, 0.0, 0.6, 0.1)
    vehicles = judged(faint, trust, photo(HERE, far, labels=(1, 0)), kinds_of(("car", "big truck")))
    assert vehicles.kinds.tolist() == [TRUCK, CAR, CAR]
    assert vehicles.chances.tolist() == pytest.approx([0.9, float(trust.chance(faint.scores)[1]), 0.8])
    assert vehicles.boxes[2].tolist() == pytest.approx(far)


def test_names_that_say_no_kind_say_nothing() -> None:
    """A set of one class `Vehicle` leaves the kind to the detectors."""
    assert kinds_of(("Vehicle",)) == {}
    assert kinds_of(("bus-l-", "truck-s-", "car")) == {0: BUS, 1: TRUCK, 2: CAR}


def test_what_was_judged_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Also a picture without any vehicle."""
    trust = Trust(np.array([0.1, 0.9], np.float32), np.array([False, True]))
    things = {"a/1": seen((HERE, 0.9, CAR), (AWAY, 0.2, BUS)), "b": seen(), "c": seen((AWAY, 0.5, TRUCK))}
    before = {name: judged(value, trust, None, {}) for name, value in things.items()}
    write(before, tmp_path / "judged.npz")
    after = read(tmp_path / "judged.npz")
    assert list(after) == list(before)
    for name, value in before.items():
        assert np.array_equal(after[name].boxes, value.boxes)
        assert np.array_equal(after[name].kinds, value.kinds)
        assert np.array_equal(after[name].chances, value.chances)


def test_of_a_place_that_was_looked_at_only_what_is_there_is_taken() -> None:
    """The van stays, the staircase goes."""
    stairs = (281 / 768, 38 / 576, 308 / 768, 59 / 576)
    assert parked_only(seen((PARKED[0], 0.6, TRUCK), (stairs, 0.3, CAR))).kinds.tolist() == [TRUCK]
    assert len(parked_only(seen()).scores) == 0
