"""A publisher that does as told; ``test_publisher.py`` holds it to the promises of the real one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from edge_agent.core.errors import OutsideError
from edge_agent.ports import RefusedError


class Verdict(Enum):
    """What becomes of one attempt to publish."""

    TAKEN = "taken"
    REFUSED = "refused"
    LOST = "lost"  # the connection broke before the broker had it
    UNKNOWN = "unknown"  # the broker had it, but its answer was lost


@dataclass(slots=True)
class ScriptedPublisher:
    """Asks ``judge`` about every attempt; ``taken`` is what a subscriber would have heard."""

    judge: Callable[[str], Verdict] = lambda _topic: Verdict.TAKEN
    taken: list[tuple[str, bytes]] = field(default_factory=list)

    def publish(self, topic: str, payload: bytes) -> None:
        """Deliver, refuse or break, as judged."""
        verdict = self.judge(topic)
        if verdict in {Verdict.TAKEN, Verdict.UNKNOWN}:
            self.taken.append((topic, payload))
        if verdict is Verdict.REFUSED:
            raise RefusedError(f"refused a message on {topic}: Not authorized")
        if verdict is not Verdict.TAKEN:
            raise OutsideError("the connection is gone")
