"""Folding: one event, and everything that follows from it at the same instant.

Some effects are questions to the shell whose answer is an event again (a second look, a warning played at once).
``fold`` keeps asking until nothing is left to ask, so that the caller gets one piece of work to commit.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from edge_agent.core.step import judge, step

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.core.effects import Effect
    from edge_agent.core.events import Event
    from edge_agent.core.incident.perception import Percept
    from edge_agent.core.incident.world import World
    from edge_agent.core.site.site import Site


class Folded(NamedTuple):
    """The world after ``events``, and their effects, each in the order it came about."""

    world: World
    events: tuple[Event, ...]
    effects: tuple[Effect, ...]


def fold(
    world: World, event: Event, site: Site, respond: Callable[[Effect], Event | None], percept: Percept | None = None
) -> Folded:
    """Fold ``event`` and every event with which ``respond`` answers an effect.

    ``percept`` is what ``event`` shows, where that is known already.
    """
    world, done = step(world, event, site) if percept is None else judge(world, percept, event, site)
    if not done:
        return Folded(world, (event,), ())  # as for most looks
    events, effects = [event], [*done]
    waiting = deque(answer for answer in map(respond, done) if answer is not None)
    while waiting:
        waiting_event = waiting.popleft()
        world, done = step(world, waiting_event, site)
        events.append(waiting_event)
        effects.extend(done)
        waiting.extend(answer for answer in map(respond, done) if answer is not None)
    return Folded(world, tuple(events), tuple(effects))
