"""Waiting in simulated time: whoever waits lets the rest of the world go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from queue import Empty
from threading import Event as Stop
from typing import TYPE_CHECKING

from edge_agent.app.agent.inbox import Inbox
from edge_agent.app.agent.shared import Told
from edge_agent.app.detect.scheduling import Attention, Ticket
from tests.street import at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.core.effects import Speak
    from edge_agent.ports import Answered, Frame, SpeakerAnswer
    from tests.app.one_camera import Loudspeaker


@dataclass(slots=True)
class Agenda:
    """What happens when; also the clock, which stands while something happens."""

    second: float = 0.0
    _due: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    def now(self) -> datetime:
        """The present instant."""
        return at(self.second)

    def sleep(self, seconds: float) -> None:
        """Let time pass, and all that happens in it."""
        self.until(self.second + seconds, lambda: False)

    def clear(self) -> None:
        """Nothing more will happen of what was to happen: there is no power."""
        self._due.clear()

    def put(self, second: float, happens: Callable[[], None]) -> None:
        """Something will happen; what falls on one instant happens in the order it was put."""
        heappush(self._due, (second, next(self._numbers), happens))

    def until(self, last: float, enough: Callable[[], bool]) -> None:
        """Let things happen until ``last``, or until it is ``enough``."""
        while not enough():
            if not self._due or self._due[0][0] > last:
                self.second = max(self.second, last)
                return
            second, _, happens = heappop(self._due)
            self.second = max(self.second, second)
            happens()


class WaitingInbox(Inbox):
    """The camera's inbox: who waits for it lets the world go on."""

    agenda: Agenda
    beyond: Stop

    def get(self, timeout: float) -> Told:
        """The next thing told, within ``timeout`` of simulated seconds; none is taken after the end."""
        self.agenda.until(self.agenda.second + timeout, lambda: not self.empty() or self.beyond.is_set())
        if self.beyond.is_set():
            raise Empty
        return super().get(0)


class Ending(Stop):
    """The end of the story; who waits for it lets the world go on."""

    agenda: Agenda

    def wait(self, timeout: float | None = None) -> bool:
        """Wait so many simulated seconds."""
        self.agenda.until(self.agenda.second + (timeout or 0), self.is_set)
        return self.is_set()


class Desk(Attention):
    """Attention that tells whether a picture can be taken: one thread is reader and detector in turn."""

    waits = False
    busy = False

    @property
    def ready(self) -> bool:
        """Whether ``take`` would return at once."""
        return self.waits and not self.busy

    def offer(self, camera: str, frame: Frame) -> None:
        """A picture waits."""
        super().offer(camera, frame)
        self.waits = True

    def blind(self, camera: str) -> None:
        """It does not any more."""
        super().blind(camera)
        self.waits = False

    def take(self) -> Ticket | None:
        """The look to be made."""
        self.waits, self.busy = False, True
        return super().take()

    def looked(
        self,
        camera: str,
        at: datetime | None = None,
        decision: datetime | None = None,
        *,
        chance: datetime | None = None,
        again: Frame | None = None,
    ) -> None:
        """The look has been folded."""
        super().looked(camera, at, decision, chance=chance, again=again)
        self.busy = False
        self.waits = self.waits or again is not None


@dataclass(slots=True)
class Voice:
    """A speaker that needs ``seconds`` for each message, and no thread."""

    speaker: Loudspeaker
    agenda: Agenda
    seconds: float

    def ask(self, request: Speak, answered: Answered) -> None:
        """Say it, and answer when it has been said."""
        self.agenda.put(self.agenda.second + self.seconds, lambda: answered(request, self.speaker.say(request)))

    def recall(self, request: Speak) -> SpeakerAnswer:
        """As the speaker remembers."""
        return self.speaker.recall(request)
