"""Where a plate may be: lines of text in the picture of a vehicle, found by a general text detector.

The detector is PP-OCR's (differentiable binarisation: M. Liao and others, "Real-time Scene Text Detection with
Differentiable Binarization", AAAI 2020): it gives, for each pixel, how likely it lies in the core of a line of text.
The cores are outlined and widened by the paper's offset, area times ratio over perimeter. Whether a line is a plate is
for the reader to say.

A site may name a detector of its own that knows plates and their corners (`PlateFinder`).
"""

from __future__ import annotations

from itertools import product
from math import ceil
from typing import TYPE_CHECKING, Final, Protocol

import cv2
import numpy as np

from edge_agent.adapters.plates.quadrangles import Quadrangle, in_order
from edge_agent.adapters.plates.sessions import Floats, PlateNetwork
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.ports import Image

LONGEST: Final = 640  # pixels of the picture's longer side as it is looked at
SHORTEST: Final = 480  # and at least: small plates are found in an enlarged picture
STRIDE: Final = 32
CORE: Final = 0.3  # of a pixel's probability
WIDENED: Final = 1.5  # the paper's ratio
THINNEST: Final = 3  # pixels of a core
_MEAN: Final = np.array([0.485, 0.456, 0.406], np.float32)
_DEVIATION: Final = np.array([0.229, 0.224, 0.225], np.float32)


class Finder(Protocol):
    """Finds where plates may be."""

    def find(self, image: Image) -> tuple[Quadrangle, ...]:
        """The places in a BGR picture, the surest first."""


class TextLines:
    """Finds lines of text; raises BadInputError for a file that is no such model."""

    def __init__(self, path: Path) -> None:
        self._network = PlateNetwork(path)

    def find(self, image: Image) -> tuple[Quadrangle, ...]:
        """The lines in a BGR picture, the surest first; raises OutsideError."""
        sized, (across, down) = _sized(image)
        tensor = ((sized.astype(np.float32) / 255 - _MEAN) / _DEVIATION).transpose(2, 0, 1)[None]
        likely = self._network.run(np.ascontiguousarray(tensor))[0][0, 0]
        cores = (likely > CORE).astype(np.uint8)
        outlines, _ = cv2.findContours(cores, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        lines = [_line(likely, np.asarray(each), (across, down)) for each in outlines]
        return tuple(sorted((each for each in lines if each is not None), key=lambda each: -each.score))


def _sized(image: Image) -> tuple[Image, tuple[float, float]]:
    """The picture as it is looked at, and how many of its own pixels one of that is, across and down."""
    height, width = image.shape[:2]
    scale = min(max(1.0, SHORTEST / max(height, width)), LONGEST / max(height, width))
    wide, high = (max(STRIDE, round(side * scale / STRIDE) * STRIDE) for side in (width, height))
    sized = cv2.resize(image, (wide, high), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    return np.asarray(sized, np.uint8), (width / wide, height / high)


def _line(likely: Floats, outline: Floats, pixel: tuple[float, float]) -> Quadrangle | None:
    middle, (wide, high), angle = cv2.minAreaRect(outline)
    if min(wide, high) < THINNEST:
        return None
    inside = np.zeros(likely.shape, np.uint8)
    cv2.drawContours(inside, [outline], 0, 1, -1)
    offset = wide * high * WIDENED / (2 * (wide + high))
    box = cv2.boxPoints((middle, (wide + 2 * offset, high + 2 * offset), angle))
    score = float(cv2.mean(likely, inside)[0])
    return Quadrangle(in_order(np.asarray(box * pixel, np.float32)), score)


class PlateFinder:
    """Finds plates with a detector of the RetinaFace family: boxes, scores and four corners on anchors.

    Args:
        path: An ONNX file with the outputs ``loc``, ``conf`` and ``landms`` for an input of any size.

    Raises:
        BadInputError: The file is no such model.
    """

    OUTPUTS: Final = ("loc", "conf", "landms")
    ANCHORS: Final = {8: (24, 48), 16: (96, 192), 32: (384, 768)}  # pixels, by stride
    VARIANCE: Final = 0.1
    MEAN: Final = np.array([104, 117, 123], np.float32)  # BGR
    SURE: Final = 0.5

    def __init__(self, path: Path) -> None:
        self._network = PlateNetwork(path)
        if set(self._network.outputs) != set(self.OUTPUTS):
            gives = ", ".join(self._network.outputs)
            raise BadInputError(f"model {path.name!r}: gives {gives}, expected {', '.join(self.OUTPUTS)}")

    def find(self, image: Image) -> tuple[Quadrangle, ...]:
        """The plates in a BGR picture, the surest first; raises OutsideError."""
        sized, pixel = _sized(image)
        tensor = np.ascontiguousarray((sized.astype(np.float32) - self.MEAN).transpose(2, 0, 1)[None])
        _, scores, marks = self._network.run(tensor, self.OUTPUTS)
        anchors = self._anchors(*sized.shape[:2])
        sure = np.flatnonzero(scores[0, :, 1] >= self.SURE)
        best: list[Quadrangle] = []
        for index in sure[np.argsort(-scores[0, sure, 1], kind="stable")]:
            x, y, side = anchors[index]
            corners = marks[0, index].reshape(4, 2) * self.VARIANCE * side + (x, y)
            place = Quadrangle(in_order(corners * np.array(pixel, np.float32)), float(scores[0, index, 1]))
            if all(_apart(place, other) for other in best):
                best.append(place)
        return tuple(best)

    def _anchors(self, height: int, width: int) -> Floats:
        """Middle and side of every anchor, in pixels, in the order of the outputs."""
        rows = [
            ((column + 0.5) * stride, (row + 0.5) * stride, side)
            for stride, sides in self.ANCHORS.items()
            for row, column, side in product(range(ceil(height / stride)), range(ceil(width / stride)), sides)
        ]
        return np.array(rows, np.float32)


def _apart(a: Quadrangle, b: Quadrangle) -> bool:
    """Whether two places are of different plates: their middles lie further apart than either is wide."""
    return float(np.hypot(a.centre[0] - b.centre[0], a.centre[1] - b.centre[1])) > max(a.width, b.width) / 2
