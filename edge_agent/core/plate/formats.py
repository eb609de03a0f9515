"""The plates of mainland China: which texts can be one, and which colours carry it.

From the standard GA 36-2018 as it is publicly described. A letter is any but I and O, which no plate has::

    苏D12345    blue, yellow     province, office, 5 signs with at most 3 letters
    苏DD12345   green            a small car: a letter of A-H, J, K, then 5 signs, the last 4 digits
    苏D12345D   green            a large one: 5 digits, then the letter
    苏D1234警   white            police; 学 (learners), 挂 (trailers) on yellow; 领 (consulates), 港 and 澳 on black
    使123456    black            embassies
    KA12345     white            the army: two letters, 5 digits

What is none of these is no plate, however sure a reader is of its signs: that is how misread pictures are found out.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

PROVINCES: Final = "京津沪渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新"
SIGNS: Final = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
ENDINGS: Final = "警学挂领港澳使"
MOST_LETTERS: Final = 3  # among the five signs behind the office's letter


class PlateColour(StrEnum):
    """The ground of a plate."""

    BLUE = "blue"
    YELLOW = "yellow"
    GREEN = "green"
    WHITE = "white"
    BLACK = "black"


_LETTER: Final = "[A-HJ-NP-Z]"
_SIGN: Final = "[0-9A-HJ-NP-Z]"
_OFFICE: Final = f"[{PROVINCES}]{_LETTER}"
_GREEN: Final = "[A-HJK]"
_SHAPES: Final[tuple[tuple[re.Pattern[str], tuple[PlateColour, ...]], ...]] = (
    (re.compile(f"{_OFFICE}{_SIGN}{{5}}"), (PlateColour.BLUE, PlateColour.YELLOW)),
    (re.compile(f"{_OFFICE}{_GREEN}{_SIGN}[0-9]{{4}}"), (PlateColour.GREEN,)),
    (re.compile(f"{_OFFICE}[0-9]{{5}}{_GREEN}"), (PlateColour.GREEN,)),
    (re.compile(f"{_OFFICE}{_SIGN}{{4}}警"), (PlateColour.WHITE,)),
    (re.compile(f"{_OFFICE}{_SIGN}{{4}}[学挂]"), (PlateColour.YELLOW,)),
    (re.compile(f"{_OFFICE}{_SIGN}{{4}}[领港澳]"), (PlateColour.BLACK,)),
    (re.compile("使[0-9]{6}"), (PlateColour.BLACK,)),
    (re.compile(f"{_LETTER}{{2}}[0-9]{{5}}"), (PlateColour.WHITE,)),
)
_PLAIN: Final = _SHAPES[0][0]
_SEPARATORS: Final = re.compile(r"[\s·•.\-]")


def normalised(text: str) -> str:
    """A plate as it is compared: capitals, without the point and spaces that people write."""
    return _SEPARATORS.sub("", text).upper()


def colours_of(text: str) -> tuple[PlateColour, ...]:
    """The colours that a plate of this text may have; none where it is no plate."""
    for shape, colours in _SHAPES:
        if shape.fullmatch(text):
            letters = sum(sign.isascii() and sign.isalpha() for sign in text[2:])
            return () if shape is _PLAIN and letters > MOST_LETTERS else colours
    return ()


def is_plate(text: str) -> bool:
    """Whether a normalised text can be a plate."""
    return bool(colours_of(text))


def has_province(text: str) -> bool:
    """Whether the first sign of a plate is that of a province."""
    return text[:1] in PROVINCES and bool(text)
