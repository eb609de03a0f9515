"""Text of others, made fit to be shown: what steers a terminal, hides or reverses text is written out instead.

And numbers that others write in digits: Python raises at the 4,301st digit, and takes signs for digits that are none.
"""

from __future__ import annotations

import re
from typing import Final

# Control signs (C0, DEL, C1), marks and orders of direction, separators of lines, halves of surrogate pairs.
_SIGNS: Final = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff"
_UNFIT: Final = re.compile(f"[{_SIGNS}]")
_UNFIT_IN_LINE: Final = re.compile(f"[{_SIGNS}\t\n]")


def printable(text: str) -> str:
    r"""``text`` with its lines and tabs, and every sign that must not reach a terminal written as ``\u001b``.

    Of JSON it leaves the same JSON, for there it is the same sign.
    """
    return _UNFIT.sub(_escaped, text)


def printable_line(text: str) -> str:
    """The same on one line: a new line of a stranger is written out too."""
    return _UNFIT_IN_LINE.sub(_escaped, text)


def whole_number(text: str, most: int) -> int | None:
    """The number that ``text`` writes in digits; None where it is none, or beyond ``most``."""
    if not (text.isascii() and text.isdecimal()) or len(text.lstrip("0")) > len(str(most)):
        return None
    number = int(text.lstrip("0") or "0")
    return number if number <= most else None


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
