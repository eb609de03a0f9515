"""A queue in simulated time: it needs no thread, and the world goes on while it plays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from edge_agent.app.speak.speaker_queue import SpeakerQueue
from edge_agent.ports import SpeakerAnswer
from tests.street import at, second_of

if TYPE_CHECKING:
    from edge_agent.core.effects import Speak
    from tests.app.live.waiting import Agenda


@dataclass(slots=True)
class OwnClock:
    """The clock of one speaker: while it plays it is ahead of the world, which goes on without it."""

    agenda: Agenda
    ahead: float = 0.0

    def now(self) -> datetime:
        """The present instant of this speaker."""
        return at(self.agenda.second + self.ahead)

    def sleep(self, seconds: float) -> None:
        """Be busy."""
        self.ahead += seconds


class PacedQueue(SpeakerQueue):
    """A queue without a thread: what it answers is heard when it has been played, and not before."""

    clock: OwnClock
    playing = False

    def ask(self, request: Speak, answered: Callable[[SpeakerAnswer], None]) -> None:
        """Have it said, some time."""
        agenda = self.clock.agenda
        super().ask(request, lambda answer: agenda.put(second_of(self.clock.now()), partial(answered, answer)))
        agenda.put(agenda.second, self.take_turn)

    def take_turn(self) -> None:
        """Do what is due, unless a message is being played."""
        if self.playing:
            return
        until, agenda = self.turn(), self.clock.agenda
        if self.clock.ahead:
            self.playing = True
            agenda.put(agenda.second + self.clock.ahead, self.has_played)
        elif until is not None:
            agenda.put(second_of(until), self.take_turn)

    def has_played(self) -> None:
        """The world has caught up."""
        self.playing, self.clock.ahead = False, 0.0
        self.take_turn()
