"""Colours that no picture can have, which a decoder makes up when it has lost its way.

A coder is given red, green and blue, each from 0 to 255, and writes brightness and two differences of colour. Of all
that can be written there, three quarters are no colour at all. A decoder of H.265 that reads on behind a spoilt bit
fills whole parts of a picture with such, and says nothing. A coarse coder misses a saturated colour by little, hence
`SLACK`. What was measured, and what is missed: `docs/health.md`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

SLACK: Final = 50  # of 255, beyond black and white
TOO_MANY: Final = 0.01  # of the picture
SCALE: Final = 256

Plane = NDArray[np.uint8]


def unreal(luma: Plane, blue: Plane, red: Plane) -> float:
    """The share of a picture whose colours cannot be.

    Args:
        luma: The brightness at the points of the other two; all three have one shape.
        blue: The difference of blue, 128 for none.
        red: The difference of red.
    """
    grey = 298 * (luma.astype(np.int32) - 16)
    cb, cr = blue.astype(np.int32) - 128, red.astype(np.int32) - 128
    parts = (grey + 409 * cr, grey - 100 * cb - 208 * cr, grey + 516 * cb)  # ITU-T H.273, matrix 6, times 256
    low, high = -SLACK * SCALE, (255 + SLACK) * SCALE
    beyond = np.logical_or.reduce([(part < low) | (part > high) for part in parts])
    return float(beyond.mean())
