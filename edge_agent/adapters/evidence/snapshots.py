"""Snapshots: the whole frame and the subject, as JPEG files, with a note of what they are.

Nothing is drawn on the pictures: evidence is what the camera saw. What was found in it stands beside it, in JSON, with
the sha256 of both files; the note is written last, so where it is, the pictures are::

    <folder>/<incident>/20261101T080100.200Z-opened-frame.jpg
                        20261101T080100.200Z-opened-subject.jpg
                        20261101T080100.200Z-opened.json
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import cv2

from edge_agent.config.atomic_file import write_whole
from edge_agent.config.wire import instant_text
from edge_agent.core.errors import Bug
from edge_agent.ports import unwritten

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.core.effects import SaveSnapshot
    from edge_agent.core.geometry import Box
    from edge_agent.ports import Frame, Image

QUALITY: Final = 90
MARGIN: Final = 0.25  # of the subject's box, on each side


class SnapshotFolder:
    """Keeps one camera's snapshots below ``folder``; the sha256 of model and policy stand in each note."""

    def __init__(self, folder: Path, *, camera: str, model: str, policy_sha256: str) -> None:
        self._folder = folder
        self._made_by = {"camera": camera, "model": model, "policy_sha256": policy_sha256}

    def save(self, request: SaveSnapshot, frame: Frame) -> None:
        """Keep the full frame and the subject's crop; saving again gives the same files.

        Raises:
            OutsideError: The folder cannot be written.
        """
        stem = f"{instant_text(request.at).replace('-', '').replace(':', '')}-{request.stage}"
        folder = self._folder / request.incident
        images = {"frame": frame.image, "subject": crop(frame.image, request.box)}
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
                write_whole(folder / f"{stem}-{name}.jpg", content)
            write_whole(folder / f"{stem}.json", json.dumps(note | self._made_by | files, indent=2).encode() + b"\n")
        except OSError as error:
            raise unwritten(error, f"evidence {folder}: cannot be written: {error.strerror}") from error


def crop(image: Image, box: Box) -> Image:
    """The subject with a margin, inside the picture; at least one pixel."""
    height, width = image.shape[:2]
    wide = box.grown(MARGIN)
    left, right = _span(wide.x0, wide.x1, width)
    top, bottom = _span(wide.y0, wide.y1, height)
    return image[top:bottom, left:right]


def _size(image: Image) -> dict[str, int]:
    height, width = image.shape[:2]
    return {"width": width, "height": height}


def _span(start: float, end: float, pixels: int) -> tuple[int, int]:
    first = min(max(round(start * pixels), 0), pixels - 1)
    return first, max(min(round(end * pixels), pixels), first + 1)


def _jpeg(image: Image) -> bytes:
    done, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise Bug(f"a picture of shape {image.shape} could not be written as JPEG")
    return encoded.tobytes()
