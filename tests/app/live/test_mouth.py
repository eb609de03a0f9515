"""The mouth: one message after the other, nothing late, and an end that cuts off what still waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread

from edge_agent.app.mouth import Mouth
from edge_agent.core.effects import Speak
from edge_agent.core.events import Result
from edge_agent.ports import Answer
from tests.clocks import SimulatedClock

PATIENCE_S = 30.0


@dataclass(slots=True)
class SlowSpeaker:
    """Needs ``seconds`` for a message; ``spoken`` is set once it has begun, and it goes on when ``let`` is set."""

    clock: SimulatedClock
    seconds: float = 0.0
    said: list[int] = field(default_factory=list)
    begun: Event = field(default_factory=Event)
    let: Event = field(default_factory=Event)

    def say(self, request: Speak) -> Answer:
        """Say it."""
        self.begun.set()
        self.let.wait(PATIENCE_S)
        self.clock.sleep(self.seconds)
        self.said.append(request.n)
        return Answer(result=Result.PLAYED)

    def recall(self, request: Speak) -> Answer:
        """It remembers nothing."""
        return Answer(result=Result.UNKNOWN, reason=request.id)


def request(clock: SimulatedClock, n: int, *, expires_s: float = 30.0) -> Speak:
    """The request for warning ``n``."""
    return Speak(
        id=f"say-{n}",
        at=clock.now(),
        incident="inc-1",
        zone="z",
        kind="illegal_parking",
        n=n,
        attempt=1,
        expires_at=clock.now() + timedelta(seconds=expires_s),
        text={"en": "please"},
    )


def spoken(mouth: Mouth) -> Thread:
    """The thread of a mouth."""
    thread = Thread(target=mouth.run)
    thread.start()
    return thread


def test_messages_are_said_in_turn_and_answered() -> None:
    """Each to whoever asked for it."""
    clock = SimulatedClock()
    speaker = SlowSpeaker(clock)
    speaker.let.set()
    mouth, answers, all_answered = Mouth(speaker, clock), list[tuple[int, Result]](), Event()

    def answered(asked: Speak, answer: Answer) -> None:
        answers.append((asked.n, answer.result))
        if len(answers) == 3:
            all_answered.set()

    for n in (1, 2, 3):
        mouth.ask(request(clock, n), answered)
    thread = spoken(mouth)
    assert all_answered.wait(PATIENCE_S)
    mouth.close()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    assert answers == [(1, Result.PLAYED), (2, Result.PLAYED), (3, Result.PLAYED)]
    assert speaker.said == [1, 2, 3]


def test_nothing_is_said_late() -> None:
    """A message whose turn comes after it has expired is not said, and that is told as a failure."""
    clock = SimulatedClock()
    speaker = SlowSpeaker(clock, seconds=40)
    speaker.let.set()
    mouth, answers, late = Mouth(speaker, clock), list[tuple[int, Answer]](), Event()
    mouth.ask(request(clock, 1), lambda asked, answer: answers.append((asked.n, answer)))

    def answered(asked: Speak, answer: Answer) -> None:
        answers.append((asked.n, answer))
        late.set()

    mouth.ask(request(clock, 2, expires_s=40.0), answered)
    thread = spoken(mouth)
    assert late.wait(PATIENCE_S)
    mouth.close()
    thread.join(PATIENCE_S)
    assert speaker.said == [1]
    assert answers == [
        (1, Answer(result=Result.PLAYED)),
        (2, Answer(result=Result.FAILED, reason="too late to be said")),
    ]


def test_the_end_waits_for_one_message_only() -> None:
    """The one being said is finished and answered; those behind it are left for the next start to find."""
    clock = SimulatedClock()
    speaker, answers = SlowSpeaker(clock), list[int]()
    mouth = Mouth(speaker, clock)
    for n in (1, 2, 3):
        mouth.ask(request(clock, n), lambda asked, _: answers.append(asked.n))
    thread = spoken(mouth)
    assert speaker.begun.wait(PATIENCE_S)
    mouth.close()
    speaker.let.set()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    assert (speaker.said, answers) == ([1], [1])


def test_a_mouth_closed_before_it_began_says_nothing() -> None:
    """And does not wait for ever."""
    clock = SimulatedClock()
    speaker = SlowSpeaker(clock)
    mouth = Mouth(speaker, clock)
    mouth.ask(request(clock, 1), lambda _asked, _answer: None)
    mouth.close()
    mouth.run()
    assert speaker.said == []
