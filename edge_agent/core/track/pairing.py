"""Pairing: who goes with whom, best first.

Tracks find their detections and spots their tracks in the same way: every pair that may go together gets a rank, and
the best pair that is still free is taken, again and again. Whether a pair really fits (do they look alike?) is the dear
question; it is put only to a pair whose turn has come, so a still street asks once for each thing on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Ranked = tuple[float, int, int]  # how badly the pair goes together, left, right


def paired(ranked: Iterable[Ranked], fits: Callable[[int, int], bool]) -> dict[int, int]:
    """The left partner of each right one; among equals the lower numbers come first."""
    partners: dict[int, int] = {}
    taken: set[int] = set()
    for _, left, right in sorted(ranked):
        if left not in taken and right not in partners and fits(left, right):
            partners[right] = left
            taken.add(left)
    return partners
