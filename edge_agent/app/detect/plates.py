"""Reading a plate: from pictures of the place of a case to what its core is told.

::

    pictures ─▶ the vehicle cut out ─┬▶ lines found, flattened, read ─▶ vote ─▶ clear, or its hash ─┐
                                     └▶ colour and body ────────────────────────────────────────────┴▶ PlateRead

The clear plate leaves this module only where the site keeps clear plates.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from edge_agent.adapters.plates.finding import PlateFinder, TextLines
from edge_agent.adapters.plates.key import plate_key
from edge_agent.adapters.plates.looks import plate_looks
from edge_agent.adapters.plates.reading import LineReader
from edge_agent.adapters.plates.vehicle import VehicleDescriber
from edge_agent.config.site.shipped import shipped
from edge_agent.core.effects import ReadPlate
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import PlateRead
from edge_agent.core.geometry import Box
from edge_agent.core.plate.formats import is_plate, normalised
from edge_agent.core.plate.identity import hashed, is_hash
from edge_agent.core.plate.voting import vote
from edge_agent.core.site.plates import PlateMode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.plate.reading import PlateReading
    from edge_agent.ports import Image

LINES: Final = "models/plates/text_lines.onnx"
READER: Final = "models/plates/reader.onnx"
ATTRIBUTES: Final = "models/vehicles/attributes.onnx"
KEYS: Final = "keys"
MARGIN: Final = 0.05  # of the vehicle's box, on each side: a plate hangs low, and a box may cut it
PICTURES: Final = 5  # that vote
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SMALLEST: Final = 48  # pixels of a vehicle: in less no plate can be read


class PlateReader:
    """Reads the plates of a box; its models and its key are opened when the first plate is wanted.

    For one thread at a time.
    """

    def __init__(self, loaded: LoadedSite) -> None:
        self._detector = loaded.plates.detector
        self._keys = loaded.state / KEYS

    @cached_property
    def _finder(self) -> TextLines | PlateFinder:
        return TextLines(shipped(LINES)) if self._detector is None else PlateFinder(self._detector)

    @cached_property
    def _reader(self) -> LineReader:
        return LineReader(shipped(READER))

    @cached_property
    def _describer(self) -> VehicleDescriber:
        return VehicleDescriber(shipped(ATTRIBUTES))

    def read(self, request: ReadPlate, pictures: Sequence[Image], mode: PlateMode) -> PlateRead:
        """What the vehicle of ``request`` is by these pictures of its camera, kept as ``mode`` says.

        Raises:
            OutsideError: A model cannot be run, or the key not be had.
            BadInputError: A model or the key cannot be used.
        """
        vehicles = [each for picture in pictures if min((each := cut(picture, request.box)).shape[:2]) >= SMALLEST]
        answer = PlateRead(at=request.at, case=request.case)
        if mode is PlateMode.OFF or not vehicles:
            return answer
        look = self._describer.describe(vehicles)
        if look is not None:
            answer = replace(answer, colour=look.colour, body=look.body)
        reading = vote(plate_looks(vehicles, self._finder, self._reader))
        return answer if reading is None else with_plate(answer, reading, mode, self._keys)


def with_plate(answer: PlateRead, reading: PlateReading, mode: PlateMode, keys: Path) -> PlateRead:
    """The answer with the plate as the site keeps it, under the key in ``keys`` where that is its hash.

    Of a plate whose province is unsure there is no hash: it would be another's.
    """
    text = reading.text
    if mode is PlateMode.HASH:
        if not reading.province_sure:
            return answer
        text = hashed(text, plate_key(keys))
    return replace(
        answer,
        text=text,
        hashed=mode is PlateMode.HASH,
        confidence=reading.confidence,
        looks=reading.looks,
        province_sure=reading.province_sure,
        plate_colour=reading.colour,
    )


def cut(picture: Image, box: Box) -> Image:
    """The vehicle in its box, with a margin, as far as the picture reaches."""
    height, width = picture.shape[:2]
    wide = box.grown(MARGIN)
    left, right = max(0, round(wide.x0 * width)), min(width, round(wide.x1 * width))
    top, bottom = max(0, round(wide.y0 * height)), min(height, round(wide.y1 * height))
    return picture[top : max(top + 1, bottom), left : max(left + 1, right)]


def hash_of(state: Path, plate: str) -> str:
    """The hash by which the box with this state knows a plate; one without a key gets one.

    Raises:
        BadInputError: It is no plate, or the key cannot be used.
        OutsideError: The key cannot be read or made.
    """
    clear = normalised(plate)
    if is_hash(plate) or not is_plate(clear):
        raise BadInputError(f"plate {plate!r}: no plate of mainland China, expected one such as 苏D12345")
    return hashed(clear, plate_key(state / KEYS))


def read_files(loaded: LoadedSite, files: Sequence[Path]) -> PlateRead:
    """What is read in whole pictures of one vehicle, in clear text, whatever the site keeps.

    Raises:
        BadInputError: A file is no picture, or a model cannot be used.
        OutsideError: A model cannot be run.
    """
    whole = ReadPlate(at=EPOCH, case="", zone="", kind="", box=Box(0, 0, 1, 1))
    return PlateReader(loaded).read(whole, [_picture(each) for each in files], PlateMode.CLEAR)


def _picture(path: Path) -> Image:
    try:
        image = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    except (OSError, cv2.error):  # of an empty file
        image = None
    if image is None:
        raise BadInputError(f"{path}: cannot be read as a picture, expected a JPEG or PNG file")
    return np.asarray(image, np.uint8)
