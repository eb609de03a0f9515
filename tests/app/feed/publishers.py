"""A publisher that does as told; ``test_publisher.py`` holds it to the promises of the real one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import Enum
from queue import SimpleQueue
from threading import Thread

from edge_agent.core.errors import OutsideError
from edge_agent.core.feed.broker_faults import BrokenOffError, HopelessError, MessageRefusedError, NameTakenError
from edge_agent.ports import Message


class Verdict(Enum):
    """What becomes of one attempt to publish."""

    TAKEN = "taken"
    UNHEARD = "unheard"  # the broker had it, and nobody listens
    REFUSED = "refused"
    HOPELESS = "hopeless"
    BROKEN_OFF = "broken off"  # the broker says that it hangs up over a message
    LOST = "lost"  # the connection broke before the broker had it
    UNKNOWN = "unknown"  # the broker had it, but its answer was lost
    SENT_AWAY = "sent away"  # another client has come under the same id


@dataclass(slots=True)
class ScriptedPublisher:
    """Asks ``judge`` about every attempt; ``taken`` is what a subscriber would have heard."""

    judge: Callable[[str], Verdict] = lambda _topic: Verdict.TAKEN
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    window: int = 4
    connections: int = 1
    kept: dict[str, bytes] = field(default_factory=dict)

    def connect(self) -> None:
        """It is always connected."""

    def keep(self, standing: Mapping[str, bytes]) -> None:
        """It keeps them."""
        self.kept |= standing

    def give_up(self) -> None:
        """It always answers."""

    def send(self, message: Message) -> Future[bool]:
        """Deliver, refuse or break, as judged."""
        verdict = self.judge(message.topic)
        if verdict in {Verdict.TAKEN, Verdict.UNHEARD, Verdict.UNKNOWN}:
            self.taken.append((message.topic, message.payload))
        self.connections += verdict in {Verdict.BROKEN_OFF, Verdict.LOST, Verdict.UNKNOWN, Verdict.SENT_AWAY}
        answer: Future[bool] = Future()
        _answer(answer, verdict, message)
        return answer


def _answer(answer: Future[bool], verdict: Verdict, message: Message) -> None:
    match verdict:
        case Verdict.TAKEN | Verdict.UNHEARD:
            answer.set_result(verdict is Verdict.TAKEN)
        case Verdict.REFUSED:
            answer.set_exception(MessageRefusedError(f"refused a message on {message.topic}: Not authorized"))
        case Verdict.HOPELESS:
            answer.set_exception(HopelessError(f"refused a message on {message.topic}: Packet too large"))
        case Verdict.BROKEN_OFF:
            answer.set_exception(BrokenOffError("ended the connection over a message: Packet too large"))
        case Verdict.SENT_AWAY:
            answer.set_exception(NameTakenError("another client has connected with the same id"))
        case Verdict.LOST | Verdict.UNKNOWN:
            answer.set_exception(OutsideError("the connection is gone"))


class LatePublisher(ScriptedPublisher):
    """Answers from another thread, the last first; ``doubled`` are incidents of which two were under way."""

    def __init__(self, window: int) -> None:
        super().__init__(window=window)
        self.doubled: set[str] = set()
        self._keys: list[str] = []
        self._sent: SimpleQueue[tuple[str, Future[bool]] | None] = SimpleQueue()
        self._thread = Thread(target=self._answer)
        self._thread.start()

    def send(self, message: Message) -> Future[bool]:
        """Hand the message to the thread that answers."""
        if message.key in self._keys:
            self.doubled.add(message.key)
        self._keys.append(message.key)
        answer: Future[bool] = Future()
        self._sent.put((message.key, answer))
        return answer

    def end(self) -> None:
        """End the thread."""
        self._sent.put(None)
        self._thread.join()

    def _answer(self) -> None:
        while (reply := self._sent.get()) is not None:
            late = [reply]
            while not self._sent.empty() and (another := self._sent.get()) is not None:
                late.append(another)
            for key, answer in reversed(late):
                self._keys.remove(key)
                answer.set_result(True)
