"""Replay: what would have happened, from a detection log. It cannot act.

Nothing in here reaches a speaker, a broker or the store: this module may not even import them (an import contract
says so). The questions of the core are answered from the log itself, or by what the caller asks to be assumed.

Logged: what was once seen, from its detection log, as events for a replay.

Apart from ``recording.py`` so that a log is folded without loading a decoder and a detector.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from edge_agent.adapters.detection_log import read_answers, read_events, read_header
from edge_agent.app.folding import fold
from edge_agent.core.effects import LookAgain, Speak
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import Command, LookedAgain, Result, WarningAnswered
from edge_agent.core.incident.decisions import Decisions, is_judgement
from edge_agent.core.incident.near_misses import unfinished
from edge_agent.core.incident.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from edge_agent.core.effects import Effect
    from edge_agent.core.events import Event
    from edge_agent.core.site.site import Site


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
    all other questions the speaker works, and a second look agrees. None: the log answers all there is to answer, but
    what a box was not yet taught to ask: of later steps, only those in ``answered`` were. ``decisions`` are what people
    say of what waits for their review, in the place of what the log says; without them it is what the log says, and
    nobody else.
    """

    speaking: Speaking = Speaking.WORKS
    heard: frozenset[str] | None = frozenset()
    looked_again: frozenset[tuple[str, datetime]] | None = frozenset()
    answered: frozenset[tuple[str, datetime]] = frozenset()
    decisions: Decisions | None = None

    def respond(self, effect: Effect) -> Event | None:
        """The answer to a question of the core, or None where it is none or the log answers it."""
        match effect:
            case LookAgain() if self.looked_again is not None and (effect.case, effect.at) not in self.looked_again:
                return LookedAgain(at=effect.at, case=effect.case, confirmed=True)
            case LookAgain(again=True) if self.looked_again is None and (effect.case, effect.at) not in self.answered:
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
                return self.decisions is None or not is_judgement(event)


class ReplayStep(NamedTuple):
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


def folded(events: Iterable[Event], camera: str, site: Site, assumed: Assumed) -> Iterator[ReplayStep]:
    """Each event that is folded, with what came of it."""
    world, decisions, waiting = World(camera=camera), assumed.decisions or Decisions(), list[Command]()
    for event in events:
        if not assumed.admits(event):
            continue
        while waiting and waiting[0].at <= event.at:
            word = waiting.pop(0)
            world, _, effects = fold(world, word, site, assumed.respond)
            yield ReplayStep(word, world, effects)
        world, _, effects = fold(world, event, site, assumed.respond)
        if effects:
            waiting = sorted((*waiting, *decisions.of(effects)), key=lambda command: command.at)
        yield ReplayStep(event, world, effects)


def logged(path: Path, camera: str) -> Iterator[Event]:
    """The events of a detection log of ``camera``."""
    header = read_header(path)
    if header.camera != camera:
        raise BadInputError(f"{path}: the log is of camera '{header.camera}', expected '{camera}'")
    return read_events(path)


def model_of(path: Path) -> str:
    """The sha256 of the model that saw what a log holds."""
    return read_header(path).model


def assumed_of(path: Path, speaking: Speaking | None) -> Assumed:
    """What a replay of this log assumes: what the log does not say itself.

    ``speaking`` overrides the speaker; ``from-log`` takes the log's word, also for what it leaves out.
    """
    return assumed_of_all((path,), speaking)


def assumed_of_all(paths: tuple[Path, ...], speaking: Speaking | None = None) -> Assumed:
    """The same of a log in several files, which answer between them."""
    answers = tuple(chain.from_iterable(map(read_answers, paths)))
    heard = frozenset(answer.incident for answer in answers if isinstance(answer, WarningAnswered))
    looked = frozenset((answer.case, answer.at) for answer in answers if isinstance(answer, LookedAgain))
    if speaking is Speaking.FROM_LOG:
        return Assumed(speaking=speaking, heard=None, looked_again=None if looked else looked, answered=looked)
    outlook = Speaking.FROM_LOG if heard else Speaking.WORKS
    return Assumed(speaking=speaking or outlook, heard=heard, looked_again=looked)
