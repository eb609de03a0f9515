"""Reading a line: a flat picture of it in, signs with their probabilities out.

The reader is a CRNN trained by connectionist temporal classification (A. Graves and others, ICML 2006): for each column
it says which sign stands there, or none. Repeated columns are one sign, and a sign is as sure as its surest column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from edge_agent.adapters.plates.sessions import PlateNetwork
from edge_agent.core.errors import BadInputError
from edge_agent.core.plate.formats import PlateColour
from edge_agent.core.plate.voting import PlateLook

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.adapters.plates.sessions import Floats
    from edge_agent.ports import Image

HEIGHT: Final = 32
WIDTH: Final = 126  # pixels of a plate in one row, whose signs stand 32 high
WHOLE: Final = 320  # of the tensor: it was trained with grey to the right
NONE: Final = 0  # the class of no sign
SIGNS: Final = (
    "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ云京使冀吉学宁川挂新晋桂沪津浙渝港湘澳琼甘皖粤苏蒙藏警豫贵赣辽鄂闽陕青领鲁黑"
)
# Of a plate's ground, by OpenCV's hue (0 to 180), where it is coloured at all: `SATURATED` and up.
HUES: Final = {PlateColour.YELLOW: (11, 34), PlateColour.GREEN: (35, 95), PlateColour.BLUE: (96, 130)}
SATURATED: Final = 60
BRIGHT: Final = 127


class LineReader:
    """Reads a line of signs; raises BadInputError for a file that is no such model."""

    def __init__(self, path: Path) -> None:
        self._network = PlateNetwork(path)
        classes = self.columns(np.zeros((HEIGHT, WIDTH, 3), np.uint8)).shape[1]
        if classes <= len(SIGNS):
            raise BadInputError(f"model {path.name!r}: knows {classes} signs, expected {len(SIGNS) + 1} or more")

    def columns(self, flat: Image) -> Floats:
        """The probability of every sign in every column; raises OutsideError."""
        tensor = np.zeros((1, 3, HEIGHT, WHOLE), np.float32)
        wide = min(WHOLE, flat.shape[1])
        tensor[0, :, :, :wide] = (flat[:, :wide].astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)
        return np.asarray(self._network.run(tensor)[0][0], np.float32)

    def read(self, flat: Image) -> PlateLook:
        """The signs in a flat BGR picture 32 pixels high, and the colour they stand on; raises OutsideError."""
        text, sure = signs_of(self.columns(flat))
        return PlateLook(text=text, probabilities=sure, colour=ground_of(flat))


def signs_of(columns: Floats) -> tuple[str, tuple[float, ...]]:
    """The signs that the columns spell, each with the probability of its surest column."""
    text, sure, before = "", list[float](), NONE
    for column, best in zip(columns, columns.argmax(axis=1).tolist(), strict=True):
        probability = min(1.0, float(column[best]))
        if best not in {before, NONE} and best <= len(SIGNS):
            text += SIGNS[best - 1]
            sure.append(probability)
        elif best == before and best != NONE and sure:
            sure[-1] = max(sure[-1], probability)
        before = best
    return text, tuple(sure)


def ground_of(flat: Image) -> PlateColour | None:
    """The colour of a plate's ground: the most frequent of its pixels; None where it is none that plates have."""
    hue, saturation, value = cv2.split(np.asarray(cv2.cvtColor(flat, cv2.COLOR_BGR2HSV), np.uint8))
    coloured = saturation >= SATURATED
    if coloured.mean() >= 1 / 3:
        middle = float(np.median(hue[coloured]))
        return next((colour for colour, (low, high) in HUES.items() if low <= middle <= high), None)
    return PlateColour.WHITE if float(np.median(value)) >= BRIGHT else PlateColour.BLACK
