"""Hours and permits: when a rule is in force, and who may stand there all the same.

Cities do not forbid trading, they place it: stalls by the hour, seating until midnight, painted allowances.
A permit therefore suppresses a violation and says that it did. What the hours mean is worked out outside
(OpenStreetMap ``opening_hours`` syntax, see ``config``); the core only asks the two questions below.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from edge_agent.core.geometry import Box, Polygon, share_inside
from edge_agent.core.plate.matching import matches

if TYPE_CHECKING:
    from edge_agent.core.plate.reading import PlateReading

COVERED_SHARE = 0.5  # of a footprint inside a permit's polygon


class Hours(Protocol):
    """A calendar: pure, so the same instant always gets the same answer."""

    def covers(self, at: datetime) -> bool:
        """Whether the hours are running at ``at``."""

    def next_change(self, at: datetime) -> datetime | None:
        """The first instant after ``at`` at which ``covers`` changes, or None if it never does."""


@dataclass(frozen=True, slots=True)
class Always:
    """Hours that never end."""

    def covers(self, at: datetime) -> bool:  # noqa: ARG002 - the answer is the same at every instant
        """Whether the hours are running: always."""
        return True

    def next_change(self, at: datetime) -> datetime | None:  # noqa: ARG002
        """When the answer changes: never."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """Leave to do, at this place and in these hours, what the zone forbids.

    ``polygon`` None means the whole zone; ``shop`` limits it to one shop's goods, ``plates`` to the vehicles with
    one of these plates (or hashes); ``kinds`` empty means every kind. ``valid_from`` is inclusive, ``valid_to``
    exclusive.
    """

    id: str
    holder: str
    hours: Hours
    kinds: frozenset[str] = frozenset()
    polygon: Polygon | None = None
    shop: str | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    plates: tuple[str, ...] = ()

    def runs(self, at: datetime) -> bool:
        """Whether the permit is valid and within its hours at ``at``."""
        if self.valid_from is not None and at < self.valid_from:
            return False
        if self.valid_to is not None and at >= self.valid_to:
            return False
        return self.hours.covers(at)

    def ends(self, at: datetime) -> datetime | None:
        """The instant after ``at`` at which a permit that runs at ``at`` stops running, or None."""
        change = self.hours.next_change(at)
        ends = [end for end in (change, self.valid_to) if end is not None and end > at]
        return min(ends, default=None)

    def concerns(self, *, kind: str, place: Box, shop: str | None, plate: PlateReading | None = None) -> bool:
        """Whether the permit speaks about such a thing at such a place at all."""
        if self.kinds and kind not in self.kinds:
            return False
        if self.shop is not None and self.shop != shop:
            return False
        if self.plates and (plate is None or not any(matches(each, plate) for each in self.plates)):
            return False
        return self.polygon is None or share_inside(place.footprint, self.polygon) >= COVERED_SHARE


def covering(
    permits: tuple[Permit, ...],
    *,
    kind: str,
    place: Box,
    shop: str | None,
    at: datetime,
    plate: PlateReading | None = None,
) -> Permit | None:
    """The permit that allows a thing of ``kind`` at ``place`` at ``at``, or None."""
    return next(
        (p for p in permits if p.concerns(kind=kind, place=place, shop=shop, plate=plate) and p.runs(at)),
        None,
    )
