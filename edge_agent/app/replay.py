"""Replay: what would have happened, from a detection log. It cannot act.

Nothing in here reaches a speaker, a broker or the store: this module may not even import them (an import contract
says so). The questions of the core are answered from the log itself, or by what the caller asks to be assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from edge_agent.app.folding import fold
from edge_agent.core.effects import LookAgain, Speak
from edge_agent.core.events import LookedAgain, Result, WarningAnswered
from edge_agent.core.shortfalls import unfinished
from edge_agent.core.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from edge_agent.core.effects import Effect
    from edge_agent.core.events import Event
    from edge_agent.core.site import Site


class Speaking(StrEnum):
    """What is assumed of the speaker."""

    WORKS = "works"  # every warning is played at once
    FAILS = "fails"  # none is
    FROM_LOG = "from-log"  # the log says what became of each


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What a replay assumes of the shells.

    By other zones or timers other questions are asked than when the log was written. What the log answers is taken
    from it: the warnings of the incidents in ``heard``, the second looks at (case, instant) in ``looked_again``. To
    all other questions the speaker works, and a second look agrees. None: the log answers all there is to answer.
    """

    speaking: Speaking = Speaking.WORKS
    heard: frozenset[str] | None = frozenset()
    looked_again: frozenset[tuple[str, datetime]] | None = frozenset()

    def respond(self, effect: Effect) -> Event | None:
        """The answer to a question of the core, or None where it is none or the log answers it."""
        match effect:
            case LookAgain() if self.looked_again is not None and (effect.case, effect.at) not in self.looked_again:
                return LookedAgain(at=effect.at, case=effect.case, confirmed=True)
            case Speak() if not self._logged(effect.incident):
                played = self.speaking is not Speaking.FAILS
                return WarningAnswered(
                    at=effect.at,
                    incident=effect.incident,
                    n=effect.n,
                    result=Result.PLAYED if played else Result.FAILED,
                    reason="" if played else "assumed to fail",
                )
            case _:
                return None

    def _logged(self, incident: str) -> bool:
        """Whether the log tells what became of the warnings of an incident."""
        return self.speaking is Speaking.FROM_LOG and (self.heard is None or incident in self.heard)

    def admits(self, event: Event) -> bool:
        """Whether an event of the log is folded: answers are dropped where they are assumed."""
        match event:
            case WarningAnswered():
                return self.speaking is Speaking.FROM_LOG
            case LookedAgain():
                return self.looked_again is None or (event.case, event.at) in self.looked_again
            case _:
                return True


class Step(NamedTuple):
    """One event of a log, the world after it and all that followed at the same instant, and the effects."""

    event: Event
    world: World
    effects: tuple[Effect, ...]


def replay(events: Iterable[Event], camera: str, site: Site, assumed: Assumed) -> Iterator[Effect]:
    """Every effect of ``events``, in order; a generator, so a day of a camera takes no more room than an hour."""
    for step in folded(events, camera, site, assumed):
        yield from step.effects


def accounted(events: Iterable[Event], camera: str, site: Site, assumed: Assumed) -> Iterator[Effect]:
    """As ``replay``, and at the end a remark on each thing that still stands and is short of a violation."""
    world = World(camera=camera)
    for step in folded(events, camera, site, assumed):
        yield from step.effects
        world = step.world
    yield from unfinished(world, site)


def folded(events: Iterable[Event], camera: str, site: Site, assumed: Assumed) -> Iterator[Step]:
    """Each event that is folded, with what came of it."""
    world = World(camera=camera)
    for event in events:
        if assumed.admits(event):
            world, _, effects = fold(world, event, site, assumed.respond)
            yield Step(event, world, effects)
