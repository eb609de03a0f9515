"""Labels of a detection log that no kind looks for: a log of others may call a car an automobile, and nothing opens."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from edge_agent.core.events import FrameSeen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edge_agent.core.events import Event
    from edge_agent.core.site.policy import Policy

MOST_SHOWN: Final = 8


@dataclass(slots=True)
class UnsoughtLabels:
    """Counts what passes; ``sentence`` is for the end."""

    policy: Policy
    _seen: Counter[str] = field(default_factory=Counter)

    def passing(self, events: Iterable[Event]) -> Iterator[Event]:
        """The same events."""
        for event in events:
            if isinstance(event, FrameSeen):
                self._seen.update(each.label for each in event.detections)
            yield event

    @property
    def sentence(self) -> str:
        """Which labels no kind of the policy looks for, and how many boxes of each; empty where there are none."""
        sought = {label for kind in self.policy.kinds.values() for label in kind.labels | kind.containers}
        others = [f"{label} ({n})" for label, n in self._seen.most_common() if label not in sought]
        if not others:
            return ""
        more = f" and {len(others) - MOST_SHOWN} more" if len(others) > MOST_SHOWN else ""
        return f"labels that no kind looks for, and their boxes: {', '.join(others[:MOST_SHOWN])}{more}"
