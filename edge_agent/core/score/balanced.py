"""Balanced accuracy: the mean of the marks' shares that are named rightly, with how far it can be believed.

Crops of one moment are alike, so a mark's share is believed as one of as many cases as it has moments (Wilson). The
interval of the mean follows from those of the shares by Zou and Donner's method (Statistics in Medicine 27, 2008).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from edge_agent.core.score.intervals import Range, Z
from edge_agent.core.teach.taught import Accuracy, Mark


def balanced(truth: Sequence[Mark], named: Sequence[Mark], moments: Sequence[int]) -> Accuracy:
    """How well ``named`` hits ``truth``, each of a moment; at least one of a mark."""
    marks = sorted(set(truth))
    right, shares, ranges, least = {}, [], [], len(truth)
    for mark in marks:
        of_mark = [each for each, true in enumerate(truth) if true is mark]
        hits = sum(named[each] is mark for each in of_mark)
        seen = len({moments[each] for each in of_mark})
        right[mark] = (hits, len(of_mark))
        shares.append(hits / len(of_mark))
        ranges.append(wilson(shares[-1], seen))
        least = min(least, seen)
    mean = sum(shares) / len(marks)
    below = sqrt(sum((share - each.low) ** 2 for share, each in zip(shares, ranges, strict=True))) / len(marks)
    above = sqrt(sum((each.high - share) ** 2 for share, each in zip(shares, ranges, strict=True))) / len(marks)
    return Accuracy(balanced=mean, low=max(0.0, mean - below), high=min(1.0, mean + above), moments=least, right=right)


def wilson(share: float, cases: int) -> Range:
    """What a share of so many cases may really be."""
    spread = Z * Z / cases
    middle = share + spread / 2
    half = Z * sqrt(share * (1 - share) / cases + spread / cases / 4)
    return Range(max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread)))
