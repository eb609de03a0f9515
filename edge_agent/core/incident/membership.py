"""Belonging: whose a standing thing is.

It is the case's that it was at the last look; or it has been put beside one (another table of the stall, more goods
before the shop); or it is the thing of a case that was resolved a moment ago, come back. Else it is nobody's yet.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, assert_never

from edge_agent.core.detect.likeness import agrees, contradicts
from edge_agent.core.geometry import iou
from edge_agent.core.incident.grouping import beside
from edge_agent.core.site.policy import Grouping
from edge_agent.core.track.identity import THERE
from edge_agent.core.track.spot import Spot

if TYPE_CHECKING:
    from edge_agent.core.incident.cases import Case
    from edge_agent.core.incident.grouping import Offending
    from edge_agent.core.site.policy import Kind, Rule
    from edge_agent.core.track.metric_overlap import MetricOverlap
    from edge_agent.core.track.settings import Seeing

SETTLING: Final = timedelta(minutes=1)  # what comes back at the end of its window must still settle

Filled = tuple[tuple["Case", tuple[Spot, ...]], ...]


def shared_out(
    offending: Offending, cases: tuple[Case, ...], kind: Kind, metric_overlap: MetricOverlap | None = None
) -> tuple[Filled, Offending]:
    """Each case with the standing things that are its own, and the things that are no case's yet."""
    spots = {spot.id: spot for spot, _ in offending}
    mine = {case.id: [spots[m] for m in case.members if m in spots] for case in cases}
    taken = {spot.id for members in mine.values() for spot in members}
    loose: list[tuple[Spot, str | None]] = []
    for spot, shop in offending:
        if spot.id in taken:
            continue
        host = next((c for c in cases if _belongs(spot, shop, c, mine[c.id], kind, metric_overlap)), None)
        if host is None:
            loose.append((spot, shop))
        else:
            mine[host.id].append(spot)
    return tuple((case, tuple(mine[case.id])) for case in cases), tuple(loose)


def _belongs(
    spot: Spot, shop: str | None, case: Case, members: list[Spot], kind: Kind, metric_overlap: MetricOverlap | None
) -> bool:
    match kind.group:
        case Grouping.SPOT:
            return False
        case Grouping.SHOP:
            return shop == case.shop
        case Grouping.CLUSTER:
            return any(beside(spot.place, member.place, metric_overlap) for member in members)
        case _:
            assert_never(kind.group)


def came_back(
    before: Case,
    again: Case,
    kind: Kind,
    rule: Rule,
    seeing: Seeing,
    metric_overlap: MetricOverlap | None = None,
    *,
    arrived: bool = False,
) -> bool:
    """Whether ``again`` is the thing of the resolved case ``before``, back at its place in time.

    Within the return window its look need not contradict, or must agree where one thing of the kind is like another.
    Later, for as long as a case waits for what is out of sight, its look must agree, and nobody must have seen it come
    (``arrived``): a detector that was blind for a while shows again what stood there all along. What was seen to come
    was away, and like cars come again and again.
    """
    away = again.presence.since - before.presence.last_seen
    if not timedelta(0) < away <= rule.remembered or not _same_place(before, again, kind, metric_overlap):
        return False
    alike = agrees(before.appearance, again.appearance, seeing.appearance_near)
    if away > rule.return_window:
        return alike and not arrived  # by its plate: rejoining.py
    if kind.needs_appearance_to_return:
        return alike
    return not contradicts(before.appearance, again.appearance, seeing.appearance_far)


def _same_place(before: Case, again: Case, kind: Kind, metric_overlap: MetricOverlap | None) -> bool:
    match kind.group:
        case Grouping.SPOT:
            fills = iou if metric_overlap is None else metric_overlap.fills
            return fills(before.place, again.place) >= THERE
        case Grouping.SHOP:
            return before.shop == again.shop
        case Grouping.CLUSTER:
            return beside(before.place, again.place, metric_overlap)
        case _:
            assert_never(kind.group)


def known_again_for(case: Case, rule: Rule) -> timedelta:
    """How long after leaving its thing can be known again: by its look longer, by its plate until that is read."""
    if case.known.plate is not None:
        return rule.remembered + rule.dwell + SETTLING
    return (rule.return_window if case.appearance is None else rule.remembered) + SETTLING
