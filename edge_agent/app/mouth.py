"""The mouth: says warnings aloud, one after the other, while the cameras go on looking.

A message lasts for seconds, and a camera that waited for it would be blind for as long. What became of a warning is
told to the camera that asked, on its own thread. Nothing is said late: a warning that has expired while it waited for
its turn is a failed one.
"""

from __future__ import annotations

from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event
from typing import TYPE_CHECKING

from edge_agent.core.events import Result
from edge_agent.ports import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.core.effects import Speak
    from edge_agent.ports import Clock, Speaker

    Answered = Callable[[Speak, Answer], None]


@dataclass(frozen=True, slots=True)
class _Asked:
    request: Speak
    answered: Answered


class Mouth:
    """One speaker; ``run`` belongs to the thread that waits for it, everything else may be called from any."""

    def __init__(self, speaker: Speaker, clock: Clock) -> None:
        self._speaker = speaker
        self._clock = clock
        self._asked: SimpleQueue[_Asked | None] = SimpleQueue()
        self._closed = Event()

    def run(self) -> None:
        """Speak until closed."""
        while (asked := self._asked.get()) is not None and not self._closed.is_set():
            asked.answered(asked.request, self._said(asked.request))

    def ask(self, request: Speak, answered: Answered) -> None:
        """Say it when its turn comes; ``answered`` is called, on the mouth's thread, with what became of it."""
        self._asked.put(_Asked(request, answered))

    def close(self) -> None:
        """End after the message being said; the others are found unanswered at the next start."""
        self._closed.set()
        self._asked.put(None)

    def _said(self, request: Speak) -> Answer:
        if self._clock.now() >= request.expires_at:
            return Answer(result=Result.FAILED, reason="too late to be said")
        return self._speaker.say(request)
