"""Snapshots: the whole frame, the subject and a captioned copy, as JPEG files, with a note of what they are.

The frame is what the camera saw, at the stream's own size, and stays on the box; the others are cut from one redacted
copy of it (``redaction.py``). What was found stands beside them, in JSON, with the sha256 of each file; the note is
written last, so where it is, the pictures are::

    <folder>/<incident>/20261101T080100.200Z-opened-frame.jpg      the original
                        20261101T080100.200Z-opened-subject.jpg    redacted
                        20261101T080100.200Z-opened-annotated.jpg  redacted; without a caption: …-redacted.jpg
                        20261101T080100.200Z-opened.json
"""

from __future__ import annotations

import json
import logging
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import cv2

from edge_agent.adapters.evidence.captioned import captioned
from edge_agent.adapters.evidence.redaction import Redaction
from edge_agent.adapters.evidence.small_pictures import thumbnail_of
from edge_agent.config.wire.events import instant_text
from edge_agent.config.wire.evidence_data import noted
from edge_agent.config.yaml.rewriting import write_private
from edge_agent.core.errors import Bug, OutsideError
from edge_agent.core.geometry import Box
from edge_agent.ports import NO_PICTURES, StoredFile, StoredPictures, unwritten

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from edge_agent.core.effects import SaveSnapshot
    from edge_agent.core.events import Detection
    from edge_agent.ports import Caption, Frame, Image

WATCHED: Final = "watched"
QUALITY: Final = 90
MARGIN: Final = 0.25  # of the subject's box, on each side
SHORT_SIDE: Final = 320  # pixels that a crop has at least, where the picture has them
ORIGINAL: Final = "frame"
ROLES: Final = {ORIGINAL: "panorama", "annotated": "annotated", "redacted": "redacted", "subject": "subject"}
WITH_THUMBNAIL: Final = frozenset({"opened", "referred", "escalated"})  # stages
_log = logging.getLogger(__name__)


class SnapshotFolder:
    """Keeps one camera's snapshots below ``folder``; the sha256 of model and policy stand in each note.

    Those of another stream than the one that is watched have its name behind the stage. ``look`` finds the people and
    vehicles in a picture of which nobody says what is in it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        camera: str,
        model: str,
        policy_sha256: str,
        stream: str = WATCHED,
        redaction: Redaction | None = None,
        look: Callable[[Image], tuple[Detection, ...]] = lambda _: (),
    ) -> None:
        self._folder = folder
        self._made_by = {"camera": camera, "stream": stream, "model": model, "policy_sha256": policy_sha256}
        self._behind = "" if stream == WATCHED else f"-{stream}"
        self._redaction = redaction or Redaction()
        self._look = look

    def save(
        self,
        request: SaveSnapshot,
        frame: Frame,
        caption: Caption | None = None,
        seen: tuple[Detection, ...] | None = None,
    ) -> StoredPictures:
        """Keep the full frame, the subject's crop and the captioned copy; saving again gives the same files.

        ``seen`` is what was found in this very picture. Where the copies cannot be redacted there are none. Of a stage
        whose message carries a small picture, one is made of the redacted copy around the thing.

        Raises:
            OutsideError: The folder cannot be written.
        """
        stem, folder = self._stem(request), self._folder / request.incident
        image = self._redaction.masked(frame.image if frame.full is None else frame.full())
        seen_boxes = self._look(frame.image) if seen is None else seen
        copies, hidden = self._copies(request, image, caption, seen_boxes)
        images = {ORIGINAL: image} | copies
        pictures = {name: _jpeg(image) for name, image in images.items()}
        files = {
            name: _about(f"{stem}-{name}.jpg", content, images[name]) | {"redacted": name in copies}
            for name, content in pictures.items()
        }
        try:
            for name, content in pictures.items():
                write_private(folder / f"{stem}-{name}.jpg", content)
            note = _note(request, frame, hidden) | self._made_by | files | {"seen": [*map(noted, seen_boxes)]}
            write_private(folder / f"{stem}.json", json.dumps(note, indent=2).encode() + b"\n")
        except OSError as error:
            raise unwritten(error, f"evidence {folder}: cannot be written: {error.strerror}") from error
        shown = copies.get("annotated", copies.get("redacted"))
        small = None
        if shown is not None and request.stage in WITH_THUMBNAIL:
            small = thumbnail_of(crop(shown[: image.shape[0]], request.box))  # without the strip below it
        return StoredPictures(files=_evidence_files(files, pictures), thumbnail=small)

    def keeps(self, request: SaveSnapshot) -> bool:
        """Whether those of this moment are kept already; the note is written last."""
        return (self._folder / request.incident / f"{self._stem(request)}.json").exists()

    def latest(self, incident: str) -> StoredPictures:
        """What was kept of the last moment of an incident, of all its streams; nothing where no note can be read."""
        notes = sorted((self._folder / incident).glob("*.json"), reverse=True)
        for _, same in groupby(notes, key=lambda note: note.name.partition("-")[0]):
            if files := tuple(file for note in sorted(same) for file in _noted(note)):  # `…-main.json` comes first
                return StoredPictures(files=files)
        return NO_PICTURES

    def _stem(self, request: SaveSnapshot) -> str:
        return f"{instant_text(request.at).replace('-', '').replace(':', '')}-{request.stage}{self._behind}"

    def _copies(
        self, request: SaveSnapshot, image: Image, caption: Caption | None, seen: tuple[Detection, ...]
    ) -> tuple[dict[str, Image], dict[str, int] | None]:
        """What may leave the box, by name, and how much was hidden in it; nothing where that cannot be done."""
        try:
            copy = self._redaction.redacted(image, seen, request.box, hide_plate=request.hide_plate)
        except OutsideError as error:
            _log.warning("no redacted picture of %s, %s: %s", request.incident, request.stage, error)
            return {}, None
        whole = copy.image
        drawn = {"redacted": whole} if caption is None else {"annotated": captioned(whole, request.box, caption)}
        return {"subject": crop(whole, request.box)} | drawn, {str(part): n for part, n in copy.hidden.items()}


def _note(request: SaveSnapshot, frame: Frame, hidden: dict[str, int] | None) -> dict[str, Any]:
    """What a note says of a stage besides its files; how much was ``hidden`` in the copies, by what it is."""
    return {
        "incident": request.incident,
        "event": request.event,
        "stage": request.stage,
        "at": instant_text(request.at),
        "shown": instant_text(frame.at),
        "box": [request.box.x0, request.box.y0, request.box.x1, request.box.y1],
        "hidden": hidden,
    }


def _evidence_files(files: Mapping[str, Mapping[str, Any]], pictures: Mapping[str, bytes]) -> tuple[StoredFile, ...]:
    return tuple(
        StoredFile(
            role=ROLES[name],
            media_type="image/jpeg",
            bytes=len(pictures[name]),
            sha256=about["sha256"],
            width=about["width"],
            height=about["height"],
            redacted=about["redacted"],
        )
        for name, about in files.items()
    )


def _noted(note: Path) -> tuple[StoredFile, ...]:
    """The pictures that a note names and that are there; none where it is the note of something else."""
    try:
        files = {name: about for name, about in json.loads(note.read_bytes()).items() if name in ROLES}
        return _evidence_files(
            files, {name: (note.parent / about["file"]).read_bytes() for name, about in files.items()}
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ()


def crop(image: Image, box: Box) -> Image:
    """The subject with a margin and 320 pixels a side at least, as far as the picture reaches; at least one pixel."""
    height, width = image.shape[:2]
    wide = box.grown(MARGIN)
    left, right = _span(wide.x0, wide.x1, width)
    top, bottom = _span(wide.y0, wide.y1, height)
    return image[top:bottom, left:right]


def _about(file: str, content: bytes, image: Image) -> dict[str, Any]:
    height, width = image.shape[:2]
    return {"file": file, "sha256": sha256(content).hexdigest(), "width": width, "height": height}


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
