"""The copy of a clip that may leave the box: two pictures a second of it, each redacted as a still is, coded anew.

What moves between two of them is not in the copy: every picture in it was searched for faces, people and plates, and
that costs a core a sixth of a second each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Final

import av
import cv2
import numpy as np
from av.error import FFmpegError

from edge_agent.adapters.evidence.slide_show import code_slides
from edge_agent.config.yaml.rewriting import write_private
from edge_agent.core.errors import OutsideError
from edge_agent.ports import unwritten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from edge_agent.ports import Image

EVERY_S: Final = 0.5
WIDEST: Final = 1280  # pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipCopy:
    """A copy that was written: how many pictures, their size, the digest of the file."""

    path: Path
    pictures: int
    sha256: str
    size: tuple[int, int]


class CutShort(Exception):  # noqa: N818 - nothing went wrong
    """Whoever waited between two pictures was told to stop; nothing was written."""


def save_clip_copy(
    path: Path, original: Path, redacted: Callable[[Image], Image], *, rest: Callable[[], bool]
) -> ClipCopy:
    """Write the copy of ``original``, whole or not at all.

    Args:
        path: Where to.
        original: A clip as the camera coded it.
        redacted: Makes of a picture one that may leave.
        rest: Waits after each picture, and says whether to stop.

    Raises:
        OutsideError: The clip cannot be read or decoded, a picture cannot be redacted, the disk cannot be written.
        CutShort: ``rest`` said so.
    """
    content, size = BytesIO(), (0, 0)
    try:
        with av.open(str(original)) as container:
            size = _size(container.streams.video[0].width, container.streams.video[0].height)
            count = code_slides(content, _slides(container, size, redacted, rest), size)
    except (FFmpegError, IndexError, ValueError) as error:
        raise OutsideError(f"evidence {original}: cannot be decoded and coded again") from error
    if not count:
        raise OutsideError(f"evidence {original}: there is no picture in it")
    try:
        write_private(path, content.getvalue())
    except OSError as error:
        raise unwritten(error, f"evidence {path}: cannot be written: {error.strerror}") from error
    return ClipCopy(path=path, pictures=count, sha256=sha256(content.getvalue()).hexdigest(), size=size)


def _size(width: int, height: int) -> tuple[int, int]:
    scale = min(1.0, WIDEST / max(width, 1))
    return round(width * scale), round(height * scale)


def _slides(
    container: av.container.InputContainer,
    size: tuple[int, int],
    redacted: Callable[[Image], Image],
    rest: Callable[[], bool],
) -> Iterator[tuple[timedelta, Image]]:
    container.streams.video[0].thread_count = 1
    first, due = None, 0.0
    for picture in container.decode(video=0):
        shown = float(picture.time or 0.0)
        first = shown if first is None else first
        if shown - first < due:
            continue
        image = picture.to_ndarray(format="bgr24").astype(np.uint8, copy=False)
        if (picture.width, picture.height) != size:
            image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
        yield timedelta(seconds=shown - first), redacted(image)
        due += EVERY_S
        if rest():
            raise CutShort
