"""Text of others, made fit to be shown: what steers a terminal, hides or reverses text is written out instead."""

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


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
