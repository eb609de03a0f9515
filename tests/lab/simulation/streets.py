"""Small streets to simulate: a quarter of an hour, one zone, a few behaviours."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.core.geometry import Box
from lab.simulation.draws import Chance
from lab.simulation.street import (
    Behaviour,
    Breaks,
    Gathers,
    Hourly,
    Network,
    Parks,
    Part,
    Passes,
    Queues,
    Sight,
    Stay,
    Street,
)
from tests.site import PARKING, SHORT, STALL, zone
from tests.street import KERB, START, span

if TYPE_CHECKING:
    from edge_agent.core.site.zones import Zone

ALWAYS: Final = Hourly((60.0,) * 24)
LASTS: Final = timedelta(minutes=15)
STANDS: Final = Stay(median=span(70), spread=0.8, least=span(2))
FORBIDDEN: Final = Breaks(zone="z", kind=PARKING)

PARKS: Final = Parks(name="kerb", place=KERB, labels=("car", "truck"), often=ALWAYS, stay=STANDS, breaks=FORBIDDEN)
BUS: Final = replace(
    PARKS, name="bus", place=Box(0.35, 0.3, 0.65, 0.6), labels=("bus",), stay=Stay(median=span(6)), breaks=None
)
WALKS: Final = Passes(
    name="walkers",
    lane=Box(0.48, 0.3, 0.52, 0.45),
    labels=("person",),
    often=ALWAYS,
    crossing=span(20),
)
QUEUE: Final = Queues(
    name="queue",
    head=Box(0.7, 0.4, 0.8, 0.5),
    places=3,
    step=0.2,
    vehicles=4,
    labels=("car",),
    often=ALWAYS,
    pause=Stay(median=span(10)),
)
STALLS: Final = Gathers(
    name="stall",
    parts=(
        Part(labels=("umbrella",), box=Box(0.1, 0.2, 0.2, 0.3)),
        Part(labels=("table",), box=Box(0.12, 0.25, 0.18, 0.32)),
    ),
    often=ALWAYS,
    stay=STANDS,
    counts_from=2,
    rest=span(120),
    breaks=Breaks(zone="stalls", kind=STALL),
)
ROUGH: Final = Sight(
    recall=0.8,
    bursts=0.4,
    jitter=0.02,
    flicker=0.1,
    double=0.1,
    false_alarms=ALWAYS,
    appearance=8,
    grain=0.05,
    glare=ALWAYS,
)
BAD_LINE: Final = Network(lost=ALWAYS, silent=ALWAYS, lost_for=Stay(median=span(8)))


def street(*behaviours: Behaviour, zones: tuple[Zone, ...] = (), sight: Sight | None = None) -> Street:
    """A street on which these behaviours are seen as they are, where nothing else is said."""
    return Street(
        camera="c1",
        start=START,
        hour=8.0,
        zones=zones or (zone(rule=SHORT), zone(STALL, rule=SHORT, ident="stalls")),
        behaviours=behaviours,
        lasts=LASTS,
        sight=sight or Sight(),
    )


def chance(seed: int = 1, until: timedelta = LASTS) -> Chance:
    """The dice of a day."""
    return Chance(seed=seed, day=0, hour=8.0, until=until.total_seconds())
