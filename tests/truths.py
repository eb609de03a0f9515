"""True stands, incidents that were told, and what a rule owes the first, for tests of the scorer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from edge_agent.core.geometry import Box
from edge_agent.core.score.replayed import ReplayedIncident, StoodFor
from edge_agent.core.score.truth import Expected, TrueIncident, expected
from edge_agent.core.site.zones import Zone
from tests.site import PARKING, zone
from tests.street import KERB, START, span

ZONE: Final = zone()  # no parking anywhere, after 60 s
DWELL: Final = ZONE.rules[PARKING].dwell


def stand(since: float, until: float, *, box: Box | None = KERB, optional: bool = False, at: str = "z") -> TrueIncident:
    """A thing that stood at the kerb."""
    return TrueIncident(kind=PARKING, zone=at, since=span(since), until=span(until), box=box, optional=optional)


def owed(truth: TrueIncident, *, within: Zone = ZONE, observed: timedelta | None = None) -> Expected:
    """What a zone owes it."""
    return expected(truth, within, START, observed)


def incident(
    opened: float,
    *,
    ident: str | None = None,
    box: Box | None = KERB,
    warned: float | None = None,
    ordered: float | None = None,
    until: float | None = None,
    at: str = "z",
) -> ReplayedIncident:
    """An incident that opened a minute after the thing came; warned at once where nothing else is said."""
    return ReplayedIncident(
        incident=ident or f"inc-{opened:g}",
        zone=at,
        kind=PARKING,
        box=box,
        spells=(StoodFor(since=span(opened) - DWELL, until=None if until is None else span(until)),),
        opened=span(opened),
        warned=span(opened if warned is None else warned),
        ordered=None if ordered is None else span(ordered),
        dwell=None if until is None else span(until - opened) + DWELL,
    )


def returned(first: ReplayedIncident, since: float, until: float | None) -> ReplayedIncident:
    """The same incident, gone on with after a return."""
    again = StoodFor(since=span(since), until=None if until is None else span(until))
    return replace(first, spells=(*first.spells, again))
