"""The examples of a camera: crops that a person marked, in one folder of the box's state.

A crop is kept with what is around it, so that it can be seen a little shifted, and trained on anew by another model::

    <state>/taught/<camera>/examples.jsonl   one line each: id, mark, at, box, within, source
                            <id>.png         the thing and its surroundings
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

from edge_agent.adapters.video.still import read_picture
from edge_agent.config.camera.taught_file import instant_of
from edge_agent.config.wire.events import instant_text
from edge_agent.config.yaml.rewriting import private_folder, write_private, write_whole
from edge_agent.core.errors import BadInputError
from edge_agent.core.geometry import Box
from edge_agent.core.teach.features import window
from edge_agent.core.teach.taught import LABELS, Example, Mark
from edge_agent.ports import unwritten

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from edge_agent.ports import Image

LIST: Final = "examples.jsonl"
AROUND: Final = 0.5  # of a thing's square, on each side of it
LARGEST: Final = 640  # pixels of a kept crop
LEAST: Final = 8  # pixels of a thing, each way: less shows nothing
MOST: Final = 200  # proposals of a camera
ID: Final = 12  # hexadecimal digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """An example as it is kept: ``box`` is its place in the camera's picture, ``within`` that in its crop."""

    example: Example
    box: Box
    within: Box
    source: str


class ExampleFolder:
    """The examples of one camera below the state folder of a box."""

    def __init__(self, state: Path, camera: str) -> None:
        self.camera = camera
        self.folder = state / "taught" / camera

    def all(self) -> tuple[Marked, ...]:
        """Every example, in the order in which they were marked; raises BadInputError for a damaged list."""
        path = self.folder / LIST
        if not path.exists():
            return ()
        try:
            return tuple(_read(json.loads(line)) for line in path.read_text("utf-8").splitlines() if line.strip())
        except OSError as error:
            raise BadInputError(f"{path}: cannot be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise BadInputError(f"{path}: damaged ({error}), expected one JSON line an example") from error

    def add(self, mark: Mark, picture: Image, box: Box, at: datetime, source: str) -> Marked:
        """Keep a crop of ``picture`` as an example; the same crop marked again has the new mark.

        Raises:
            BadInputError: The box is too small, or not in the picture.
            OutsideError: The folder cannot be written.
        """
        height, width = picture.shape[:2]
        wide = max(0.0, min(1.0, box.x1) - max(0.0, box.x0)) * width
        high = max(0.0, min(1.0, box.y1) - max(0.0, box.y0)) * height
        if wide < LEAST or high < LEAST:
            raise BadInputError(f"box: {wide:.0f}x{high:.0f} pixels of the picture, expected at least {LEAST}x{LEAST}")
        inside = Box(max(0.0, box.x0), max(0.0, box.y0), min(1.0, box.x1), min(1.0, box.y1))
        part, within = _with_surroundings(picture, inside)
        content = cv2.imencode(".png", part)[1].tobytes()
        ident = sha256(content + repr((within, at.isoformat())).encode()).hexdigest()[:ID]
        marked = Marked(example=Example(id=ident, mark=mark, at=at), box=inside, within=within, source=source)
        try:
            private_folder(self.folder)
            write_private(self.folder / f"{ident}.png", content)
        except OSError as error:
            raise unwritten(error, f"{self.folder}: cannot be written: {error.strerror}") from error
        self._write((*(each for each in self.all() if each.example.id != ident), marked))
        return marked

    def forget(self, ident: str) -> Marked:
        """Take an example away; raises BadInputError where there is none of that id."""
        gone = self.found(ident)
        self._write(tuple(each for each in self.all() if each != gone))
        (self.folder / f"{gone.example.id}.png").unlink(missing_ok=True)
        return gone

    def found(self, ident: str) -> Marked:
        """The example whose id begins so; raises BadInputError where it is not one."""
        known = self.all()
        matching = [each for each in known if each.example.id.startswith(ident)] if ident else []
        if len(matching) != 1:
            raise BadInputError(f"example {ident!r}: found {len(matching)} that begin so, expected one of {len(known)}")
        return matching[0]

    def picture(self, marked: Marked) -> Image:
        """The crop of an example, with what is around it."""
        return read_picture(self.folder / f"{marked.example.id}.png")

    def export(self, target: Path) -> int:
        """Write all examples as a YOLO data set for a fine-tuning; says how many. Raises OutsideError.

        A crop with nothing to name in it (allowed, nothing) is a picture without boxes: what is no violation is learned
        from too.
        """
        names = list(LABELS.values())
        try:
            for part in ("images", "labels"):
                (target / "train" / part).mkdir(parents=True, exist_ok=True)
            (target / "data.yaml").write_text(
                f"path: .\ntrain: train/images\nval: train/images\nnames: {names}\n", "utf-8"
            )
            for marked in self.all():
                box, label = marked.within, LABELS.get(marked.example.mark)
                name = marked.example.id
                (target / "train" / "images" / f"{name}.png").write_bytes((self.folder / f"{name}.png").read_bytes())
                sides = (box.centre.x, box.centre.y, box.width, box.height)
                row = (
                    "" if label is None else f"{names.index(label)} " + " ".join(f"{side:.6f}" for side in sides) + "\n"
                )
                (target / "train" / "labels" / f"{name}.txt").write_text(row, "utf-8")
        except OSError as error:
            raise unwritten(error, f"{target}: cannot be written: {error.strerror}") from error
        return len(self.all())

    def _write(self, marked: Sequence[Marked]) -> None:
        try:
            write_whole(self.folder / LIST, "".join(map(_line, marked)).encode(), private=True)
        except OSError as error:
            raise unwritten(error, f"{self.folder / LIST}: cannot be written: {error.strerror}") from error


class Proposals(ExampleFolder):
    """Crops that the next teaching should know: a person says what they are, or lets them go.

    Of second looks whose witnesses disagreed, marked as what the classifier took them for; and of incidents that the
    operations centre judged, marked as what it said. The newest ``MOST`` are kept.
    """

    def __init__(self, state: Path, camera: str) -> None:
        super().__init__(state, camera)
        self.folder /= "proposed"

    def propose(self, mark: Mark, picture: Image, box: Box, at: datetime, source: str) -> None:
        """Keep a crop; the oldest goes where there are too many. Raises OutsideError."""
        self.add(mark, picture, box, at, source)
        for old in self.all()[:-MOST]:
            self.forget(old.example.id)

    def take(self, ident: str, mark: Mark, examples: ExampleFolder) -> Marked:
        """Make an example of a proposal, as what a person says that it is."""
        proposed = self.found(ident)
        picture, at = self.picture(proposed), proposed.example.at
        taken = examples.add(mark, picture, proposed.within, at, proposed.source)
        self.forget(proposed.example.id)
        return taken


def _with_surroundings(picture: Image, box: Box) -> tuple[Image, Box]:
    """A thing with what is around it, and where it lies in that."""
    height, width = picture.shape[:2]
    square = window(box, width, height)
    more = AROUND * square.width
    x0, y0 = max(0, int(square.x0 - more)), max(0, int(square.y0 - more))
    x1, y1 = min(width, int(square.x1 + more) + 1), min(height, int(square.y1 + more) + 1)
    part = picture[y0:y1, x0:x1]
    within = Box(
        *((side * size - begin) / length for side, size, begin, length in (
            (box.x0, width, x0, x1 - x0),
            (box.y0, height, y0, y1 - y0),
            (box.x1, width, x0, x1 - x0),
            (box.y1, height, y0, y1 - y0),
        ))
    )  # fmt: skip
    larger = max(part.shape[:2]) / LARGEST
    if larger > 1:
        size = (round(part.shape[1] / larger), round(part.shape[0] / larger))
        return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8), within
    return part, within


def _line(marked: Marked) -> str:
    example = marked.example
    data = {
        "id": example.id,
        "mark": example.mark,
        "at": instant_text(example.at),
        "box": [round(side, 5) for side in _sides(marked.box)],
        "within": [round(side, 5) for side in _sides(marked.within)],
        "source": marked.source,
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"


def _sides(box: Box) -> tuple[float, float, float, float]:
    return box.x0, box.y0, box.x1, box.y1


def _read(data: dict[str, Any]) -> Marked:

    example = Example(id=str(data["id"]), mark=Mark(data["mark"]), at=instant_of(data["at"]))
    boxes = (Box(*map(float, data[name])) for name in ("box", "within"))
    return Marked(example=example, box=next(boxes), within=next(boxes), source=str(data.get("source", "")))
