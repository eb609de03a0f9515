"""The mouth: says warnings aloud, one after the other, while the cameras go on looking.

A message lasts for seconds, and a camera that waited for it would be blind for as long. What became of a warning is
told to the camera that asked, on its own thread. Nothing is said late: a warning that has expired while it waited for
its turn is a failed one.
"""

from __future__ import annotations

from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
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
    """One speaker and the thread that waits for it."""

    def __init__(self, speaker: Speaker, clock: Clock) -> None:
        self._speaker = speaker
        self._clock = clock
        self._asked: SimpleQueue[_Asked | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="mouth", daemon=True)

    def start(self) -> None:
        """Begin to speak."""
        self._thread.start()

    def ask(self, request: Speak, answered: Answered) -> None:
        """Say it when its turn comes; ``answered`` is called, on the mouth's thread, with what became of it."""
        self._asked.put(_Asked(request, answered))

    def close(self) -> None:
        """End after the message being said; the others are found unanswered at the next start."""
        self._asked.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (asked := self._asked.get()) is not None:
            asked.answered(asked.request, self._said(asked.request))

    def _said(self, request: Speak) -> Answer:
        if self._clock.now() >= request.expires_at:
            return Answer(result=Result.FAILED, reason="too late to be said")
        return self._speaker.say(request)
