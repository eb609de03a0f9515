"""Durations as people write them: ``90s``, ``5m``, ``1h30m``, ``250ms``.

A bare number is refused: whether ``dwell: 5`` means seconds or minutes is a guess nobody should make.

Sizes as people write them: ``500MB``, ``20GB``, ``1.5TB``, in powers of ten as disks are sold.

A bare number is refused, for nobody knows whether it is bytes or gigabytes.
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
DURATION_PATTERN: Final = "^(?=.)" + "".join(f"(?:({_NUMBER}){unit})?" for unit in _MICROSECONDS) + "$"
_DURATION: Final = re.compile(DURATION_PATTERN)


def parse_duration(text: str) -> timedelta:
    """The span that ``text`` names; raises ValueError where it names none, or more than ten years."""
    match = _DURATION.fullmatch(text)
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


_UNITS: Final = {"TB": 10**12, "GB": 10**9, "MB": 10**6, "kB": 10**3}
SIZE_PATTERN: Final = r"^[0-9]{1,6}(?:\.[0-9]{1,3})?(?:TB|GB|MB|kB)$"
_SIZE: Final = re.compile(SIZE_PATTERN, re.ASCII)


def parse_size(text: str) -> int:
    """The number of bytes that ``text`` names; raises ValueError where it names none."""
    if _SIZE.fullmatch(text) is None:
        raise ValueError(f"size {text!r}: expected a number with a unit, such as 500MB or 20GB")
    return int(Decimal(text[:-2]) * _UNITS[text[-2:]])


def size_text(size: int) -> str:
    """``size`` bytes (not negative) for people, rounded to a tenth of the largest unit that fits."""
    for unit, bytes_ in _UNITS.items():
        if size >= bytes_:
            return f"{size / bytes_:.1f} {unit}"
    return f"{size} bytes"
