"""Reads the labelled picture archives into memory: one value a picture, decoded on demand.

A YOLO archive holds `<set>/data.yaml` and `<set>/<split>/{images,labels}/<name>.{jpg,txt}`; a label row
is `class cx cy w h`, normalised. Pictures stay JPEG bytes here (140 MB instead of 2 GB).

Two of the archives hold 16:9 pictures that were pressed into squares. They are brought back to their shape when they
are decoded; boxes are normalised, so they stay as they are.
"""

from __future__ import annotations

import ast
import re
import tarfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
Boxes = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]

_PRESSED = {"road_elevated": 16 / 9, "tollroad_cctv": 16 / 9}  # archive: width / height before it was pressed


@dataclass(frozen=True, slots=True)
class Photo:
    """A labelled picture: JPEG bytes, class of each box, boxes as x0 y0 x1 y1 normalised by the picture.

    `ratio` is the width / height that the scene had; None where the picture has it still.
    """

    name: str
    jpeg: bytes
    labels: Labels
    boxes: Boxes
    ratio: float | None = None

    def pixels(self) -> Image:
        """Decode to height × width × 3, BGR, in the scene's own shape; raises `ValueError` for no JPEG."""
        image = cv2.imdecode(np.frombuffer(self.jpeg, np.uint8), cv2.IMREAD_COLOR)
        if image is None:
            message = f"picture {self.name!r}: not a readable JPEG"
            raise ValueError(message)
        if self.ratio is not None:
            wide = image.shape[1]
            image = cv2.resize(image, (wide, round(wide / self.ratio)), interpolation=cv2.INTER_AREA)
        return np.asarray(image, np.uint8)


@dataclass(frozen=True, slots=True)
class Vehicles:
    """The vehicles of one picture: N×4 boxes x0 y0 x1 y1, their COCO classes, and the chance of each to be one."""

    boxes: Boxes
    kinds: Labels
    chances: Floats


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """One split of one archive, with the names of its classes."""

    names: tuple[str, ...]
    photos: tuple[Photo, ...]


def read_archive(archive: Path, split: str) -> LabelledSet:
    """Read one split; raises `ValueError` when the archive does not hold it."""
    images: dict[str, bytes] = {}
    rows: dict[str, str] = {}
    names: tuple[str, ...] = ()
    with tarfile.open(archive) as tar:
        for member in tar:
            path = PurePosixPath(member.name)
            stream = tar.extractfile(member) if member.isfile() else None
            if stream is None:
                continue
            if path.name == "data.yaml":
                names = _names(stream.read().decode())
            elif path.parts[-3:-1] == (split, "images"):
                images[path.stem] = stream.read()
            elif path.parts[-3:-1] == (split, "labels"):
                rows[path.stem] = stream.read().decode()
    if not images or not names:
        message = f"archive {archive.name!r}: expected data.yaml and pictures in {split!r}, found {len(images)}"
        raise ValueError(message)
    ratio = _PRESSED.get(archive.stem)
    photos = (
        _photo(f"{archive.stem}/{split}/{stem}", images[stem], rows.get(stem, ""), ratio) for stem in sorted(images)
    )
    return LabelledSet(names, tuple(photos))


def _names(yaml: str) -> tuple[str, ...]:
    """The class names of a data.yaml whose `names` is a flow list."""
    match = re.search(r"^names:\s*(\[.*\])\s*$", yaml, re.MULTILINE)
    return tuple(ast.literal_eval(match.group(1))) if match else ()


def _photo(name: str, jpeg: bytes, rows: str, ratio: float | None) -> Photo:
    values = np.array([row.split()[:5] for row in rows.splitlines() if row.strip()], np.float32).reshape(-1, 5)
    centre, size = values[:, 1:3], values[:, 3:5]
    boxes = np.concatenate((centre - size / 2, centre + size / 2), axis=1).clip(0, 1)
    return Photo(name, jpeg, values[:, 0].astype(np.int64), boxes.astype(np.float32), ratio)
