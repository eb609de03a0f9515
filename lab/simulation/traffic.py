"""Traffic: things that drive and walk, and where they stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lab.simulation.actors import Actor, Cast, Knot, Stand
from lab.simulation.draws import seconds_of
from lab.simulation.street import StreetSide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.core.geometry import Box
    from lab.simulation.draws import Chance
    from lab.simulation.street import Parks, Passes, Queues

CROSSING: Final = 5.0  # seconds from the side of the picture to beside a place
PULLING: Final = 2.5  # seconds from beside a place into it
OUT: Final = 0.35  # of its height: how far nearer to the camera a car drives than it parks
AHEAD: Final = 0.6  # of its width: how far it goes along while it pulls in or out
BETWEEN: Final = 6.0  # seconds a place stays empty at least
MOVING_UP: Final = 3.0  # seconds for a vehicle of a queue to move up one place
DRIVING_OFF: Final = 2.0  # seconds from beyond the head of the queue to the side of the picture
WAVE: Final = 1.2  # seconds from one vehicle's setting off to the next one's
PAUSED: Final = 12.0  # seconds between queues at least


def parked(what: Parks, chance: Chance) -> Cast:
    """The vehicles that stand at one place in a day, one after another."""
    draw = chance.of(what.name)
    actors: list[Actor] = []
    stands: list[Stand] = []
    second = chance.arrival(draw, what.often, CROSSING + PULLING)
    while second < chance.until:
        left = min(second + seconds_of(what.stay, draw), chance.until)
        actors.append(
            Actor(name=f"{what.name}/{len(actors)}", labels=what.labels, knots=_visit(what, second, left, chance.until))
        )
        if what.breaks is not None:
            stands.append(Stand(breaks=what.breaks, box=what.place, since=second, until=left))
        second = chance.arrival(draw, what.often, left + CROSSING + 2 * PULLING + BETWEEN)
    return Cast(tuple(actors), tuple(stands))


def _visit(what: Parks, came: float, left: float, until: float) -> tuple[Knot, ...]:
    """In along the lane, into the place, out of it, and on."""
    place = what.place
    sign = 1 if what.comes is StreetSide.LEFT else -1
    lane = place.moved(0, OUT * place.height)
    before = place.moved(-sign * AHEAD * place.width, OUT * place.height)
    after = place.moved(sign * AHEAD * place.width, OUT * place.height)
    first, last = (_off_left(lane), _off_right(lane)) if sign > 0 else (_off_right(lane), _off_left(lane))
    into = ((came - PULLING - CROSSING, first), (came - PULLING, before), (came, place))
    if left >= until:
        return (*into, (until, place))
    return (*into, (left, place), (left + PULLING, after), (left + PULLING + CROSSING, last))


def passing(what: Passes, chance: Chance) -> Cast:
    """The things that cross the picture in a day."""
    draw = chance.of(what.name)
    first, last = _off_left(what.lane), _off_right(what.lane)
    if what.comes is StreetSide.RIGHT:
        first, last = last, first
    actors = []
    for number, second in enumerate(chance.arrivals(draw, what.often)):
        took = what.crossing.total_seconds() * (0.7 + 0.6 * draw.random())
        actors.append(
            Actor(name=f"{what.name}/{number}", labels=what.labels, knots=((second, first), (second + took, last)))
        )
    return Cast(tuple(actors))


def queued(what: Queues, chance: Chance) -> Cast:
    """The vehicles that move up through the places of a queue in a day."""
    draw = chance.of(what.name)
    actors: list[Actor] = []
    second = chance.arrival(draw, what.often, 0.0)
    while second < chance.until:
        pauses = [seconds_of(what.pause, draw) for _ in range(what.vehicles + what.places + 1)]
        moves = list(_stops(second, pauses))
        for number in range(what.vehicles):
            knots = tuple(_moved_up(what, moves[number : number + what.places + 1]))
            actors.append(Actor(name=f"{what.name}/{len(actors)}", labels=what.labels, knots=knots))
        second = chance.arrival(draw, what.often, moves[-1] + WAVE * what.places + PAUSED)
    return Cast(tuple(actors))


def _stops(begun: float, pauses: list[float]) -> Iterator[float]:
    """When the head of the queue moves on, time after time."""
    second = begun
    for pause in pauses:
        second += MOVING_UP + pause
        yield second


def _moved_up(what: Queues, moves: list[float]) -> Iterator[Knot]:
    """One vehicle of a queue: in from behind, from place to place, and off over the head of it.

    It sets off ``WAVE`` after the one before it did: a queue dissolves from its head.
    """
    behind = what.places - 1
    for number, second in enumerate(moves):
        place = what.head.moved(what.step * (number - what.places), 0)
        sets_off = second + WAVE * (behind - number + 1)
        yield sets_off, place
        yield sets_off + MOVING_UP, place.moved(what.step, 0)
    yield moves[-1] + MOVING_UP + DRIVING_OFF, _off_right(what.head)


def _off_left(box: Box) -> Box:
    return box.moved(-box.x1, 0)


def _off_right(box: Box) -> Box:
    return box.moved(1 - box.x0, 0)
