"""Zones and shops: where which rule holds, and who stands inside.

A zone is entered at half a footprint and left at a fifth, so that a box trembling on the line is not in and
out all day. A shop's *frontage* is the line its goods must stay behind; the street lies on the side of the
line where the zone's middle is, so neither the line nor the polygon has a direction to get wrong::

        ═══════ shop ════════        ● a thing stands *beyond* the line when its foot is on the
        ─a────frontage─────b─          street's side and between the ends
            ●      zone     (street)

Routes: which speakers of a site a warning may be played on, and in which order they are tried.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Final

from edge_agent.core.feed.incidents import LANGUAGE, STANDARD, Department, National, Recipient, Role
from edge_agent.core.geometry import Box, Point, Polygon, centroid, share_inside
from edge_agent.core.site.hours_and_permits import Always, Hours, Permit
from edge_agent.core.site.policy import Rule, Words

if TYPE_CHECKING:
    from edge_agent.core.site.policy import Kind

ENTERED: Final = 0.5
LEFT: Final = 0.2
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
class Shop:
    """A known shop and the line its goods must stay behind; ``contact`` is its merchant in the centre's register."""

    id: str
    name: str
    frontage: tuple[Point, Point]
    contact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A polygon on one camera's picture in which some kinds are forbidden.

    ``rules`` holds the ladder's settings by kind, already resolved (zone over kind over default). ``exempt`` are
    polygons that do not count: the place of a closed bin, a driveway. ``responsible`` names the party that a kind's
    work orders are for, ``address`` says in words where it lies, ``grid`` in which unit grid cell (单元网格标识码).
    ``speakers`` is its route: the ids of what its warnings are played on, the first of which is tried first.
    ``recipients`` are told of its incidents, one more with each warning.
    ``words`` are those by kind that differ here, whole; ``timezone`` is that of the hours people name there.
    ``plate_basis`` is the legal basis on which pictures that leave the box show the plate of a vehicle in question.
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
    plate_basis: str | None = None
    _reach: tuple[float, float, float, float] = field(init=False, repr=False, compare=False)  # of the polygon

    def __post_init__(self) -> None:
        """Refuse a polygon without an inside."""
        if len(self.polygon) < MIN_CORNERS:
            msg = f"zone '{self.id}': a polygon needs {MIN_CORNERS} points, got {len(self.polygon)}"
            raise ValueError(msg)
        across, down = [point.x for point in self.polygon], [point.y for point in self.polygon]
        object.__setattr__(self, "_reach", (min(across), min(down), max(across), max(down)))

    def holds(self, place: Box, *, already: bool, shares: Shares | None = None) -> bool:
        """Whether a thing standing at ``place`` is inside, given whether it was ``already``."""
        left, top, right, bottom = self._reach
        if place.x1 <= left or right <= place.x0 or place.y1 <= top or bottom <= place.y0:
            return False  # as most things of a street
        shares = shares or Shares()
        if self.exempt and any(shares.of(place, polygon) >= ENTERED for polygon in self.exempt):
            return False
        share = shares.of(place, self.polygon)
        return share > LEFT if already else share >= ENTERED

    def shop_before(self, place: Box) -> Shop | None:
        """The shop beyond whose line a thing at ``place`` stands, or None; the nearest line wins."""
        beyond = [shop for shop in self.shops if _is_beyond(shop, place.foot, centroid(self.polygon))]
        return min(beyond, key=lambda shop: (_offset(shop, place.foot), shop.id), default=None)


def _is_beyond(shop: Shop, foot: Point, street: Point) -> bool:
    a, b = shop.frontage
    along = (foot.x - a.x) * (b.x - a.x) + (foot.y - a.y) * (b.y - a.y)
    length_squared = (b.x - a.x) ** 2 + (b.y - a.y) ** 2
    return 0 <= along <= length_squared and _side(a, b, foot) * _side(a, b, street) > 0


def _offset(shop: Shop, foot: Point) -> float:
    """Distance of ``foot`` from the shop's line, in fractions of the picture."""
    a, b = shop.frontage
    return float(abs(_side(a, b, foot)) / ((b.x - a.x) ** 2 + (b.y - a.y) ** 2) ** 0.5)


def _side(a: Point, b: Point, point: Point) -> float:
    """Twice the area of the triangle a, b, point: its sign tells the side of the line."""
    return (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)


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


def told_next(zone: Zone, shop: str | None, n: int | None) -> Recipient | None:
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
