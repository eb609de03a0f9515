"""Expectation: what a rule owes a thing that really stood there.

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
from typing import TYPE_CHECKING

from edge_agent.core.truth import TrueIncident

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.core.permits import Hours
    from edge_agent.core.zones import Zone


class Verdict(StrEnum):
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
    verdict: Verdict
    due: timedelta = timedelta(0)
    stood: timedelta = timedelta(0)


def expected(truth: TrueIncident, zone: Zone | None, started: datetime, observed: timedelta | None = None) -> Expected:
    """What ``zone`` owes a stand in a recording that ``started`` then and was seen for ``observed`` (None: all)."""
    rule = None if zone is None else zone.rules.get(truth.kind)
    if zone is None or rule is None:
        return Expected(truth=truth, verdict=Verdict.UNWATCHED)
    until = truth.until if observed is None else min(truth.until, observed)
    runs = tuple(_runs(zone.hours, started, truth.since, until))
    for verdict, least in ((Verdict.DUE, rule.dwell + truth.tolerance), (Verdict.EITHER, rule.dwell - truth.tolerance)):
        for since, stood in runs:
            if stood >= least:
                fair = Verdict.EITHER if truth.optional else verdict
                return Expected(truth=truth, verdict=fair, due=since + rule.dwell, stood=stood)
    return Expected(truth=truth, verdict=Verdict.NOTHING)


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
