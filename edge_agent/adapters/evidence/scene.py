"""A picture of a scene with its zones and what the detector sees: for people who draw zones, never evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from edge_agent.config.yaml.rewriting import write_whole
from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.core.events import Detection
    from edge_agent.core.geometry import Box
    from edge_agent.core.site.zones import Zone
    from edge_agent.ports import Image

ZONE: Final = (40, 40, 230)  # BGR
INSIDE: Final = (40, 40, 230)
OUTSIDE: Final = (190, 170, 60)
TENTH: Final = (255, 255, 255)
EDGE: Final = (0, 0, 0)
TINT: Final = 0.25
SHEER: Final = 0.5  # how much of a line of the grid is seen
QUALITY: Final = 90


def save_scene(
    path: Path,
    image: Image,
    zones: tuple[Zone, ...],
    detections: tuple[Detection, ...],
    min_score: float,
    *,
    grid: bool = False,
) -> None:
    """Write the annotated scene as JPEG: zones tinted, things that stand in one in its colour, tenths if asked for.

    Raises:
        OutsideError: The file cannot be written.
    """
    picture = image.copy()
    if grid:
        _draw_tenths(picture)
    for zone in zones:
        _draw_zone(picture, zone)
    for detection in detections:
        if detection.score >= min_score:
            inside = any(zone.holds(detection.box, already=False) for zone in zones)
            _draw_box(picture, detection.box, f"{detection.label} {detection.score:.2f}", INSIDE if inside else OUTSIDE)
    encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1]
    try:
        write_whole(path, encoded.tobytes())
    except OSError as error:
        raise OutsideError(f"{path}: cannot be written: {error.strerror}") from error


def _draw_tenths(picture: Image) -> None:
    """Lines at every tenth of the picture, marked at the edges, so that places can be read off."""
    height, width = picture.shape[:2]
    lines = picture.copy()
    for tenth in range(1, 10):
        x, y = round(tenth * width / 10), round(tenth * height / 10)
        cv2.line(lines, (x, 0), (x, height), TENTH, 1)
        cv2.line(lines, (0, y), (width, y), TENTH, 1)
    cv2.addWeighted(lines, SHEER, picture, 1 - SHEER, 0, dst=picture)
    for tenth in range(1, 10):
        _draw_mark(picture, f".{tenth}", (round(tenth * width / 10) + 2, 12))
        _draw_mark(picture, f".{tenth}", (2, round(tenth * height / 10) - 3))


def _draw_mark(picture: Image, text: str, place: tuple[int, int]) -> None:
    """A number that can be read on any ground."""
    for colour, thickness in ((EDGE, 3), (TENTH, 1)):
        cv2.putText(picture, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.42, colour, thickness, cv2.LINE_AA)


def _draw_zone(picture: Image, zone: Zone) -> None:
    height, width = picture.shape[:2]
    corners = np.array([[round(p.x * width), round(p.y * height)] for p in zone.polygon], np.int32)
    tinted = picture.copy()
    cv2.fillPoly(tinted, [corners], ZONE)
    cv2.addWeighted(tinted, TINT, picture, 1 - TINT, 0, dst=picture)
    cv2.polylines(picture, [corners], isClosed=True, color=ZONE, thickness=2, lineType=cv2.LINE_AA)


def _draw_box(picture: Image, box: Box, text: str, colour: tuple[int, int, int]) -> None:
    height, width = picture.shape[:2]
    corner = (round(box.x0 * width), round(box.y0 * height))
    cv2.rectangle(picture, corner, (round(box.x1 * width), round(box.y1 * height)), colour, 1, cv2.LINE_AA)
    place = (corner[0], max(10, corner[1] - 3))
    cv2.putText(picture, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.35, colour, 1, cv2.LINE_AA)
