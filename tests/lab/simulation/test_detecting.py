"""A detector finds as much as it says it does."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import numpy as np
import pytest

from edge_agent.core.geometry import Box
from lab.simulation.actors import Actor
from lab.simulation.detecting import Finds, detections_of, together
from lab.simulation.occlusion import VisibleParts, shown
from lab.simulation.paints import paint
from lab.simulation.street import Sight
from tests.lab.simulation.streets import chance
from tests.street import span

LOOKS = 40_000
MOMENTS = np.arange(float(LOOKS))
CAR = Box(0.4, 0.4, 0.5, 0.5)
PLAIN = np.zeros(LOOKS, dtype=np.bool_)


def seen(box: Box = CAR, labels: tuple[str, ...] = ("car", "truck")) -> VisibleParts:
    """A thing that is there at all looks."""
    (only,) = shown((Actor(name="a", labels=labels, knots=((0.0, box), (float(LOOKS), box))),), MOMENTS)
    return only


def finds(sight: Sight, *, thing: VisibleParts | None = None, glare: bool = False) -> Finds:
    """What is found of it."""
    return detections_of(thing or seen(), sight, chance(), moments=MOMENTS, glare=PLAIN | glare)


@pytest.mark.parametrize("bursts", [0.0, 0.3, 1.0])
def test_the_recall_is_what_it_is_called(bursts: float) -> None:
    """However the misses come; the more of them in runs, the longer the runs."""
    got = finds(Sight(recall=0.85, bursts=bursts, burst=span(4))).looks
    assert abs(len(got) / LOOKS - 0.85) < 0.015
    missed = np.ones(LOOKS, dtype=np.bool_)
    missed[got] = False
    runs = [len(list(run)) for gone, run in groupby(missed.tolist()) if gone]
    assert (sum(runs) / len(runs) > 2) == (bursts == 1.0)


def test_a_blind_detector_finds_nothing() -> None:
    """With a recall of none, all misses in runs or not."""
    assert len(finds(Sight(recall=0.0)).looks) == 0
    assert len(finds(Sight(recall=0.0, bursts=1.0, burst=span(1e9))).looks) == 0


def test_a_perfect_one_finds_the_thing_where_it_is_at_every_look() -> None:
    """By its own name, once, with nothing to say of its looks."""
    got = finds(Sight())
    assert got.looks.tolist() == list(range(LOOKS))
    assert set(got.labels) == {"car"}
    assert (got.boxes == [0.4, 0.4, 0.5, 0.5]).all()
    assert got.appearances.shape == (LOOKS, 0)


def test_what_is_half_hidden_or_half_out_of_the_picture_is_not_found() -> None:
    """A little more of it is."""
    assert len(finds(Sight(), thing=seen(Box(-0.06, 0.4, 0.04, 0.5))).looks) == 0
    assert len(finds(Sight(), thing=seen(Box(-0.04, 0.4, 0.06, 0.5))).looks) == LOOKS
    assert len(finds(Sight(), thing=replace(seen(), hidden=np.full(LOOKS, 0.5))).looks) == 0
    assert len(finds(Sight(), thing=replace(seen(), hidden=np.full(LOOKS, 0.4))).looks) == LOOKS


def test_a_thing_with_two_names_is_sometimes_called_by_the_other() -> None:
    """As often as it flickers; one with a single name keeps it; the second box of a thing has the other name."""
    got = finds(Sight(flicker=0.1))
    assert abs(got.labels.count("truck") / LOOKS - 0.1) < 0.01
    assert set(finds(Sight(flicker=0.5), thing=seen(labels=("car",))).labels) == {"car"}
    twice = finds(Sight(double=0.2))
    assert abs(twice.labels.count("truck") / LOOKS - 0.2) < 0.01
    assert len(twice.looks) == LOOKS + twice.labels.count("truck")


def test_boxes_tremble_by_so_much_of_their_size() -> None:
    """Each side for itself, and more in the glare, where half is missed."""
    calm, upset = finds(Sight(jitter=0.02)), finds(Sight(jitter=0.02), glare=True)
    assert abs(float(calm.boxes[:, 0].std()) - 0.002) < 0.0002
    assert float(upset.boxes[:, 0].std()) > 0.006
    assert abs(len(upset.looks) / LOOKS - 0.5) < 0.02


def test_a_thing_looks_like_itself_unless_it_is_hidden_or_in_the_glare() -> None:
    """By cosine distance, in nineteen of twenty looks."""
    own = paint("a", 16, chance())

    def far(got: Finds) -> float:
        each = got.appearances / np.linalg.norm(got.appearances, axis=1)[:, None]
        return float(np.percentile(1 - each @ own, 95))

    sight = Sight(appearance=16, grain=0.05)
    assert far(finds(sight)) < 0.07
    assert far(finds(sight, thing=replace(seen(), hidden=np.full(LOOKS, 0.4)))) > 0.07
    assert far(finds(sight, glare=True)) > 0.15


def test_finds_are_put_in_order_of_the_looks() -> None:
    """Those of one look stay in the order of the things; of nothing comes nothing."""
    one, two = finds(Sight(recall=0.5)), finds(Sight(), thing=seen(labels=("bus",)))
    both = together([one, two], 0)
    assert both.looks.tolist() == sorted([*one.looks.tolist(), *two.looks.tolist()])
    assert both.labels[:2] in {("car", "bus"), ("bus", "car"), ("bus", "bus")}
    assert len(together([], 4).labels) == 0
