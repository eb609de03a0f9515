"""Detecting: what a detector of a given quality finds of a thing, over all the looks at which it is there.

A thing half hidden, or half out of the picture, is not found. Of the rest ``recall`` is: the misses come one by one and
in runs, in such shares that the recall is what it is called. Light that blinds the camera halves the recall, moves the
boxes and changes how things look, so that a tracker loses hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lab.simulation.paints import paint, seen_as

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.simulation.draws import Chance
    from lab.simulation.occlusion import VisibleParts
    from lab.simulation.street import Sight

HIDDEN: Final = 0.5
IN_PICTURE: Final = 0.5
SMALLEST: Final = 0.002
SURE: Final = 0.72  # the mean score
UNSURE: Final = 0.12  # its standard deviation
FAINT: Final = 0.2  # the least score: what is below that was not found
BLINDED: Final = 0.5  # of the recall
UPSET: Final = 4.0  # how much more boxes tremble in glare


@dataclass(frozen=True, slots=True, kw_only=True)
class Finds:
    """n detections: the look of each (n,), boxes (n, 4), scores (n,), labels, and looks (n, length) or (n, 0)."""

    looks: NDArray[np.int64]
    boxes: NDArray[np.float64]
    scores: NDArray[np.float64]
    labels: tuple[str, ...]
    appearances: NDArray[np.float64]


def together(finds: list[Finds], length: int) -> Finds:
    """All finds of a day, sorted by look; of one look in the order of the street."""
    nothing = Finds(
        looks=np.zeros(0, np.int64),
        boxes=np.zeros((0, 4)),
        scores=np.zeros(0),
        labels=(),
        appearances=np.zeros((0, length)),
    )
    finds = [nothing, *finds]
    looks = np.concatenate([each.looks for each in finds])
    order = np.argsort(looks, kind="stable")
    labels = [label for each in finds for label in each.labels]
    return Finds(
        looks=looks[order],
        boxes=np.concatenate([each.boxes for each in finds])[order],
        scores=np.concatenate([each.scores for each in finds])[order],
        labels=tuple([labels[place] for place in order.tolist()]),
        appearances=np.concatenate([each.appearances for each in finds])[order],
    )


def detections_of(
    seen: VisibleParts, sight: Sight, chance: Chance, *, moments: NDArray[np.float64], glare: NDArray[np.bool_]
) -> Finds:
    """What is found of one actor; ``moments`` and ``glare`` are of all looks of the day."""
    draw = chance.of("sight", seen.actor.name)
    span = slice(seen.first, seen.first + len(seen.hidden))
    blinded = glare[span]
    here = _detected(seen, sight, draw, moments=moments[span], blinded=blinded)
    twice = here & (draw.random(here.shape[0]) < sight.double)
    which = np.concatenate((np.flatnonzero(here), np.flatnonzero(twice)))
    labels = _called(seen.actor.labels, sight.flicker, draw, once=int(here.sum()), again=int(twice.sum()))
    boxes = _trembling(seen.boxes[which], sight.jitter, blinded[which], draw)
    scores = np.clip(SURE + UNSURE * draw.standard_normal(which.shape[0]), FAINT, 0.99)
    looks = np.zeros((which.shape[0], 0))
    if sight.appearance:
        own = paint(seen.actor.name, sight.appearance, chance)
        looks = seen_as(own, hidden=seen.hidden[which], glare=blinded[which], grain=sight.grain, draw=draw)
    return Finds(looks=seen.first + which, boxes=boxes, scores=scores.round(3), labels=labels, appearances=looks)


def _detected(
    seen: VisibleParts,
    sight: Sight,
    draw: np.random.Generator,
    *,
    moments: NDArray[np.float64],
    blinded: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """At which looks the thing is found."""
    missed = (1 - sight.recall) * sight.bursts
    alone = 0.0 if missed >= 1 else 1 - sight.recall / (1 - missed)
    share = np.where(blinded, BLINDED, 1.0) * (1 - alone)
    lucky = draw.random(moments.shape[0]) < share
    return lucky & ~_in_runs(missed, sight.burst.total_seconds(), moments, draw) & _plain(seen)


def _plain(seen: VisibleParts) -> NDArray[np.bool_]:
    """At which looks enough of the thing can be seen at all."""
    clipped = seen.boxes.clip(0.0, 1.0)
    width, height = clipped[:, 2] - clipped[:, 0], clipped[:, 3] - clipped[:, 1]
    area = (seen.boxes[:, 2] - seen.boxes[:, 0]) * (seen.boxes[:, 3] - seen.boxes[:, 1])
    inside = (width * height >= IN_PICTURE * area) & (width > SMALLEST) & (height > SMALLEST)
    return np.asarray(inside & (seen.hidden < HIDDEN))


def _in_runs(share: float, mean: float, moments: NDArray[np.float64], draw: np.random.Generator) -> NDArray[np.bool_]:
    """Runs of misses that fill ``share`` of the time, ``mean`` seconds each in the mean."""
    missed = np.zeros(moments.shape[0], dtype=np.bool_)
    if share <= 0 or not moments.size:
        return missed
    second = float(moments[0])
    while second <= moments[-1]:
        since = second + float(draw.exponential(mean * (1 - share) / share))
        second = since + float(draw.exponential(mean))
        missed[np.searchsorted(moments, since) : np.searchsorted(moments, second)] = True
    return missed


def _called(
    labels: tuple[str, ...], flicker: float, draw: np.random.Generator, *, once: int, again: int
) -> tuple[str, ...]:
    """What each find is called: mostly by the first label; the second box of a thing by another, if there is one."""
    other = 1 + draw.integers(0, max(1, len(labels) - 1), once + again)
    flickers = draw.random(once + again) < flicker
    flickers[once:] = True
    return tuple(
        labels[int(which)] if flips and len(labels) > 1 else labels[0]
        for which, flips in zip(other, flickers, strict=True)
    )


def _trembling(
    boxes: NDArray[np.float64], jitter: float, blinded: NDArray[np.bool_], draw: np.random.Generator
) -> NDArray[np.float64]:
    """The boxes with each side off by a little, within the picture."""
    much = jitter * np.where(blinded, UPSET, 1.0)[:, None]
    size = np.stack([boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]] * 2, axis=1)
    off = np.clip(draw.standard_normal(boxes.shape), -3, 3)
    return np.asarray((boxes + off * much * size).clip(0.0, 1.0).round(4))
