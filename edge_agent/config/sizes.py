"""Sizes as people write them: ``500MB``, ``20GB``, ``1.5TB``, in powers of ten as disks are sold.

A bare number is refused, for nobody knows whether it is bytes or gigabytes.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

_UNITS: Final = {"TB": 10**12, "GB": 10**9, "MB": 10**6, "kB": 10**3}
PATTERN: Final = r"^[0-9]{1,6}(?:\.[0-9]{1,3})?(?:TB|GB|MB|kB)$"
_WRITTEN: Final = re.compile(PATTERN, re.ASCII)


def parse_size(text: str) -> int:
    """The number of bytes that ``text`` names; raises ValueError where it names none."""
    if _WRITTEN.fullmatch(text) is None:
        raise ValueError(f"size {text!r}: expected a number with a unit, such as 500MB or 20GB")
    return int(Decimal(text[:-2]) * _UNITS[text[-2:]])


def size_text(size: int) -> str:
    """``size`` bytes (not negative) for people, rounded to a tenth of the largest unit that fits."""
    for unit, bytes_ in _UNITS.items():
        if size >= bytes_:
            return f"{size / bytes_:.1f} {unit}"
    return f"{size} bytes"
