"""How far two models agree on the same pictures, box by box.

A quantised model can be fast and see nothing: a fully quantised detection head returns no box at all and no error.
So a substitute is accepted by what it finds, never by its speed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from edge_agent.core.events import Detection
from edge_agent.core.geometry import iou
from edge_agent.core.suppression import VEHICLES

ACCEPTED: Final = 0.98
_SAME_PLACE: Final = 0.5


def agreement(reference: Sequence[Sequence[Detection]], other: Sequence[Sequence[Detection]]) -> float | None:
    """The share of boxes, of whichever model found more, that the two have in common; None if neither found any.

    Args:
        reference: for each picture what the trusted model found.
        other: for each of the same pictures what the substitute found.
    """
    pairs = list(zip(reference, other, strict=True))
    most = max(sum(len(a) for a, _ in pairs), sum(len(b) for _, b in pairs))
    return sum(_matched(a, b) for a, b in pairs) / most if most else None


def _matched(reference: Sequence[Detection], other: Sequence[Detection]) -> int:
    """How many boxes of one picture meet, each at most once, best scores first."""
    free = list(other)
    matched = 0
    for wanted in reference:
        partners = [given for given in free if _same_family(wanted.label, given.label)]
        best = max(partners, key=lambda given: iou(wanted.box, given.box), default=None)
        if best is not None and iou(wanted.box, best.box) >= _SAME_PLACE:
            free.remove(best)
            matched += 1
    return matched


def _same_family(a: str, b: str) -> bool:
    return a == b or (a in VEHICLES and b in VEHICLES)
