"""Occlusion: how much of each thing is hidden behind something nearer to the camera.

Nearer is what reaches lower in the picture. Only the largest cover counts: two buses that each hide a third of a car
hide a third of it here, and more in truth.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lab.simulation.actors import boxes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from lab.simulation.actors import Actor

NEARER: Final = 0.01  # of the picture's height
BUCKET: Final = 600.0  # seconds: who is on the street in the same ten minutes may meet


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleParts:
    """One actor over n looks from number ``first`` on: its boxes (n, 4), and the share of each that is hidden (n,)."""

    actor: Actor
    first: int
    boxes: NDArray[np.float64]
    hidden: NDArray[np.float64]


def shown(actors: Sequence[Actor], moments: NDArray[np.float64]) -> Iterator[VisibleParts]:
    """What there is to see of each actor at ``moments``, the seconds of all looks; in the order of ``actors``."""
    firsts = np.searchsorted(moments, [actor.since for actor in actors])
    lasts = np.searchsorted(moments, [actor.until for actor in actors])
    boxes = [boxes_of(a, moments[i:j]) for a, i, j in zip(actors, firsts, lasts, strict=True)]
    meeting = _meeting(actors)
    for number, actor in enumerate(actors):
        first, last = int(firsts[number]), int(lasts[number])
        hidden = np.zeros(last - first)
        for other in meeting[number]:
            i, j = max(first, int(firsts[other])), min(last, int(lasts[other]))
            if i < j:
                own = boxes[number][i - first : j - first]
                front = boxes[other][i - firsts[other] : j - firsts[other]]
                covers = _covered(own, front)
                hidden[i - first : j - first] = np.maximum(hidden[i - first : j - first], covers)
        yield VisibleParts(actor=actor, first=first, boxes=boxes[number], hidden=hidden)


def _meeting(actors: Sequence[Actor]) -> list[list[int]]:
    """For each actor, the others that are on the street at some time while it is."""
    buckets: dict[int, list[int]] = defaultdict(list)
    for number, actor in enumerate(actors):
        for bucket in range(int(actor.since // BUCKET), int(actor.until // BUCKET) + 1):
            buckets[bucket].append(number)
    meetings: list[set[int]] = [set() for _ in actors]
    for together in buckets.values():
        since = np.array([actors[n].since for n in together])
        until = np.array([actors[n].until for n in together])
        for number in together:
            meets = np.flatnonzero((since < actors[number].until) & (until > actors[number].since))
            meetings[number].update(together[m] for m in meets)
    return [sorted(others - {number}) for number, others in enumerate(meetings)]


def _covered(own: NDArray[np.float64], front: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of each of ``own`` (n, 4) under ``front`` (n, 4), 0 where that is not nearer."""
    width = np.minimum(own[:, 2], front[:, 2]) - np.maximum(own[:, 0], front[:, 0])
    height = np.minimum(own[:, 3], front[:, 3]) - np.maximum(own[:, 1], front[:, 1])
    area = (own[:, 2] - own[:, 0]) * (own[:, 3] - own[:, 1])
    share: NDArray[np.float64] = np.maximum(width, 0) * np.maximum(height, 0) / area
    return np.where(front[:, 3] > own[:, 3] + NEARER, share, 0.0)
