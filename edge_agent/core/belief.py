"""Belief: whether enough was seen of a thing to open an incident about it.

A detector that once shows a car where none is must not accuse anybody, and one that shows a real car in two looks of
five must. What tells them apart is how often it is seen in the looks that could have shown it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_agent.core.effects import Remark

if TYPE_CHECKING:
    from edge_agent.core.cases import Case

SEEN_ENOUGH: Final = 1 / 4  # of the observable looks since its dwell began


def doubt(case: Case) -> Remark | None:
    """Why a case that stands for long enough is not believed; None where it is."""
    return Remark.SELDOM_SEEN if case.presence.share < SEEN_ENOUGH else None
