"""Zones: where which rule holds, and who stands inside.

A zone is entered with half a footprint and left with a fifth, so that a box trembling on the line is not in and out all
day. Half of the zone's own area does as well: a car that stands right on a hydrant's small zone is in it. A thing that
lies over several zones of one kind, with half of its foot in them together, is in the one that has the largest share.

Routes: which speakers of a site a warning may be played on, and in which order they are tried.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Final

from edge_agent.core.feed.incidents import LANGUAGE, STANDARD, Department, National, Recipient, Role
from edge_agent.core.geometry import Box, Polygon, polygon_area, share_inside, share_inside_any
from edge_agent.core.site import frontages
from edge_agent.core.site.frontages import Shop, Side, street_side
from edge_agent.core.site.hours_and_permits import Always, Hours, Permit, ReadHours, no_hours
from edge_agent.core.site.policy import Rule, Words

if TYPE_CHECKING:
    from edge_agent.core.site.policy import Kind

ENTERED: Final = 0.5
LEFT: Final = 0.2
SMOTHERS: Final = 0.5  # of the picture: what is larger stands on no small zone, it is before all of them
MIN_CORNERS: Final = 3


class Shares:
    """How much of a thing's foot lies in a polygon, of the things of one look: each pair is measured once.

    A zone is asked for each of its kinds, and by every setting that a tuner tries. Places and polygons are known by
    their identity, so these must outlive it.
    """

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], float] = {}

    def of(self, place: Box, polygon: Polygon) -> float:
        """The share of the foot of ``place`` that lies in ``polygon``, 0 to 1."""
        pair = id(place), id(polygon)
        known = self._known.get(pair)
        if known is None:
            known = self._known[pair] = share_inside(place.footprint, polygon)
        return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A polygon on one camera's picture in which some kinds are forbidden.

    ``rules`` holds the ladder's settings by kind, already resolved (zone over kind over default). ``exempt`` are
    polygons that do not count: the place of a closed bin, a driveway. ``responsible`` names the party that a kind's
    work orders are for, ``address`` says in words where it lies, ``grid`` in which unit grid cell (单元网格标识码).
    ``speakers`` is its route: the ids of what its warnings are played on, the first of which is tried first.
    ``recipients`` are told of its incidents, one more with each warning.
    ``streets`` says of each shop on which side of its line the street lies, None where nobody can tell.
    ``words`` are those by kind that differ here, whole; ``timezone`` is that of the hours people name there,
    ``read_hours`` reads those of a permit that the centre grants. ``plate_basis`` is the legal basis on which pictures
    that leave the box show the plate of a vehicle in question.
    """

    id: str
    camera: str
    polygon: Polygon
    rules: dict[str, Rule]
    name: dict[str, str] = field(default_factory=dict)
    hours: Hours = field(default_factory=Always)
    shops: tuple[Shop, ...] = ()
    permits: tuple[Permit, ...] = ()
    exempt: tuple[Polygon, ...] = ()
    responsible: dict[str, str] = field(default_factory=dict)
    address: str | None = None
    grid: str | None = None
    speakers: tuple[str, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    words: dict[str, Words] = field(default_factory=dict)
    timezone: tzinfo = UTC
    read_hours: ReadHours = field(default=no_hours, compare=False, repr=False)
    plate_basis: str | None = None
    _reach: tuple[float, float, float, float] = field(init=False, repr=False, compare=False)  # of the polygon
    _area: float = field(init=False, repr=False, compare=False)
    streets: tuple[Side | None, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a polygon without an inside."""
        if len(self.polygon) < MIN_CORNERS:
            msg = f"zone '{self.id}': a polygon needs {MIN_CORNERS} points, got {len(self.polygon)}"
            raise ValueError(msg)
        across, down = [point.x for point in self.polygon], [point.y for point in self.polygon]
        object.__setattr__(self, "_reach", (min(across), min(down), max(across), max(down)))
        object.__setattr__(self, "_area", polygon_area(self.polygon))
        object.__setattr__(self, "streets", tuple(street_side(shop, self.polygon) for shop in self.shops))

    def holds(self, place: Box, *, already: bool, shares: Shares | None = None, others: tuple[Zone, ...] = ()) -> bool:
        """Whether a thing standing at ``place`` is inside, given whether it was ``already``.

        ``others`` are all zones of the camera that ask for the same kind, this one among them: where none holds the
        thing alone and all together do, the one with the largest share has it.
        """
        if self._is_apart(place):
            return False  # as most things of a street
        shares = shares or Shares()
        if self.exempt and any(shares.of(place, polygon) >= ENTERED for polygon in self.exempt):
            return False
        share = self._share(place, shares)
        if share > LEFT if already else share >= ENTERED:
            return True
        return len(others) > 1 and self._has_the_most(place, others, already=already, shares=shares)

    def shop_before(self, place: Box) -> Shop | None:
        """The shop beyond whose line a thing at ``place`` stands, or None; the nearest line decides."""
        return frontages.shop_before(self.shops, self.streets, place.foot) if self.shops else None

    def is_touched(self, place: Box, shares: Shares) -> bool:
        """Whether any of the foot of a thing at ``place`` lies in the zone."""
        return not self._is_apart(place) and shares.of(place, self.polygon) > 0

    def _is_apart(self, place: Box) -> bool:
        left, top, right, bottom = self._reach
        return place.x1 <= left or right <= place.x0 or place.y1 <= top or bottom <= place.y0

    def _share(self, place: Box, shares: Shares) -> float:
        """How much of the thing's foot lies in the zone or, where that is more, of the zone under its foot."""
        share = shares.of(place, self.polygon)
        foot = place.footprint.area
        if not share or foot <= self._area or place.area > SMOTHERS:
            return share
        return max(share, share * foot / self._area)

    def _has_the_most(self, place: Box, others: tuple[Zone, ...], *, already: bool, shares: Shares) -> bool:
        """Whether the thing lies in several zones together, and in none more than in this one."""
        touched = [zone for zone in others if zone.is_touched(place, shares)]
        if not self.is_touched(place, shares) or any(shares.of(place, z.polygon) >= ENTERED for z in touched):
            return False
        mine, most = shares.of(place, self.polygon), max(shares.of(place, zone.polygon) for zone in touched)
        together = share_inside_any(place.footprint, tuple(zone.polygon for zone in touched))
        if already:
            return together > LEFT and 2 * mine >= most
        first = next(zone for zone in touched if shares.of(place, zone.polygon) == most)
        return together >= ENTERED and first is self


@dataclass(frozen=True, slots=True)
class Stations:
    """The speakers of a site by id, in the order of its file; ``lamps`` are those that are seen and not heard."""

    ids: tuple[str, ...]
    lamps: frozenset[str] = frozenset()

    def route(self, zone: Zone | None, *, light: bool = False) -> tuple[str, ...]:
        """The way of a warning of ``zone``: what it names, or else every loudspeaker; only lamps where it is ``light``.

        A site of lamps alone speaks by its lamps. Ids that the site does not know are left out.
        """
        named = tuple(each for each in zone.speakers if each in self.ids) if zone is not None else ()
        if light:
            return tuple(each for each in named or self.ids if each in self.lamps)
        return named or tuple(each for each in self.ids if each not in self.lamps) or self.ids


def recipients(zone: Zone, shop: str | None) -> tuple[Recipient, ...]:
    """Whoever is told of an incident in a zone, in order; the merchant first, where the shop has a contact."""
    contact = next((each.contact for each in zone.shops if each.id == shop), None)
    merchant = () if contact is None else (Recipient(role=Role.MERCHANT, contact=contact),)
    return (*merchant, *zone.recipients)


def next_recipient(zone: Zone, shop: str | None, n: int | None) -> Recipient | None:
    """Who is told with warning ``n``, or with the work order where it is None; nobody where there is no step left."""
    ladder = recipients(zone, shop)
    if n is None:
        return ladder[-1] if ladder else None
    return ladder[n - 1] if n <= len(ladder) else None


def national(adcode: str, kind: Kind, zone: Zone | None) -> National:
    """The block of an incident of ``kind`` in ``zone`` (None where it is drawn no more) of district ``adcode``."""
    code = kind.codes.get(STANDARD)
    matter = kind.matter
    department = Department() if matter is None else matter.department
    return National(
        SXDM=None if code is None else adcode + code,
        SXMC=None if matter is None else matter.name,
        ZGBMDM=department.code,
        ZGBMMC=department.name,
        SFWZ=None if zone is None else zone.address or zone.name.get(LANGUAGE),
        SZDYWGBSM=None if zone is None else zone.grid,
    )
