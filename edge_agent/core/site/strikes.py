"""Strikes: what is done otherwise the second time, and the third (三色码, 首违不罚).

A rule says by whom strikes are counted, within which window, and by which *steps* they go; a step says how it differs
from the rule: its words, its number of warnings, and whether a work order follows. The first strike of a party is at
the first step, the next at the second; the last step stays. Who nobody knows (no shop, no plate) has no strikes, and is
met by the rule as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from edge_agent.core.feed.strikes import StrikesBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Strikes:
    """Strikes of one kind in one zone: ``steps`` are names of the policy's, at least one, first offence first."""

    by: StrikesBy
    window: timedelta = timedelta(days=30)
    steps: tuple[str, ...] = ("green", "yellow", "red")

    def __post_init__(self) -> None:
        """Refuse a ledger that counts nothing."""
        if not self.steps:
            raise ValueError("steps: expected at least one, got none")
        if self.window <= timedelta(0):
            raise ValueError(f"window: expected a span above 0, got {self.window.total_seconds():g}s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How a rule differs for those who are at this step; what is None, or empty, stays as the rule has it.

    ``orders`` False is teaching only: no work order follows, however long it stands. ``warnings_text`` are templates of
    each warning by language, ``order_text`` that of the order; ``{words}`` in them is what is said without the step.
    """

    name: str
    title: dict[str, str] = field(default_factory=dict)
    warnings: int | None = None
    orders: bool | None = None
    warnings_text: dict[str, tuple[str, ...]] = field(default_factory=dict)
    order_text: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a step that cannot be climbed."""
        if self.warnings is not None and self.warnings < 1:
            raise ValueError(f"warnings: expected at least 1, got {self.warnings}")
