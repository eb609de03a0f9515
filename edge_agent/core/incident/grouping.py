"""Grouping: which standing things break a rule, and which of them are one case.

``spot``: each thing its own. ``cluster``: things within 3 m of each other are one (a parasol, a table and chairs are
one stall); where nobody knows the metres, those no further apart than the median width of their boxes. ``shop``:
everything beyond one shop's line is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final, assert_never

from edge_agent.core.geometry import Box, covered, gap_between
from edge_agent.core.site.policy import Composition, Geometry, Grouping, Kind
from edge_agent.core.track.spot import Spot

if TYPE_CHECKING:
    from edge_agent.core.site.zones import Shares, Zone
    from edge_agent.core.track.metric_overlap import MetricOverlap

IN_CONTAINER: Final = 0.5  # share of a thing's box that lies in the place of a closed bin
PERSON: Final = "person"
CLUSTER_M: Final = 3.0  # from where one thing touches the ground to where the other does


Offending = tuple[tuple[Spot, str | None], ...]  # what breaks the rule, and the shop before which it does


@dataclass(frozen=True, slots=True)
class Group:
    """Things that are one violation; ``founder`` is the one since which it is one."""

    spots: tuple[Spot, ...]
    founder: Spot
    shop: str | None = None


def offenders(
    spots: tuple[Spot, ...],
    zone: Zone,
    kind: Kind,
    *,
    already: frozenset[str],
    shares: Shares,
    others: tuple[Zone, ...] = (),
) -> Offending:
    """The settled things that break the rule, each with the shop before which it stands (None for other kinds).

    ``others`` are all zones of the camera that ask for this kind.
    """
    pairs: list[tuple[Spot, str | None]] = []
    for spot in spots:
        if spot.settled_at is None or spot.label not in kind.labels:
            continue
        if spot.id not in already and not _surely(spot, kind):
            continue
        if zone.holds(spot.place, already=spot.id in already, shares=shares, others=others):
            breaks, shop = _breaks(spot, zone, kind, spots)
            if breaks:
                pairs.append((spot, shop))
    return tuple(pairs)


def _surely(spot: Spot, kind: Kind) -> bool:
    """Whether it was called so in enough looks and is large enough to be believed to be of this kind."""
    if max(spot.place.width, spot.place.height) < kind.min_size:
        return False
    return not kind.label_share or spot.called(kind.labels) >= kind.label_share


def groups(
    offending: Offending, kind: Kind, people: tuple[Box, ...], metric_overlap: MetricOverlap | None = None
) -> tuple[Group, ...]:
    """The offending things sorted into cases-to-be; incomplete compositions are left out."""
    shop_of = {spot.id: shop for spot, shop in offending}
    parts = _parts(offending, kind.group, metric_overlap)
    group = ((part, _founder(part, kind.composition, people, metric_overlap)) for part in parts)
    return tuple(Group(part, founder, shop_of[part[0].id]) for part, founder in group if founder is not None)


def _parts(offending: Offending, group: Grouping, metric_overlap: MetricOverlap | None) -> list[tuple[Spot, ...]]:
    match group:
        case Grouping.SPOT:
            return [(spot,) for spot, _ in offending]
        case Grouping.CLUSTER:
            return _clusters(tuple(spot for spot, _ in offending), metric_overlap)
        case Grouping.SHOP:
            shops = sorted({shop for _, shop in offending if shop is not None})
            return [tuple(spot for spot, at_shop in offending if at_shop == shop) for shop in shops]
        case _:
            assert_never(group)


def reach(boxes: tuple[Box, ...]) -> float:
    """How far apart two things of one cluster may stand in the picture: the median width of their boxes."""
    return median(box.width for box in boxes)


def beside(a: Box, b: Box, metric_overlap: MetricOverlap | None = None) -> bool:
    """Whether two things stand within the cluster's reach of each other."""
    return _near(a, b, reach((a, b)), metric_overlap)


def _near(a: Box, b: Box, limit: float, metric_overlap: MetricOverlap | None) -> bool:
    """Whether two things stand within ``CLUSTER_M``, or within ``limit`` of the picture where metres cannot tell."""
    gap = None if metric_overlap is None else metric_overlap.gap(a, b)
    return gap_between(a, b) <= limit if gap is None else gap <= CLUSTER_M


def _breaks(spot: Spot, zone: Zone, kind: Kind, spots: tuple[Spot, ...]) -> tuple[bool, str | None]:
    match kind.geometry:
        case Geometry.IN_ZONE | Geometry.AFTER_PERMIT:  # which of it was left behind is sorted out before
            return True, None
        case Geometry.BEYOND_FRONTAGE:
            shop = zone.shop_before(spot.place)
            return shop is not None, None if shop is None else shop.id
        case Geometry.OUTSIDE_BIN:
            bins = (other for other in spots if other.label in kind.containers)
            inside = any(covered(spot.place, b.place) >= IN_CONTAINER for b in bins)
            return spot.label in kind.uncontained or not inside, None
        case _:
            assert_never(kind.geometry)


def _clusters(spots: tuple[Spot, ...], metric_overlap: MetricOverlap | None) -> list[tuple[Spot, ...]]:
    """Connected groups of things within reach of each other."""
    if not spots:
        return []
    limit = reach(tuple(s.place for s in spots))
    parts: list[tuple[Spot, ...]] = []
    for spot in spots:
        near = [part for part in parts if any(_near(spot.place, o.place, limit, metric_overlap) for o in part)]
        apart = [part for part in parts if part not in near]
        parts = [*apart, (*(o for part in near for o in part), spot)]
    return parts


def _founder(
    part: tuple[Spot, ...],
    composition: Composition | None,
    people: tuple[Box, ...],
    metric_overlap: MetricOverlap | None,
) -> Spot | None:
    """The thing since which the group is what it is, or None while it is not."""
    by_age = sorted(part, key=lambda s: (s.presence.since, s.id))
    if composition is None:
        return by_age[0]
    for spot in by_age:
        if spot.label in composition.sufficient:
            return spot
    if len(by_age) >= composition.things:
        return by_age[composition.things - 1]
    tended = (s for s in by_age if s.label in composition.tended)
    return next((s for s in tended if any(beside(s.place, person, metric_overlap) for person in people)), None)
