"""A data set on disk, in the two forms that training tools read: YOLO (``data.yaml``) and COCO (``annotations``).

::

    <folder>/data.yaml                    names of the classes, where the pictures are
             images/train/*.jpg           labels/train/*.txt        class and box, a line each; empty: a negative
             images/val/*.jpg             labels/val/*.txt
             annotations/train.json       the same in COCO's form, with whose word stands behind each box
             annotations/val.json
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import cv2

from edge_agent.config.yaml.rewriting import write_private
from edge_agent.core.errors import BadInputError, Bug
from edge_agent.ports import unwritten

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from edge_agent.core.score.reviewed import Label
    from edge_agent.ports import Image

QUALITY: Final = 92
TRAIN: Final = "train"
VAL: Final = "val"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPicture:
    """One picture with its labels; ``about`` is what is known of it besides."""

    name: str
    image: Image
    labels: tuple[Label, ...]
    about: Mapping[str, str]


class DataSetFolder:
    """Writes a data set into a folder that is new or empty; ``close`` writes what all pictures together need.

    Raises:
        BadInputError: There is something in the folder.
        OutsideError: The folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._classes: dict[str, int] = {}
        self._annotations: dict[str, list[dict[str, Any]]] = {}
        self._images: dict[str, list[dict[str, Any]]] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            used = any(folder.iterdir())
        except OSError as error:
            raise unwritten(error, f"{folder}: cannot be written: {error.strerror}") from error
        if used:
            raise BadInputError(f"{folder}: found files in it, expected a new folder for the data set")

    def name(self, classes: Sequence[str]) -> None:
        """Number the classes, before the first picture."""
        self._classes = {label: number for number, label in enumerate(classes)}

    def add(self, example: LabelledPicture, part: str) -> None:
        """Write one picture and its labels into a part of the set; raises OutsideError."""
        height, width = example.image.shape[:2]
        done, encoded = cv2.imencode(".jpg", example.image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        if not done:
            raise Bug(f"a picture of shape {example.image.shape} could not be written as JPEG")
        lines = "".join(f"{self._classes[each.label]} {_middle(each)}\n" for each in example.labels)
        self._write(f"images/{part}/{example.name}.jpg", encoded.tobytes())
        self._write(f"labels/{part}/{example.name}.txt", lines.encode())
        images = self._images.setdefault(part, [])
        number = len(images) + 1
        images.append(
            {"id": number, "file_name": f"{example.name}.jpg", "width": width, "height": height, **example.about}
        )
        found = self._annotations.setdefault(part, [])
        for each in example.labels:
            found.append(_annotation(each, self._classes, (width, height), number, len(found) + 1))

    def close(self) -> None:
        """Write the list of classes and COCO's files; raises OutsideError."""
        categories = [{"id": number + 1, "name": label} for label, number in self._classes.items()]
        for part in (TRAIN, VAL):
            whole = {
                "images": self._images.get(part, []),
                "annotations": self._annotations.get(part, []),
                "categories": categories,
            }
            self._write(f"annotations/{part}.json", json.dumps(whole, indent=1, ensure_ascii=False).encode())
        val = VAL if self._images.get(VAL) else TRAIN  # a tool wants something to measure by
        names = "".join(f"  {number}: {json.dumps(label)}\n" for label, number in self._classes.items())
        self._write("data.yaml", f"train: images/{TRAIN}\nval: images/{val}\nnames:\n{names}".encode())

    def _write(self, name: str, content: bytes) -> None:
        path = self._folder / name
        try:
            write_private(path, content)
        except OSError as error:
            raise unwritten(error, f"{path}: cannot be written: {error.strerror}") from error


def _middle(label: Label) -> str:
    """A box as YOLO writes it: middle and size, in fractions."""
    box = label.box
    sides = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, box.width, box.height)
    return " ".join(f"{side:.6f}" for side in sides)


def _annotation(
    label: Label, classes: Mapping[str, int], size: tuple[int, int], image: int, number: int
) -> dict[str, Any]:
    """A box as COCO writes it: left, top, width and height, in pixels."""
    width, height = size
    box = label.box
    sides = [box.x0 * width, box.y0 * height, box.width * width, box.height * height]
    return {
        "id": number,
        "image_id": image,
        "category_id": classes[label.label] + 1,
        "bbox": [round(side, 2) for side in sides],
        "area": round(sides[2] * sides[3], 2),
        "iscrowd": 0,
        "judged": label.judged,
    }
