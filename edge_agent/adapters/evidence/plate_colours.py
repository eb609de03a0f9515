"""Number plates by their colours: small rectangles of blue, yellow or green with strokes in them.

It finds the place of what looks like a Chinese plate, also where the detector saw no vehicle. It reads nothing, and it
takes some signs for plates: in a copy that leaves the box that costs a sign, and the original has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from edge_agent.core.geometry import Box

if TYPE_CHECKING:
    from cv2.typing import MatLike
    from numpy.typing import NDArray

    from edge_agent.ports import Image

    _Place = tuple[int, int, int, int]

COLOURS: Final = (  # hue (0 to 179), saturation and value, least and most
    ((95, 70, 40), (130, 255, 255)),  # blue
    ((15, 80, 70), (34, 255, 255)),  # yellow
    ((40, 30, 80), (90, 255, 255)),  # green
)
LEAST: Final = 32  # pixels across: a smaller one cannot be read
MOST: Final = 0.15  # of the picture's width
ASPECTS: Final = (2.0, 5.0)
FULL: Final = 0.6  # of its rectangle that has the colour once the strokes are closed
STROKES: Final = (8, 40)  # changes between dark and bright along a line through seven or eight letters
ROWS: Final = (0.35, 0.5, 0.65)  # of the height, where they are counted
CONTRAST: Final = 18.0  # of brightness, from the mean of a line to count as bright or dark


def plates_by_colour(image: Image) -> tuple[Box, ...]:
    """Where something looks like a number plate."""
    height, width = image.shape[:2]
    shades = cv2.cvtColor(image, cv2.COLOR_BGR2HSV)
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    places: list[_Place] = []
    for least, most in COLOURS:
        coloured = cv2.inRange(shades, np.array(least), np.array(most))
        for reach in (3, 7):  # pixels that the strokes of small and of large letters are wide
            closed = cv2.morphologyEx(coloured, cv2.MORPH_CLOSE, np.ones((reach, 2 * reach + 1), np.uint8))
            opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((reach, 2 * reach + 1), np.uint8))
            contours, _ = cv2.findContours(opened, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
            places += [place for each in contours if (place := _place(each, width)) is not None]
    return tuple(
        Box(x / width, y / height, (x + wide) / width, (y + high) / height)
        for x, y, wide, high in places
        if _lettered(np.asarray(grey[y : y + high, x : x + wide], np.uint8))
    )


def _place(contour: MatLike, width: int) -> _Place | None:
    """Left, top, across and down of a patch of one colour, where it has the size and the shape of a plate."""
    x, y, wide, high = cv2.boundingRect(contour)
    if not (LEAST <= wide <= MOST * width and ASPECTS[0] <= wide / high <= ASPECTS[1]):
        return None
    return (x, y, wide, high) if cv2.contourArea(contour) >= FULL * wide * high else None


def _lettered(patch: NDArray[np.uint8]) -> bool:
    """Whether lines through the patch go from dark to bright and back as often as through seven or eight letters."""
    lines = (patch[int(share * patch.shape[0])].astype(np.float32) for share in ROWS)
    return STROKES[0] <= float(np.median([_changes(line) for line in lines])) <= STROKES[1]


def _changes(line: NDArray[np.float32]) -> int:
    """How often a line goes from clearly darker than around to clearly brighter, or back."""
    reach = len(line) // 8  # about a letter
    mean = np.convolve(np.pad(line, reach, mode="edge"), np.ones(2 * reach + 1), "valid") / (2 * reach + 1)
    off = line - mean
    return int(np.count_nonzero(np.diff(np.sign(off[np.abs(off) > CONTRAST]))))
