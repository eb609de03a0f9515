"""Metrics that a test can read back: the last of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge_agent.ports import Measure

Key = tuple[str, ...]


@dataclass(slots=True)
class RecordedMetrics:
    """Counts, levels, spans and states by measure and labels."""

    counts: dict[Key, float] = field(default_factory=dict)
    levels: dict[Key, float] = field(default_factory=dict)
    spans: dict[Key, list[float]] = field(default_factory=dict)
    states: dict[Key, str] = field(default_factory=dict)

    def count(self, measure: Measure, by: float = 1, **labels: str) -> None:
        """Add up."""
        self.counts[key(measure, labels)] = self.counts.get(key(measure, labels), 0) + by

    def level(self, measure: Measure, value: float, **labels: str) -> None:
        """Keep the last."""
        self.levels[key(measure, labels)] = value

    def span(self, measure: Measure, seconds: float, **labels: str) -> None:
        """Keep all."""
        self.spans.setdefault(key(measure, labels), []).append(seconds)

    def state(self, measure: Measure, state: str, **labels: str) -> None:
        """Keep the last."""
        self.states[key(measure, labels)] = state


def key(measure: Measure, labels: dict[str, str]) -> Key:
    """The measure and the values of its labels."""
    return (str(measure), *map(str, labels.values()))
