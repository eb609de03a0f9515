"""A still picture in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.ports import Image


def read_picture(path: Path) -> Image:
    """The picture in a PNG, a JPEG or whatever else OpenCV reads.

    Raises:
        BadInputError: The file cannot be read, or is no picture.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror}") from error
    decoded = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) if content else None
    if decoded is None:
        raise BadInputError(f"{path}: cannot be read as a picture, expected a PNG or a JPEG")
    return np.asarray(decoded, np.uint8)
