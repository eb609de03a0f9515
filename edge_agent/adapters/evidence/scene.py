"""A picture of a scene with its zones and what the detector sees: for people who draw zones, never evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from edge_agent.config.atomic_file import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.core.events import Detection
    from edge_agent.core.geometry import Box
    from edge_agent.core.zones import Zone
    from edge_agent.ports import Image

ZONE: Final = (40, 40, 230)  # BGR
INSIDE: Final = (40, 40, 230)
OUTSIDE: Final = (190, 170, 60)
TINT: Final = 0.25
QUALITY: Final = 90


def save_scene(
    path: Path, image: Image, zones: tuple[Zone, ...], detections: tuple[Detection, ...], min_score: float
) -> None:
    """Write the annotated scene as JPEG: zones tinted, things that stand in one in its colour."""
    picture = image.copy()
    for zone in zones:
        _draw_zone(picture, zone)
    for detection in detections:
        if detection.score >= min_score:
            inside = any(zone.holds(detection.box, already=False) for zone in zones)
            _draw_box(picture, detection.box, f"{detection.label} {detection.score:.2f}", INSIDE if inside else OUTSIDE)
    encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1]
    write_whole(path, encoded.tobytes())


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
