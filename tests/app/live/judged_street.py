"""A street with faces, and with plates that can be read, and a judge of what can still be seen of them in a copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import av
import cv2
import numpy as np

from edge_agent.adapters.evidence.redaction import faces
from tests.adapters.evidence.drawn_face import drawn_face
from tests.adapters.evidence.plates.drawn_plate import READ, drawn_plate
from tests.adapters.evidence.plates.reader import agreeing, read_plate
from tests.cameras.clips import RATE, SAMPLE, film, first_picture

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.ports import Image

WIDTH, HEIGHT = 1280, 720
PLATES: Final = {READ[0]: (580, 420), READ[1]: (170, 575), READ[2]: (1000, 575)}  # the first is that of the subject
PLATE_WIDTH: Final = 130
FACES: Final = ((230, 240, 90), (1070, 240, 70))  # across, down, wide
LEGIBLE: Final = 5  # letters of seven


@dataclass(frozen=True, slots=True)
class Judged:
    """What can be seen in a picture: how many faces, and which of the plates can be read."""

    faces: int
    plates: frozenset[str]


def judged_street() -> Image:
    """The campus road with two faces and three plates, the first in the middle of the picture."""
    picture = np.asarray(cv2.resize(first_picture(SAMPLE), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.uint8)
    for x, y, wide in FACES:
        drawn_face(picture, (x, y), wide)
    picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.8), np.uint8)
    for text, (x, y) in PLATES.items():
        plate = drawn_plate(text, PLATE_WIDTH)
        picture[y : y + plate.shape[0], x : x + PLATE_WIDTH] = plate
    return picture


def film_judged(path: Path, size: tuple[int, int], *, seconds: float) -> Path:
    """The street as a camera of that size codes it."""
    shown = np.asarray(cv2.resize(judged_street(), size, interpolation=cv2.INTER_AREA), np.uint8)
    count = round(seconds * RATE)
    return film(path, (av.VideoFrame.from_ndarray(shown, format="bgr24") for _ in range(count)))


def judged(picture: Image) -> Judged:
    """Hold a picture against what was drawn; a strip below it does not matter."""
    scale = picture.shape[1] / WIDTH
    street = picture[: round(HEIGHT * scale)]
    return Judged(faces=len(faces(street)), plates=frozenset(text for text in PLATES if _legible(street, text, scale)))


def _legible(street: Image, text: str, scale: float) -> bool:
    x, y = PLATES[text]
    high = drawn_plate(text, PLATE_WIDTH).shape[0]
    left, top, right, bottom = (round(each * scale) for each in (x, y, x + PLATE_WIDTH, y + high))
    return agreeing(read_plate(street[top:bottom, left:right]), text) >= LEGIBLE
