"""Frontier: the settings that no other beats in everything at once (Pareto's), and which of them is best to begin with.

More truth in what is told, a first warning that comes sooner, fewer work orders for nothing: a setting that is worse in
one of these may be better in another, and which matters more is for people to say. One that is worse in all is not
worth looking at.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_agent.core.scoring import Score

Merit = tuple[float, int, float]  # each the less the better

NEVER = timedelta.max


def merit(score: Score) -> Merit:
    """What a score is compared by: 1 - F1, false work orders, and how long a thing stands until it is first warned."""
    waited = NEVER if score.waited is None else score.waited.median
    return round(1 - (score.f1 or 0.0), 6), score.false_orders, waited.total_seconds()


def frontier(merits: Sequence[Merit]) -> frozenset[int]:
    """The places of those that no other beats: as good in everything, and better in something."""
    return frozenset(
        place for place, mine in enumerate(merits) if not any(_beats(other, mine) for other in set(merits))
    )


def best(merits: Sequence[Merit], changes: Sequence[int]) -> int:
    """The place of the best: most F1, then fewest false orders, then soonest; among equals the one that changes least.

    ``changes`` is how many knobs each turns; today's setting turns none, so it stays where none is better than it.
    """
    return min(range(len(merits)), key=lambda place: (merits[place], changes[place], place))


def _beats(other: Merit, mine: Merit) -> bool:
    return other != mine and all(a <= b for a, b in zip(other, mine, strict=True))
