"""A drawn face that a face finder takes for one: nobody's picture has to lie in the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from edge_agent.ports import Image

SKIN, HAIR, INK, LIPS, SHADE = (140, 170, 215), (30, 40, 50), (30, 30, 30), (90, 90, 180), (105, 130, 175)  # BGR


def drawn_face(image: Image, centre: tuple[int, int], width: int) -> None:
    """Draw a face of that width in pixels, and shoulders below it."""
    x, y = centre
    cv2.rectangle(image, (x - width // 2, y + width * 3 // 4), (x + width // 2, y + width * 2), (90, 60, 40), -1)
    cv2.ellipse(image, centre, (width // 2, int(width * 0.66)), 0, 0, 360, SKIN, -1)
    cv2.ellipse(image, (x, y - int(width * 0.45)), (width // 2 + 4, int(width * 0.3)), 0, 180, 360, HAIR, -1)
    for side in (-1, 1):
        eye = (x + side * width // 5, y - width // 10)
        cv2.ellipse(image, eye, (width // 11, width // 22), 0, 0, 360, (240, 240, 240), -1)
        cv2.circle(image, eye, width // 24, INK, -1)
        brow = eye[1] - width // 9
        cv2.line(image, (eye[0] - width // 9, brow), (eye[0] + width // 9, brow), HAIR, max(1, width // 30))
    cv2.line(image, (x, y - width // 12), (x - width // 20, y + width // 6), SHADE, max(1, width // 40))
    cv2.ellipse(image, (x, y + width // 6), (width // 12, width // 30), 0, 0, 180, SHADE, max(1, width // 40))
    cv2.ellipse(image, (x, y + width // 3), (width // 6, width // 16), 0, 0, 360, LIPS, -1)


def crowd(*widths: int) -> Image:
    """A grey street of 1280x720 with a face of each width, from left to right."""
    image = np.full((720, 1280, 3), (120, 130, 120), np.uint8)
    for n, width in enumerate(widths):
        drawn_face(image, (round((n + 0.5) * 1280 / len(widths)), 300), width)
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 1.2), np.uint8)
