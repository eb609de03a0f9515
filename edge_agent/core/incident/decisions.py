"""Decisions: what a person is assumed to say of an incident that waits for a review, where nobody can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from edge_agent.core.commands import Confirm, Reject, RejectReason
from edge_agent.core.effects import PublishIncident
from edge_agent.core.events import Command
from edge_agent.core.feed.incidents import Happening

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge_agent.core.effects import Effect
    from edge_agent.core.events import Event


class Verdict(StrEnum):
    """What a person says of it."""

    CONFIRM = "confirm"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person says, so long ``after`` an incident was referred; ``reason`` is that of a rejection."""

    verdict: Verdict
    after: timedelta = timedelta(0)
    reason: RejectReason = RejectReason.OTHER


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What is said of each incident by its id, and ``otherwise``; None: nobody says anything."""

    incidents: Mapping[str, Decision] = field(default_factory=dict)
    otherwise: Decision | None = None

    def of(self, effects: Iterable[Effect]) -> tuple[Command, ...]:
        """The commands that follow from what was referred, each at its instant."""
        return tuple(
            command
            for effect in effects
            if isinstance(effect, PublishIncident) and effect.event.type is Happening.REFERRED
            for command in self._of(effect)
        )

    def _of(self, referred: PublishIncident) -> tuple[Command, ...]:
        incident = referred.event.incident
        decision = self.incidents.get(incident, self.otherwise)
        if decision is None:
            return ()
        what = (
            Confirm(incident=incident)
            if decision.verdict is Verdict.CONFIRM
            else Reject(incident=incident, reason=decision.reason)
        )
        at = (referred.event.media_at or referred.event.at) + decision.after
        return (Command(at=at, id=f"{referred.event.id}-{what.verb}", what=what, by="replay"),)


def is_judgement(event: Event) -> bool:
    """Whether somebody confirmed or rejected an incident: what decisions take the place of."""
    return isinstance(event, Command) and isinstance(event.what, Confirm | Reject)
