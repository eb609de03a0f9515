"""A picture with metres on its ground, for people who judge a calibration: never evidence.

A line every metre, a bold one every five, as far as the calibration is believed. A person sees at once whether they
lie on the street: kerbs run along them, parked cars are four and a half of them long.
"""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from edge_agent.config.yaml.rewriting import write_whole
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.core.ground.calibration import to_image
from edge_agent.core.ground.coordinates import GroundPoint, holds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_agent.core.ground.calibration import Calibration
    from edge_agent.core.ground.point_pairs import PointPair
    from edge_agent.ports import Image

BOLD_M: Final = 5
STEP_M: Final = 0.25
LINE: Final = (255, 230, 120)  # BGR
POINT: Final = (60, 220, 60)
BAD: Final = (40, 40, 240)
EDGE: Final = (0, 0, 0)
SHEER: Final = 0.55  # how much of a thin line is seen
SHIFT: Final = 4  # bits of a pixel's fraction
Pixel = tuple[float, float]


def save_ground(path: Path, image: Image, calibration: Calibration, pairs: tuple[PointPair, ...]) -> None:
    """Write the picture as PNG with the grid and the pairs, those that are off by too much in red.

    Raises:
        BadInputError: The picture has another shape than the one that the pairs were taken in.
        OutsideError: The file cannot be written.
    """
    _refuse_other_shape(image, calibration)
    picture = image.copy()
    _draw_grid(picture, calibration)
    for number, (pair, error) in enumerate(zip(pairs, calibration.errors, strict=True), 1):
        _draw_pair(picture, calibration, pair, str(number), BAD if error.too_large else POINT)
    encoded = cv2.imencode(".png", picture)[1]
    try:
        write_whole(path, encoded.tobytes())
    except OSError as error:
        raise OutsideError(f"{path}: cannot be written: {error.strerror}") from error


def _refuse_other_shape(image: Image, calibration: Calibration) -> None:
    height, width = image.shape[:2]
    wide, high = calibration.lens.size
    if abs(width * high - height * wide) > max(wide, high):
        raise BadInputError(f"a picture of {width}x{height}: expected the shape of the pairs' picture, {wide}x{high}")


def _draw_grid(picture: Image, calibration: Calibration) -> None:
    thin = picture.copy()
    bold = []
    for metre, line in _lines(calibration):
        run = _pixels(picture, calibration, line)
        if metre % BOLD_M:
            _draw_run(thin, run, 1)
        else:
            bold.append(run)
    cv2.addWeighted(thin, SHEER, picture, 1 - SHEER, 0, dst=picture)
    for run in bold:
        _draw_run(picture, run, 2)


def _lines(calibration: Calibration) -> Iterator[tuple[int, list[GroundPoint]]]:
    """Every whole metre to the east and to the north, with its points that are believed."""
    hull = calibration.validity
    easts, norths = [p.east for p in hull], [p.north for p in hull]
    for east in _whole(easts):
        points = [GroundPoint(east, north) for north in _close(norths)]
        yield east, [point for point in points if holds(hull, point)]
    for north in _whole(norths):
        points = [GroundPoint(east, north) for east in _close(easts)]
        yield north, [point for point in points if holds(hull, point)]


def _whole(span: list[float]) -> range:
    return range(ceil(min(span)), floor(max(span)) + 1)


def _close(span: list[float]) -> Iterator[float]:
    """Places along a line, close enough to bend it as the lens does."""
    steps = floor((max(span) - min(span)) / STEP_M)
    return (min(span) + step * STEP_M for step in range(steps + 1))


def _pixels(picture: Image, calibration: Calibration, points: list[GroundPoint]) -> list[Pixel]:
    seen = (to_image(calibration, point) for point in points)
    height, width = picture.shape[:2]
    return [(p.x * width, p.y * height) for p in seen if p is not None and max(abs(p.x), abs(p.y)) < BOLD_M]


def _draw_run(picture: Image, run: list[Pixel], thickness: int) -> None:
    corners = np.round(np.array(run).reshape(-1, 1, 2) * 2**SHIFT).astype(np.int32)
    cv2.polylines(
        picture, [corners], isClosed=False, color=LINE, thickness=thickness, lineType=cv2.LINE_AA, shift=SHIFT
    )


def _draw_pair(
    picture: Image, calibration: Calibration, pair: PointPair, number: str, colour: tuple[int, int, int]
) -> None:
    """The point as it was clicked, and a line to where the calibration sees its place."""
    height, width = picture.shape[:2]
    at = (round(pair.image.x * width), round(pair.image.y * height))
    _draw_run(picture, [at, *_pixels(picture, calibration, [pair.ground])], 2)
    cv2.circle(picture, at, 5, EDGE, -1, cv2.LINE_AA)
    cv2.circle(picture, at, 4, colour, -1, cv2.LINE_AA)
    for edge, thickness in ((EDGE, 4), (colour, 1)):
        cv2.putText(
            picture, number, (at[0] + 7, at[1] - 7), cv2.FONT_HERSHEY_SIMPLEX, 0.6, edge, thickness, cv2.LINE_AA
        )
