"""Hours and permits: when a rule is in force, and who may stand there all the same.

Cities do not forbid trading, they place it: stalls by the hour, seating until midnight, painted allowances.
A permit therefore suppresses a violation and says that it did. What the hours mean is worked out outside
(OpenStreetMap ``opening_hours`` syntax, see ``config``); the core only asks the two questions below. Who stands under
which permit, and how many, is worked out in ``core/incident/permit_places``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from edge_agent.core.geometry import Box, Polygon, share_inside
from edge_agent.core.plate.matching import matches

if TYPE_CHECKING:
    from edge_agent.core.plate.reading import PlateReading

COVERED_SHARE = 0.5  # of a footprint inside a permit's polygon
MOST_CHANGES: Final = 24  # of hours within an hour; more is a text that nobody means


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


class ReadHours(Protocol):
    """What hours a text means at a site; it is worked out outside."""

    def __call__(self, text: str) -> Hours:
        """The hours; raises ValueError, in one sentence, for a text that is none."""


def no_hours(text: str) -> Hours:
    """Reads no hours: of a zone that nobody told how."""
    msg = f"found {text!r}, expected no hours where nothing reads them"
    raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Something that may stand under a permit: of a ``kind``, at a ``place``, made of things with ``labels``.

    ``shop`` and ``plate`` are None where nobody knows them.
    """

    kind: str
    place: Box
    shop: str | None = None
    labels: frozenset[str] = frozenset()
    plate: PlateReading | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """Leave to do, at this place and in these hours, what the zone forbids.

    ``polygon`` None means the whole zone; ``shop`` limits it to one shop's goods; ``kinds`` empty means every
    kind, ``goods`` empty all that stands there, else labels of which all of it must be; ``plates`` empty any vehicle,
    else those with one of these plates (or hashes). ``capacity`` is how many may stand there at once, None any number.
    ``valid_from`` is inclusive, ``valid_to``
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
    capacity: int | None = None
    goods: frozenset[str] = frozenset()
    plates: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a permit that permits nothing."""
        if self.capacity is not None and self.capacity < 1:
            msg = f"capacity: expected at least 1, got {self.capacity}"
            raise ValueError(msg)

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

    def ended(self, at: datetime, within: timedelta) -> datetime | None:
        """When the permit ended last, if that is less than ``within`` before ``at`` and it does not run now."""
        if self.runs(at):
            return None
        look, end_found = at - within, None
        for _ in range(MOST_CHANGES):
            if self.runs(look) and (end := self.ends(look)) is not None and end <= at:
                end_found = look = end
                continue
            begins = [t for t in (self.hours.next_change(look), self.valid_from) if t is not None and look < t <= at]
            if not begins:
                break
            look = min(begins)
        return end_found

    def concerns(self, claim: Claim) -> bool:
        """Whether the permit speaks about such a thing at such a place at all."""
        if self.kinds and claim.kind not in self.kinds:
            return False
        if self.shop is not None and self.shop != claim.shop:
            return False
        if self.plates and (claim.plate is None or not any(matches(each, claim.plate) for each in self.plates)):
            return False
        if self.goods and not (claim.labels and claim.labels <= self.goods):
            return False
        return self.lies_at(claim.place)

    def lies_at(self, place: Box) -> bool:
        """Whether something at ``place`` stands where the permit holds."""
        return self.polygon is None or share_inside(place.footprint, self.polygon) >= COVERED_SHARE
