"""Gathering: stalls, goods and garbage, which are put down part by part and taken away again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.core.geometry import around
from lab.simulation.actors import Actor, Cast, Stand
from lab.simulation.draws import seconds_of

if TYPE_CHECKING:
    from lab.simulation.draws import Chance
    from lab.simulation.street import Gathers


def gathered(what: Gathers, chance: Chance) -> Cast:
    """What is put down at one place in a day."""
    draw = chance.of(what.name)
    actors: list[Actor] = []
    stands: list[Stand] = []
    visits = 0
    second = chance.arrival(draw, what.often, 0.0)
    while second < chance.until:
        gone = min(second + seconds_of(what.stay, draw), chance.until)
        parts = _parts(what, second, gone, visit=visits)
        actors += parts
        if what.keeper is not None:
            knots = ((second, what.keeper.box), (gone, what.keeper.box))
            actors.append(Actor(name=f"{what.name}/{visits}/keeper", labels=what.keeper.labels, knots=knots))
        if what.breaks is not None and len(parts) >= what.counts_from:
            box = around(tuple(part.knots[0][1] for part in parts))
            stands.append(Stand(breaks=what.breaks, box=box, since=parts[what.counts_from - 1].since, until=gone))
        visits += 1
        second = chance.arrival(draw, what.often, gone + what.rest.total_seconds())
    return Cast(tuple(actors), tuple(stands))


def _parts(what: Gathers, came: float, gone: float, *, visit: int) -> list[Actor]:
    """The parts of one visit: the first comes first and goes last; one that has no time left never comes."""
    out, back = what.out.total_seconds(), what.back.total_seconds()
    actors = []
    for number, part in enumerate(what.parts):
        since, until = came + number * out, gone - number * back
        if since < until:
            knots = ((since, part.box), (until, part.box))
            actors.append(Actor(name=f"{what.name}/{visit}/{number}", labels=part.labels, knots=knots))
    return actors
