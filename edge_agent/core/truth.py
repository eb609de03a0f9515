"""Truth: what really happened in a recording, against which a replay of it is judged.

A truth says when a thing *stands* there, never when somebody should be warned: the rule may change from one fold to
the next, the street does not. Spans count from the start of the recording, so that the same file serves a clip
whatever day it is dated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from edge_agent.core.geometry import Box, Point

TOLERANCE: Final = timedelta(seconds=5)  # as exactly as people find the moment of a halt in a recording


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueIncident:
    """A thing that really stood in a zone from ``since`` to ``until``, spans from the start of the recording.

    ``box`` or ``point`` says where, in fractions of the picture; neither means anywhere in the zone. ``tolerance`` is
    how far ``since`` and ``until`` may be wrong. What is ``optional`` may be told or not: it counts neither way.
    """

    kind: str
    zone: str
    since: timedelta
    until: timedelta
    box: Box | None = None
    point: Point | None = None
    tolerance: timedelta = TOLERANCE
    optional: bool = False

    def __post_init__(self) -> None:
        """Refuse a stand that ends before it begins, or that is in two places."""
        if not timedelta(0) <= self.since <= self.until:
            spans = f"{self.since.total_seconds():g}s to {self.until.total_seconds():g}s"
            msg = f"a stand from {spans}: expected 0s <= from <= to"
            raise ValueError(msg)
        if self.tolerance < timedelta(0):
            msg = f"tolerance {self.tolerance.total_seconds():g}s: expected 0s or more"
            raise ValueError(msg)
        if self.box is not None and self.point is not None:
            msg = "a box and a point: expected one of them"
            raise ValueError(msg)

    @property
    def stood(self) -> timedelta:
        """How long the thing stood there."""
        return self.until - self.since


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """All that really happened in one recording, whose file is named ``clip``."""

    clip: str
    incidents: tuple[TrueIncident, ...]
