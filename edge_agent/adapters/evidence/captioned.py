"""Captioned: the picture of a stage with the thing framed, the zone outlined, and a strip below that says what it is.

The strip lies below the picture and hides nothing of it. Its letters are at least 16 pixels high, Chinese ones too:
OpenCV brings a font that has them.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from edge_agent.core.geometry import Box
    from edge_agent.ports import Caption, Image

ZONE: Final = (40, 40, 230)  # BGR
THING: Final = (0, 200, 255)
EDGE: Final = (0, 0, 0)
ROOM: Final = 3  # pixels between the thing and the middle of its frame: a small thing is not drawn over
INK: Final = (255, 255, 255)
FONT: Final = "uni"  # the one of OpenCV's own with Chinese
WEIGHT: Final = 400
LETTER: Final = 1 / 55  # of the picture's width
SMALLEST: Final = 16  # pixels
BETWEEN: Final = " · "
_one_at_a_time: Final = Lock()  # a font keeps the letters that it has drawn


def captioned(image: Image, box: Box, caption: Caption) -> Image:
    """A copy of the picture as described above, as wide and with the strip as much higher as its lines need."""
    picture = image.copy()
    height, width = picture.shape[:2]
    if caption.zone is not None:
        corners = np.array([[round(p.x * width), round(p.y * height)] for p in caption.zone], np.int32)
        for colour, thick in ((EDGE, 4), (ZONE, 2)):
            cv2.polylines(picture, [corners], isClosed=True, color=colour, thickness=thick, lineType=cv2.LINE_AA)
    corner = (round(box.x0 * width) - ROOM, round(box.y0 * height) - ROOM)
    opposite = (round(box.x1 * width) + ROOM, round(box.y1 * height) + ROOM)
    for colour, thick in ((EDGE, 5), (THING, 3)):
        cv2.rectangle(picture, corner, opposite, colour, thick, cv2.LINE_AA)
    with _one_at_a_time:
        return np.vstack([picture, _strip(width, caption.lines)])


def _strip(width: int, lines: tuple[tuple[str, ...], ...]) -> Image:
    size = max(SMALLEST, round(width * LETTER))
    font = cv2.FontFace(FONT)
    rows = [row for parts in lines for row in _wrapped(parts, font, size, width - size)]
    pitch = round(1.5 * size)
    strip = np.zeros((pitch * len(rows) + size // 2, width, 3), np.uint8)
    for n, row in enumerate(rows, start=1):
        cv2.putText(strip, row, (size // 2, n * pitch - size // 4), INK, font, size, WEIGHT)
    return strip


def _wrapped(parts: tuple[str, ...], font: cv2.FontFace, size: int, room: int) -> list[str]:
    """As many parts in a row as there is room for; one that alone is too wide is broken where it must be."""
    rows = [""]
    for part in parts:
        joined = f"{rows[-1]}{BETWEEN}{part}" if rows[-1] else part
        if _width(joined, font, size) <= room:
            rows[-1] = joined
            continue
        rows.append("")
        for letter in part:
            if rows[-1] and _width(rows[-1] + letter, font, size) > room:
                rows.append("")
            rows[-1] += letter
    return [row for row in rows if row]


def _width(text: str, font: cv2.FontFace, size: int) -> int:
    return int(cv2.getTextSize((0, 0), text, (0, 0), font, size, WEIGHT)[2])
