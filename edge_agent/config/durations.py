"""Durations as people write them: ``90s``, ``5m``, ``1h30m``, ``250ms``.

A bare number is refused: whether ``dwell: 5`` means seconds or minutes is a guess nobody should make.
"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Final

LONGEST: Final = timedelta(days=3660)
_MICROSECONDS: Final = {
    "d": 86_400_000_000,
    "h": 3_600_000_000,
    "m": 60_000_000,
    "s": 1_000_000,
    "ms": 1_000,
}
_NUMBER: Final = r"[0-9]{1,12}(?:\.[0-9]{1,6})?"
PATTERN: Final = "^(?=.)" + "".join(f"(?:({_NUMBER}){unit})?" for unit in _MICROSECONDS) + "$"
_WRITTEN: Final = re.compile(PATTERN)


def parse_duration(text: str) -> timedelta:
    """The span that ``text`` names; raises ValueError where it names none, or more than ten years."""
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise ValueError(f"duration {text!r}: expected a number with a unit, such as 90s, 5m or 1h30m")
    amounts = zip(match.groups(), _MICROSECONDS.values(), strict=True)
    total = sum(Decimal(amount) * unit for amount, unit in amounts if amount is not None)
    if total > LONGEST / timedelta(microseconds=1):
        raise ValueError(f"duration {text!r}: expected at most {LONGEST.days}d")
    return timedelta(microseconds=int(total))


def duration_text(span: timedelta) -> str:
    """``span`` (not negative) in the shortest text that reads back as the same span."""
    left = span // timedelta(microseconds=1)
    parts = []
    for unit, size in list(_MICROSECONDS.items())[:-1]:
        count, left = divmod(left, size)
        parts += [f"{count}{unit}"] if count else []
    if left:
        parts.append(f"{Decimal(left) / 1000}ms")
    return "".join(parts) or "0s"
