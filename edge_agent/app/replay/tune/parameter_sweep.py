"""Sweeping: one log folded under many sites. It cannot act.

The log is read once for all of them, event by event, so that a day of a camera need not lie in memory.

Branching: one log folded under many sites at once, to the same effects as folding it under each.

Sites that see alike share one perception, and a look of which nothing can follow is not even told to a world::

                   ┌▶ perceive ─┬▶ judge, site 1 ─▶ effects
    event ─────────┤            └▶ judge, site 2 ─▶ effects
                   └▶ perceive ──▶ judge, site 3 ─▶ effects      (another score from which a thing is believed)
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from edge_agent.adapters.detection_log import read_answers
from edge_agent.app.folding import fold
from edge_agent.app.replay.replay import Assumed
from edge_agent.core.detect.vote import evidence_in, voted
from edge_agent.core.effects import Effect, LookAgain
from edge_agent.core.events import Event, FrameSeen, LookedAgain
from edge_agent.core.incident.perception import outlook, perceive
from edge_agent.core.incident.world import World
from edge_agent.core.step import is_idle

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from edge_agent.core.incident.perception import Percept
    from edge_agent.core.site.site import Site


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


Asked = tuple[str, "datetime"]  # the case, and when a second look was asked for


def swept(
    events: Iterable[Event], camera: str, sites: tuple[Site, ...], assumed: Assumed
) -> Iterator[tuple[Effect, ...]]:
    """Every effect of ``events`` under each of ``sites``, in their order."""
    branches = Branches(camera, sites, assumed.respond)
    effects: list[list[Effect]] = [[] for _ in sites]
    for event in events:
        if assumed.admits(event):
            for number, done in branches.fold(event):
                effects[number] += done
    yield from map(tuple, effects)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recounted(Assumed):
    """As assumed, but what a log holds of second looks is counted anew by the ``confirm`` that is asked for."""

    votes: Mapping[Asked, LookedAgain] = field(default_factory=dict)

    def respond(self, effect: Effect) -> Event | None:
        """The answer to a question of the core, by the votes where the log holds some."""
        look = self.votes.get((effect.case, effect.at)) if isinstance(effect, LookAgain) else None
        if look is None or not isinstance(effect, LookAgain):
            return Assumed.respond(self, effect)
        vote = voted(evidence_in(look, confirm=effect.confirm, running=effect.score))
        return replace(look, confirmed=vote.confirmed, witnesses=vote.witnesses)

    def admits(self, event: Event) -> bool:
        """Whether an event of the log is folded: the votes that are counted anew are not."""
        counted = isinstance(event, LookedAgain) and (event.case, event.at) in self.votes
        return not counted and Assumed.admits(self, event)


def recounted(assumed: Assumed, log: Path) -> Recounted:
    """What is ``assumed``, with the votes of a log's second looks."""
    looked = (answer for answer in read_answers(log) if isinstance(answer, LookedAgain) and answer.of)
    return Recounted(
        speaking=assumed.speaking,
        heard=assumed.heard,
        looked_again=assumed.looked_again,
        votes={(answer.case, answer.at): answer for answer in looked},
    )
