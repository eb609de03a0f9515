"""Branching: one log folded under many sites at once, to the same effects as folding it under each.

Sites that see alike share one perception, and a look of which nothing can follow is not even told to a world::

                   ┌▶ perceive ─┬▶ judge, site 1 ─▶ effects
    event ─────────┤            └▶ judge, site 2 ─▶ effects
                   └▶ perceive ──▶ judge, site 3 ─▶ effects      (another score from which a thing is believed)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from edge_agent.app.folding import fold
from edge_agent.core.events import FrameSeen
from edge_agent.core.perception import outlook, perceive
from edge_agent.core.step import is_idle
from edge_agent.core.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from edge_agent.core.effects import Effect
    from edge_agent.core.events import Event
    from edge_agent.core.perception import Percept
    from edge_agent.core.site import Site


@dataclass(slots=True)
class _Branch:
    """One site, its number and its world."""

    number: int
    site: Site
    world: World


class Branches:
    """The worlds of many sites, all told the same events of one camera."""

    def __init__(self, camera: str, sites: tuple[Site, ...], respond: Callable[[Effect], Event | None]) -> None:
        self._respond = respond
        self._alike: dict[Hashable, list[_Branch]] = {}
        for number, site in enumerate(sites):
            branch = _Branch(number, site, World(camera=camera))
            self._alike.setdefault(outlook(site, camera), []).append(branch)
        self._seen = dict.fromkeys(self._alike, World(camera=camera))  # of which only what is perceived is kept

    def fold(self, event: Event) -> Iterator[tuple[int, tuple[Effect, ...]]]:
        """The number of each site under which something follows from ``event``, and its effects."""
        for view, branches in self._alike.items():
            seen = self._seen[view]
            percept = perceive(seen, event, branches[0].site)
            self._seen[view] = replace(seen, memory=percept.memory, spots=percept.spots, lost=percept.lost)
            yield from self._judged(branches, percept, event)

    def _judged(
        self, branches: list[_Branch], percept: Percept, event: Event
    ) -> Iterator[tuple[int, tuple[Effect, ...]]]:
        is_look = isinstance(event, FrameSeen)
        for branch in branches:
            if is_look and is_idle(branch.world, percept):
                continue
            branch.world, _, effects = fold(branch.world, event, branch.site, self._respond, percept)
            if effects:
                yield branch.number, effects
