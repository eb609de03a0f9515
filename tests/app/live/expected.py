"""What must be told of a thing that stands before a camera that cannot be trusted for a while.

By the rules of ``docs/ladder.md`` and nothing else: a span without sight counts fully up to ``bridge`` and not at all
beyond it; nothing is said but at a look that shows the thing; every span of the ladder runs on that same clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from edge_agent.core.site.policy import Rule

Story = list[tuple[str, float]]
HAIR: Final = 1e-6  # seconds of rounding


@dataclass(frozen=True, slots=True)
class Stands:
    """A thing that stands from second ``first`` to second ``last``, and the spans in which nobody can tell."""

    first: float
    last: float
    blind: tuple[tuple[float, float], ...] = ()

    def clock(self, second: float, bridge: float) -> float:
        """The dwell clock at a second in sight."""
        lost = sum(b - a for a, b in self.blind if b <= second and b - a > bridge)
        return second - self.first - lost

    def sighted(self, clock: float, bridge: float) -> float:
        """The first second in sight at which the dwell clock has reached ``clock``."""
        starts = (self.first, *(b for _, b in self.blind))
        reached = (max(start, start + clock - self.clock(start, bridge)) for start in starts)
        return min(at for at in reached if not self._hidden(at) and self.clock(at, bridge) >= clock - HAIR)

    def _hidden(self, second: float) -> bool:
        return any(a < second < b for a, b in self.blind)


def story_of(thing: Stands, rule: Rule) -> Story:
    """Every incident event and its second, for a speaker that plays at once."""
    bridge = rule.bridge.total_seconds()
    story: Story = []
    second = thing.sighted(rule.dwell.total_seconds(), bridge)
    story.append(("opened", second))
    for n in range(1, rule.warnings + 1):
        story.append((f"warned {n}", second))
        wait = rule.interval if n < rule.warnings else rule.final_grace
        second = thing.sighted(thing.clock(second, bridge) + wait.total_seconds(), bridge)
    story.append(("escalated", second))
    before = [(what, at) for what, at in story if at <= thing.last]
    return [*before, ("resolved", thing.last + rule.leave_grace.total_seconds())]
