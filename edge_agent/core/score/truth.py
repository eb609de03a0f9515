"""Truth: what really happened in a recording, against which a replay of it is judged.

A truth says when a thing *stands* there, never when somebody should be warned: the rule may change from one fold to
the next, the street does not. Spans count from the start of the recording, so that the same file serves a clip
whatever day it is dated.

Expectation: what a rule owes a thing that really stood there.

A rule with a dwell owes nothing to what stood for less. Nobody finds the moment of a halt in a recording to the second,
so around the dwell lies a band, as wide as the truth's own tolerance to either side, in which both answers are right::

    stood     0 ─────────── dwell - tolerance ──── dwell ──── dwell + tolerance ───────────▶
    expected        nothing            │     either way     │     an incident, ``due`` at from + dwell

Where the zone has hours, only the time within them counts, and a stand through two of them has two chances.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.core.geometry import Box, Point
    from edge_agent.core.site.hours_and_permits import Hours
    from edge_agent.core.site.zones import Zone

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


class Obligation(StrEnum):
    """What a rule owes a stand."""

    DUE = "due"
    EITHER = "either"
    NOTHING = "nothing"
    UNWATCHED = "unwatched"  # the zone is not watched for this kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A stand under a rule: ``due`` is when it should be opened, ``stood`` how long it broke the rule in all.

    Both span from the start of the recording, and are zero where nothing is owed.
    """

    truth: TrueIncident
    verdict: Obligation
    due: timedelta = timedelta(0)
    stood: timedelta = timedelta(0)


def expected(truth: TrueIncident, zone: Zone | None, started: datetime, observed: timedelta | None = None) -> Expected:
    """What ``zone`` owes a stand in a recording that ``started`` then and was seen for ``observed`` (None: all)."""
    rule = None if zone is None else zone.rules.get(truth.kind)
    if zone is None or rule is None:
        return Expected(truth=truth, verdict=Obligation.UNWATCHED)
    until = truth.until if observed is None else min(truth.until, observed)
    runs = tuple(_runs(zone.hours, started, truth.since, until))
    for verdict, least in (
        (Obligation.DUE, rule.dwell + truth.tolerance),
        (Obligation.EITHER, rule.dwell - truth.tolerance),
    ):
        for since, stood in runs:
            if stood >= least:
                fair = Obligation.EITHER if truth.optional else verdict
                return Expected(truth=truth, verdict=fair, due=since + rule.dwell, stood=stood)
    return Expected(truth=truth, verdict=Obligation.NOTHING)


def _runs(hours: Hours, started: datetime, since: timedelta, until: timedelta) -> Iterator[tuple[timedelta, timedelta]]:
    """The parts of a stand that lie within the zone's hours: when each begins, and how long it lasts."""
    at = since
    while at <= until:
        change = hours.next_change(started + at)
        turn = until if change is None else min(change - started, until)
        if hours.covers(started + at):
            yield at, turn - at
        if turn >= until:
            return
        at = turn
