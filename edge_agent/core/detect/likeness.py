"""Likeness: whether two things look the same, as far as anybody can tell.

Appearance vectors are compared by cosine distance. A missing vector says nothing either way, so *contradicts* and
*agrees* are two questions, not one and its negation. Vectors of two lengths come from two models (the model was
changed, the world is older): they say nothing of each other either, and neither does a vector of zeros.
"""

from __future__ import annotations

from math import hypot, isnan, nan
from operator import mul
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from edge_agent.core.events import Appearance

CLEARLY: Final = 0.05  # cosine distance by which one thing looks more like a third than another does
CLOSELY: Final = 0.5  # of "near": what stood and is looked for elsewhere must look very much like itself


def sumprod(a: Appearance, b: Appearance) -> float:
    """The dot product, added up in order: the same bits on every machine."""
    return sum(map(mul, a, b), 0.0)


def distance(a: Appearance, b: Appearance) -> float:
    """Cosine distance, 0 (same direction) to 2; not a number where the vectors say nothing of each other."""
    norm = hypot(*a) * hypot(*b) if len(a) == len(b) else 0.0
    return nan if norm == 0 else 1 - sumprod(a, b) / norm


def contradicts(a: Appearance | None, b: Appearance | None, far: float) -> bool:
    """Whether both are known and they look different."""
    return a is not None and b is not None and distance(a, b) > far


def agrees(a: Appearance | None, b: Appearance | None, far: float) -> bool:
    """Whether both are known and they look the same."""
    return a is not None and b is not None and distance(a, b) <= far


def unlike(a: Appearance | None, b: Appearance | None) -> float:
    """How different the two look, 0 where nobody can tell."""
    if a is None or b is None:
        return 0.0
    apart = distance(a, b)
    return 0.0 if isnan(apart) else apart


def likelier(a: Appearance | None, b: Appearance | None, c: Appearance | None) -> bool:
    """Whether ``b`` looks clearly more like ``a`` than ``c`` does."""
    return unlike(a, b) + CLEARLY < unlike(a, c)


def blended(a: Appearance | None, b: Appearance | None, share: float) -> Appearance | None:
    """``a`` drawn ``share`` (0-1) of the way towards ``b``; the newer of two that cannot be mixed."""
    if a is None or b is None or len(a) != len(b):
        return a if b is None else b
    keep = 1 - share
    return tuple([keep * x + share * y for x, y in zip(a, b, strict=True)])
