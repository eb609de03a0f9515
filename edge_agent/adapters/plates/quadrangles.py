"""Quadrangles of a picture: their corners in order, and what lies in one, made flat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from edge_agent.ports import Image

Corners = NDArray[np.float32]  # 4×2 pixels: top left, top right, bottom right, bottom left


@dataclass(frozen=True, slots=True, eq=False)
class Quadrangle:
    """Where something may be written, and how sure that is, 0 to 1."""

    corners: Corners
    score: float

    @property
    def width(self) -> float:
        """Along its upper and lower edges."""
        return float(np.linalg.norm(self.corners[1] - self.corners[0] + self.corners[2] - self.corners[3]) / 2)

    @property
    def height(self) -> float:
        """Along its left and right edges."""
        return float(np.linalg.norm(self.corners[3] - self.corners[0] + self.corners[2] - self.corners[1]) / 2)

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle, x and y."""
        x, y = self.corners.mean(axis=0)
        return float(x), float(y)


def in_order(points: NDArray[np.float32]) -> Corners:
    """Four points as corners from the top left on, clockwise as a picture shows them."""
    left_first = points[np.argsort(points[:, 0], kind="stable")]
    left = left_first[:2][np.argsort(left_first[:2, 1], kind="stable")]
    right = left_first[2:][np.argsort(left_first[2:, 1], kind="stable")]
    return np.array([left[0], right[0], right[1], left[1]], np.float32)


def flattened(image: Image, corners: Corners, size: tuple[int, int]) -> Image:
    """What lies in a quadrangle, as a picture of ``size`` (width, height)."""
    wide, high = size
    target = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    turned = cv2.warpPerspective(
        image,
        cv2.getPerspectiveTransform(corners, target),
        size,
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(turned, np.uint8)
