"""The strike ledger (三色码): how often somebody has done the same within a window, as a colour. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StrikeRule:
    """``steps`` names the colour of the first time, the second, and so on; the last one stays."""

    by: str
    window_days: int
    steps: tuple[str, ...]


def colour(rule: StrikeRule, times: int) -> str | None:
    """The colour after so many times; None of none."""
    return None if times < 1 or not rule.steps else rule.steps[min(times, len(rule.steps)) - 1]


def key_of(*, shop: str | None, plate: str | None, source: str, zone: str) -> tuple[str, str]:
    """By what a thing is counted, and under which name: its shop, else its plate, else the place where it stands."""
    if shop:
        return "shop", shop
    if plate:
        return "plate", plate
    return "place", f"{source}/{zone}"


def chosen(rules: Sequence[StrikeRule], by: str) -> StrikeRule:
    """The rule of a sort of key; green, yellow, red within 30 days where the city has none."""
    rules_chosen = [rule for rule in rules if rule.by == by]
    return rules_chosen[0] if rules_chosen else StrikeRule(by=by, window_days=30, steps=("green", "yellow", "red"))
