"""Telling: events told to the core, its requests answered at once, and what it then says of incidents.

``tell`` plays the part of a shell whose speaker and second look answer at the instant they are asked; ``told`` reads
as the rows of the tables in ``docs/ladder.md``. Every message that follows is held to the contract of the feed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from edge_agent.app.feed.messages import messages
from edge_agent.core.effects import Effect, LookAgain, Note, OpenWorkOrder, PublishIncident, Speak
from edge_agent.core.events import Event, LookedAgain, Result, WarningAnswered
from edge_agent.core.feed.incidents import IncidentEvent
from edge_agent.core.incident.world import World
from edge_agent.core.step import step
from tests.feed.contract import held
from tests.street import second_of, span

if TYPE_CHECKING:
    from edge_agent.core.incident.cases import Case
    from edge_agent.core.site.site import Site

Asked = TypeVar("Asked", bound=Effect)
Speaker = Callable[[Speak], Result | None]
Edge = tuple[type, type]


def works(request: Speak) -> Result | None:  # noqa: ARG001 - whatever the request
    """A speaker that plays everything at once."""
    return Result.PLAYED


def fails(request: Speak) -> Result | None:  # noqa: ARG001
    """A broken speaker that says so."""
    return Result.FAILED


def mute(request: Speak) -> Result | None:  # noqa: ARG001
    """A speaker that never answers."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreRun:
    """Where the core stands, and all it has said on the way there."""

    world: World
    effects: tuple[Effect, ...] = ()
    edges: frozenset[Edge] = frozenset()

    def of(self, kind: type[Asked]) -> tuple[Asked, ...]:
        """The effects of one kind, in order."""
        return tuple(effect for effect in self.effects if isinstance(effect, kind))

    @property
    def events(self) -> tuple[IncidentEvent, ...]:
        """What was published."""
        return tuple(effect.event for effect in self.of(PublishIncident))

    @property
    def happened(self) -> list[str]:
        """The types of the published events, without their common prefix."""
        return [event.type.removeprefix("incident.") for event in self.events]

    @property
    def seconds(self) -> list[float]:
        """The seconds of the published events."""
        return [second_of(event.at) for event in self.events]

    @property
    def story(self) -> list[tuple[str, float]]:
        """What happened and when, in seconds: the shortest way to say it."""
        return list(zip(self.happened, self.seconds, strict=True))

    @property
    def incidents(self) -> list[str]:
        """The ids of the incidents, in the order in which they began."""
        return list(dict.fromkeys(event.incident for event in self.events))

    @property
    def requests(self) -> list[tuple[int, float]]:
        """The warnings asked for: number and second."""
        return [(speak.n, second_of(speak.at)) for speak in self.of(Speak)]

    @property
    def ordered(self) -> list[float]:
        """The seconds at which a work order was opened."""
        return [second_of(effect.order.opened) for effect in self.of(OpenWorkOrder)]

    @property
    def remarks(self) -> list[str]:
        """What the notes say."""
        return [note.what for note in self.of(Note)]


def tell(
    events: Iterable[Event],
    site: Site,
    *,
    speaker: Speaker = works,
    second_look: bool | None = True,
    world: World | None = None,
) -> CoreRun:
    """Fold ``events``; ``second_look`` is what each second look finds, None for no answer."""
    result = CoreRun(world=world or World(camera="c1"))
    for event in events:
        result = _fed(result, event, site, speaker, second_look)
    return result


def _fed(result: CoreRun, event: Event, site: Site, speaker: Speaker, second_look: bool | None) -> CoreRun:  # noqa: FBT001 - a value handed through
    before = result.world
    world, effects = step(before, event, site)
    held(messages(effects, site))
    result = replace(
        result, world=world, effects=(*result.effects, *effects), edges=result.edges | edges_between(before, world)
    )
    for effect in effects:
        for reply in _replies(effect, speaker, second_look):
            result = _fed(result, reply, site, speaker, second_look)
    return result


def _replies(effect: Effect, speaker: Speaker, second_look: bool | None) -> tuple[Event, ...]:  # noqa: FBT001
    match effect:
        case LookAgain() if second_look is not None:
            return (LookedAgain(at=effect.at, case=effect.case, confirmed=second_look),)
        case Speak():
            result = speaker(effect)
            return () if result is None else (answer(effect, result),)
        case _:
            return ()


def answer(request: Speak, result: Result, late: float = 0) -> WarningAnswered:
    """The speaker's answer, ``late`` seconds after it was asked."""
    return WarningAnswered(at=request.at + span(late), incident=request.incident, n=request.n, result=result)


def edges_between(before: World, after: World) -> frozenset[Edge]:
    """The transitions of the ladder that one step took."""
    old, new = _states(before), _states(after)
    return frozenset(
        (type(old[case].state), type(new[case].state))
        for case in old.keys() & new.keys()
        if old[case].state != new[case].state
    )


def _states(world: World) -> dict[str, Case]:
    return {case.id: case for case in (*world.departed, *world.cases)}
