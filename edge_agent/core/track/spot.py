"""A spot: one thing that stands at one place, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from edge_agent.core.events import Appearance
from edge_agent.core.geometry import Box
from edge_agent.core.track.presence import Presence, Sighting


class Gone(StrEnum):
    """How a spot's occupant ceased to be there."""

    LEFT = "left"
    MOVED_ON = "moved_on"
    OUT_OF_SIGHT = "out_of_sight"


@dataclass(frozen=True, slots=True)
class Calls:
    """How many looks called a thing by this label."""

    label: str
    looks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One thing at one place. ``track`` last sighted it; ``moved`` is the first look that saw it elsewhere.

    ``still`` is the last look that saw it squarely in its place: the look before it moved, if it moves.
    """

    id: str
    family: str
    label: str
    calls: tuple[Calls, ...] = ()  # of the labels that looks have called it
    votes: int = 1  # by how many looks ``label`` is ahead of any other name of the family
    place: Box
    presence: Presence
    track: int
    still: datetime
    sighting: Sighting = Sighting.PRESENT
    appearance: Appearance | None = None
    score: float = 1.0  # a running one, over all looks that saw it
    apart: bool = False  # it was seen to be no part of a stronger thing that it touches
    settled_at: datetime | None = None  # the look at which it had stood still long enough
    arrived: bool = False  # its occupant was seen coming from elsewhere
    moved: datetime | None = None

    @property
    def settled(self) -> bool:
        """Whether it has stood still long enough to be a thing that stands."""
        return self.settled_at is not None

    def called(self, labels: frozenset[str]) -> float:
        """In what share of its looks it was called by one of these labels, 0 to 1; 1 where nobody has counted."""
        looks = sum(each.looks for each in self.calls)
        return sum(each.looks for each in self.calls if each.label in labels) / looks if looks else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedSpot:
    """A settled spot whose occupant is gone; ``end`` is when it was last there, ``at`` when that was known."""

    spot: Spot
    why: Gone
    end: datetime
    at: datetime
