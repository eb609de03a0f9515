"""Simulated outlets: speakers that work, fail, or take their time, and remember what was heard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result
from edge_agent.ports import SpeakerAnswer

if TYPE_CHECKING:
    from datetime import datetime

    from edge_agent.ports import Clock
    from edge_agent.ports.outlets import Announcement

PLAYED = SpeakerAnswer(result=Result.PLAYED)


def failed(reason: str) -> SpeakerAnswer:
    """It surely said nothing."""
    return SpeakerAnswer(result=Result.FAILED, reason=reason)


@dataclass(slots=True)
class SimulatedOutlet:
    """An outlet whose ``answers`` come one after the other, the last for ever; each takes ``seconds`` of the clock."""

    clock: Clock
    answers: tuple[SpeakerAnswer, ...] = (PLAYED,)
    seconds: float = 0.0
    begun: list[tuple[datetime, Announcement]] = field(default_factory=list)
    heard: list[tuple[datetime, Announcement]] = field(default_factory=list)
    on_play: Callable[[], None] = lambda: None
    closed: bool = False

    def play(self, announcement: Announcement) -> SpeakerAnswer:
        """Answer as it was told to, after its time."""
        at = self.clock.now()
        answer = self.answers[min(len(self.begun), len(self.answers) - 1)]
        self.begun.append((at, announcement))
        if answer.result is not Result.FAILED:
            self.heard.append((at, announcement))
        self.on_play()
        self.clock.sleep(self.seconds)
        return answer

    def recall(self, announcement: Announcement) -> SpeakerAnswer:
        """It keeps no record."""
        return SpeakerAnswer(result=Result.UNKNOWN, reason=f"nobody can tell what became of {announcement.id}")

    def probe(self) -> str:
        """There, or not, as it will answer."""
        if self.answers[-1].result is Result.FAILED:
            raise OutsideError(self.answers[-1].reason)
        return "simulated"

    def close(self) -> None:
        """Remember that it was."""
        self.closed = True
