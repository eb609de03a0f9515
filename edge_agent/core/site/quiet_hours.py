"""Quiet: the hours and days on which people are not spoken to as on others, and what is done instead.

Four ways, for a kind in a zone at certain hours, or for the whole site on the days of an exam (中考、高考). Nobody who
says nothing about it is quiet. What a way means for the ladder is decided at the look at which a warning falls due;
what it means for a loudspeaker, when it is played, for a request may wait from one hour into the other::

    light   only lamps speak          ─┐ of how it is said: asked of ``quiet_at`` by whoever plays it
    softer  at the quiet volume       ─┘
    order   straight to a work order  ─┐ of what happens: asked of ``quiet_at`` by the core
    wait    the ladder holds          ─┘
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from edge_agent.core.site.hours_and_permits import Always, Hours


class Quiet(StrEnum):
    """What becomes of a warning that falls due while it is quiet."""

    LIGHT = "light"
    SOFTER = "softer"
    ORDER = "order"
    WAIT = "wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamDays:
    """Days on which a site is quiet: from ``valid_from`` until ``valid_to`` (excluded), within ``hours``.

    ``zones`` empty means every zone.
    """

    valid_from: datetime
    valid_to: datetime
    quiet: Quiet
    hours: Hours = field(default_factory=Always)
    zones: frozenset[str] = frozenset()

    def run(self, zone: str, at: datetime) -> bool:
        """Whether it is quiet in ``zone`` at ``at`` for their sake."""
        held_here = not self.zones or zone in self.zones
        return held_here and self.valid_from <= at < self.valid_to and self.hours.covers(at)
