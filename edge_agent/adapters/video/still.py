"""A still picture: read from a file, or coded for a page.

OpenCV's own threads: none of them are wanted where many pictures are worked on at a time anyhow.

OpenCV cuts a picture into stripes and gives them to a pool, one thread a core, whose threads look for more by spinning
before they sleep. Pictures of this size are done before a stripe is handed over; what the pool costs is the processor
time of the threads that were to do the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.ports import Image

QUALITY: Final = 88


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


def as_jpeg(image: Image) -> bytes:
    """The picture as a JPEG, for a person to look at."""
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()


def no_threads() -> None:
    """Let every thread do its own pictures by itself."""
    cv2.setNumThreads(1)
