"""Colour and body of a vehicle, from its picture: Open Model Zoo's vehicle-attributes-recognition-barrier-0039."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from edge_agent.adapters.plates.sessions import PlateNetwork
from edge_agent.core.errors import BadInputError
from edge_agent.core.plate.reading import VehicleLook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge_agent.adapters.plates.sessions import Floats
    from edge_agent.ports import Image

SIDE: Final = 72
COLOURS: Final = ("white", "grey", "yellow", "red", "green", "blue", "black")
BODIES: Final = ("car", "bus", "truck", "van")
SURE: Final = 0.6  # of the mean over the pictures


class VehicleDescriber:
    """Says what a vehicle looks like; raises BadInputError for a file that is no such model."""

    def __init__(self, path: Path) -> None:
        self._network = PlateNetwork(path)
        if set(self._network.outputs) != {"out_color", "out_type"}:
            raise BadInputError(f"model {path.name!r}: gives {', '.join(self._network.outputs)}, no colour and type")

    def describe(self, images: Sequence[Image]) -> VehicleLook | None:
        """Colour and body on which pictures of one vehicle agree; None where neither is sure; raises OutsideError."""
        if not images:
            return None
        answers = [self._answers(each) for each in images]
        colour = _surest(np.mean([each for each, _ in answers], axis=0), COLOURS)
        body = _surest(np.mean([each for _, each in answers], axis=0), BODIES)
        return None if colour is None and body is None else VehicleLook(colour=colour, body=body)

    def _answers(self, image: Image) -> tuple[Floats, Floats]:
        small = np.asarray(cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.float32)
        colour, body = self._network.run(small.transpose(2, 0, 1)[None].copy(), ("out_color", "out_type"))
        return colour.ravel(), body.ravel()


def _surest(probabilities: Floats, names: Sequence[str]) -> str | None:
    best = int(probabilities.argmax())
    return names[best] if probabilities[best] >= SURE else None
