"""Sweeping: one log folded under many sites. It cannot act.

The log is read once for all of them, event by event, so that a day of a camera need not lie in memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edge_agent.adapters.detection_log import read_answers
from edge_agent.app.branching import Branches
from edge_agent.app.replay import Assumed
from edge_agent.core.effects import Effect, LookAgain
from edge_agent.core.events import Event, LookedAgain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from edge_agent.core.site import Site

Asked = tuple[str, "datetime"]  # the case, and when a second look was asked for
Votes = tuple[int, int]  # how many pictures agreed, of how many


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

    votes: Mapping[Asked, Votes] = field(default_factory=dict)

    def respond(self, effect: Effect) -> Event | None:
        """The answer to a question of the core, by the votes where the log holds some."""
        votes = self.votes.get((effect.case, effect.at)) if isinstance(effect, LookAgain) else None
        if votes is None or not isinstance(effect, LookAgain):
            return Assumed.respond(self, effect)
        agreed, of = votes
        confirmed = agreed >= min(effect.confirm, of)
        return LookedAgain(at=effect.at, case=effect.case, confirmed=confirmed, agreed=agreed, of=of)

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
        votes={(answer.case, answer.at): (answer.agreed, answer.of) for answer in looked},
    )
