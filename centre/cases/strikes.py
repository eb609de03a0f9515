"""The strike ledger (三色码): how often somebody has done the same within a window, as a colour. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NamedTuple

HASHED: Final = "hmac-sha256:"  # a plate that its box alone can tell from others


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


class Party(NamedTuple):
    """Whose strikes are counted over all boxes, for one kind: a shop, or a vehicle by its plate."""

    by: str
    name: str
    kind: str


def parties(*, shop: str | None, plate: str | None, kind: str) -> frozenset[Party]:
    """Of whom an incident may be a strike at other boxes too: never of a place, nor of the hash of a plate."""
    names = (("shop", shop), ("plate", None if plate is None or plate.startswith(HASHED) else plate))
    return frozenset(Party(by, name, kind) for by, name in names if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """An open incident whose party has ``counted`` strikes at other boxes.

    Its box was told of ``told``, which is 0 where it was told of nothing, by the last of ``times`` commands.
    """

    source: str
    incident: str
    counted: int
    told: int
    times: int


def news(standing: Elsewhere, most: int) -> int | None:
    """The count that its box is to be told, at most ``most``; None where it knows it already."""
    count = min(standing.counted, most)
    return None if count == standing.told else count


def command_id(standing: Elsewhere) -> str:
    """The id of the command that tells it: the same from whichever worker, and another for each that follows."""
    digest = sha256(f"{standing.source}/{standing.incident}".encode()).hexdigest()[:16]
    return f"strikes-{digest}-{standing.times + 1}"
