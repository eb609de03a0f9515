"""Snapshots: the whole frame, the subject and a captioned copy, as JPEG files, with a note of what they are.

Nothing is drawn on frame and subject: evidence is what the camera saw, at the stream's own size. What was found in it
stands beside it, in JSON, with the sha256 of each file; the note is written last, so where it is, the pictures are::

    <folder>/<incident>/20261101T080100.200Z-opened-frame.jpg
                        20261101T080100.200Z-opened-subject.jpg
                        20261101T080100.200Z-opened-annotated.jpg
                        20261101T080100.200Z-opened.json
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import cv2

from edge_agent.adapters.evidence.captioned import captioned
from edge_agent.config.atomic_file import write_private
from edge_agent.config.wire import instant_text
from edge_agent.core.errors import Bug
from edge_agent.ports import unwritten

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.core.effects import SaveSnapshot
    from edge_agent.core.geometry import Box
    from edge_agent.ports import Caption, Frame, Image

WATCHED: Final = "watched"
QUALITY: Final = 90
MARGIN: Final = 0.25  # of the subject's box, on each side
SHORT_SIDE: Final = 320  # pixels that a crop has at least, where the picture has them


class SnapshotFolder:
    """Keeps one camera's snapshots below ``folder``; the sha256 of model and policy stand in each note.

    Those of another stream than the one that is watched have its name behind the stage.
    """

    def __init__(self, folder: Path, *, camera: str, model: str, policy_sha256: str, stream: str = WATCHED) -> None:
        self._folder = folder
        self._made_by = {"camera": camera, "stream": stream, "model": model, "policy_sha256": policy_sha256}
        self._behind = "" if stream == WATCHED else f"-{stream}"

    def save(self, request: SaveSnapshot, frame: Frame, caption: Caption | None = None) -> None:
        """Keep the full frame, the subject's crop and the captioned copy; saving again gives the same files.

        Raises:
            OutsideError: The folder cannot be written.
        """
        stem = f"{instant_text(request.at).replace('-', '').replace(':', '')}-{request.stage}{self._behind}"
        folder = self._folder / request.incident
        image = frame.image if frame.full is None else frame.full()
        images = {"frame": image, "subject": crop(image, request.box)}
        if caption is not None:
            images["annotated"] = captioned(image, request.box, caption)
        pictures = {name: _jpeg(image) for name, image in images.items()}
        note = {
            "incident": request.incident,
            "event": request.event,
            "stage": request.stage,
            "at": instant_text(request.at),
            "shown": instant_text(frame.at),
            "box": [request.box.x0, request.box.y0, request.box.x1, request.box.y1],
        }
        files = {
            name: {"file": f"{stem}-{name}.jpg", "sha256": sha256(content).hexdigest()} | _size(images[name])
            for name, content in pictures.items()
        }
        try:
            for name, content in pictures.items():
                write_private(folder / f"{stem}-{name}.jpg", content)
            write_private(folder / f"{stem}.json", json.dumps(note | self._made_by | files, indent=2).encode() + b"\n")
        except OSError as error:
            raise unwritten(error, f"evidence {folder}: cannot be written: {error.strerror}") from error


def crop(image: Image, box: Box) -> Image:
    """The subject with a margin and 320 pixels a side at least, as far as the picture reaches; at least one pixel."""
    height, width = image.shape[:2]
    wide = box.grown(MARGIN)
    left, right = _span(wide.x0, wide.x1, width)
    top, bottom = _span(wide.y0, wide.y1, height)
    return image[top:bottom, left:right]


def _size(image: Image) -> dict[str, int]:
    height, width = image.shape[:2]
    return {"width": width, "height": height}


def _span(start: float, end: float, pixels: int) -> tuple[int, int]:
    """First and last pixel, widened evenly where they are too near each other, and then moved inside."""
    first = min(max(round(start * pixels), 0), pixels - 1)
    last = max(min(round(end * pixels), pixels), first + 1)
    least = min(SHORT_SIDE, pixels)
    if last - first < least:
        first = min(max((first + last - least) // 2, 0), pixels - least)
        last = first + least
    return first, last


def _jpeg(image: Image) -> bytes:
    done, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise Bug(f"a picture of shape {image.shape} could not be written as JPEG")
    return encoded.tobytes()
