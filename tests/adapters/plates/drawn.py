"""A vehicle with a drawn plate: an army's, whose signs are letters and digits that OpenCV can draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from edge_agent.ports import Image


ARMY = "KB52871"


def vehicle(text: str = ARMY, seed: int = 0) -> Image:
    """A grey body of 400×300 pixels with a blue plate 140 pixels wide, and a little noise."""
    image = np.full((300, 400, 3), 90, np.uint8)
    cv2.rectangle(image, (40, 30), (360, 280), (200, 200, 200), -1)
    cv2.rectangle(image, (130, 200), (270, 245), (150, 60, 20), -1)
    cv2.putText(image, text, (137, 233), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (255, 255, 255), 2, cv2.LINE_AA)
    noise = np.random.default_rng(seed).integers(-3, 4, image.shape)
    return np.asarray(np.clip(image.astype(np.int16) + noise, 0, 255), np.uint8)
