"""A drawn number plate that a reader of plates reads: nobody's plate has to lie in the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from edge_agent.ports import Image

READ: Final = ("苏D8K23Z", "苏D62K95", "苏D5H718", "皖A4P668", "苏DF40R2")  # made up, and read without a mistake
WIDE, HIGH = 440, 140  # millimetres
PITCH, LETTER, GAP = 57, 45, 19
BLUE, WHITE = (160, 60, 20), (255, 255, 255)  # BGR
FONT: Final = "uni"
SIZE, WEIGHT = 95, 700


def drawn_plate(text: str, width: int) -> Image:
    """A blue plate of seven letters, that many pixels wide."""
    plate = np.full((HIGH, WIDE, 3), BLUE, np.uint8)
    cv2.rectangle(plate, (6, 6), (WIDE - 7, HIGH - 7), WHITE, 3)
    x = 18
    for number, letter in enumerate(text):
        drawn = _letter(letter)
        left = x + (LETTER - drawn.shape[1]) // 2
        plate[14 : HIGH - 14, left : left + drawn.shape[1]] = drawn
        x += PITCH + (GAP if number == 1 else 0)
    soft = cv2.GaussianBlur(plate, (0, 0), 1.5)
    return np.asarray(cv2.resize(soft, (width, round(width * HIGH / WIDE)), interpolation=cv2.INTER_AREA), np.uint8)


def _letter(letter: str) -> Image:
    """One letter without the room beside it, as wide as letters of a plate are."""
    cell = np.full((HIGH, 2 * PITCH, 3), BLUE, np.uint8)
    cv2.putText(cell, letter, (4, 110), WHITE, cv2.FontFace(FONT), SIZE, WEIGHT)
    columns = np.flatnonzero((cell != np.array(BLUE)).any(axis=(0, 2)))
    tight = cell[:, columns[0] : columns[-1] + 1]
    wide = 16 if letter == "1" else LETTER
    return np.asarray(cv2.resize(tight, (wide, HIGH))[14 : HIGH - 14], np.uint8)
