"""A picture of a scene with its zones and what the detector sees: for people who draw zones, never evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from edge_agent.config.yaml.rewriting import write_whole
from edge_agent.core.errors import OutsideError
from edge_agent.core.site.frontages import towards_street

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.core.events import Detection
    from edge_agent.core.geometry import Box
    from edge_agent.core.site.frontages import Shop, Side
    from edge_agent.core.site.zones import Zone
    from edge_agent.ports import Image

Colour = tuple[int, int, int]  # BGR
Point = tuple[int, int]  # pixels
Rectangle = tuple[int, int, int, int]  # left, top, right and bottom
ZONE: Final = (40, 40, 230)
INK: Final = (255, 255, 255)
FONT: Final = "uni"  # the one of OpenCV's own with Chinese
WEIGHT: Final = 400
LETTER: Final = 1 / 60  # of the picture's width
SMALLEST: Final = 14  # pixels
FRONT: Final = (32, 176, 255)
ARROW: Final = 0.06  # of the picture's height
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

    An arrow on each shop's frontage points into the street.

    Raises:
        OutsideError: The file cannot be written.
    """
    picture = image.copy()
    if grid:
        _draw_tenths(picture)
    for zone in zones:
        _draw_zone(picture, zone)
    labels = _Labels(picture)
    for detection in sorted(detections, key=lambda each: -each.score):
        if detection.score >= min_score:
            inside = any(zone.holds(detection.box, already=False) for zone in zones)
            corner = _draw_box(picture, detection.box, INSIDE if inside else OUTSIDE)
            labels.add(f"{detection.label} {detection.score:.2f}", corner, INSIDE if inside else OUTSIDE)
    for zone in zones:
        top = min(zone.polygon, key=lambda p: p.y)
        labels.add(zone.id, (round(top.x * picture.shape[1]), round(top.y * picture.shape[0])), ZONE)
    labels.draw()
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
    for shop, side in zip(zone.shops, zone.streets, strict=True):
        _draw_frontage(picture, shop, side)


def _draw_frontage(picture: Image, shop: Shop, side: Side | None) -> None:
    """The line of a shop, and an arrow from its middle into the street, where anybody can tell where that is."""
    height, width = picture.shape[:2]
    a, b = ((round(p.x * width), round(p.y * height)) for p in shop.frontage)
    for ink, thick in ((EDGE, 5), (FRONT, 3)):
        cv2.line(picture, a, b, ink, thick, cv2.LINE_AA)
        if side is not None:
            x, y = (a[0] + b[0]) // 2, (a[1] + b[1]) // 2
            across, down = towards_street(a, b, side)
            tip = (round(x + across * ARROW * height), round(y + down * ARROW * height))
            cv2.arrowedLine(picture, (x, y), tip, ink, thick, cv2.LINE_AA, tipLength=0.3)


def _draw_box(picture: Image, box: Box, colour: Colour) -> Point:
    """Frame a thing; returns the upper left corner in pixels."""
    height, width = picture.shape[:2]
    corner, opposite = (round(box.x0 * width), round(box.y0 * height)), (round(box.x1 * width), round(box.y1 * height))
    for ink, thick in ((EDGE, 3), (colour, 1)):
        cv2.rectangle(picture, corner, opposite, ink, thick, cv2.LINE_AA)
    return corner


class _Labels:
    """Words beside things, on a dark ground of their own, so that no street hides them, and none over another.

    Each stands above its thing, or as near to that as there is room, with a line to it.
    """

    def __init__(self, picture: Image) -> None:
        self._picture = picture
        self._font = cv2.FontFace(FONT)
        self._size = max(SMALLEST, round(picture.shape[1] * LETTER))
        self._placed: list[tuple[Rectangle, str, Point, Colour]] = []

    def add(self, text: str, corner: Point, colour: Colour) -> None:
        """Find a place for the words of a thing whose upper left corner this is; none is left out."""
        height, width = self._picture.shape[:2]
        wide = int(cv2.getTextSize((0, 0), text, (0, 0), self._font, self._size, WEIGHT)[2]) + self._size // 2
        high = round(1.3 * self._size)
        left = max(0, min(corner[0], width - wide))
        tops = sorted(range(0, max(1, height - high), high // 2), key=lambda top: abs(top + high - corner[1]))
        rows = ((left, top, left + wide, top + high) for top in tops)
        free = next((row for row in rows if not any(_overlap(row, each[0]) for each in self._placed)), None)
        top = max(0, corner[1] - high)
        self._placed.append((free or (left, top, left + wide, top + high), text, corner, colour))

    def draw(self) -> None:
        """Lines first, then the words over them."""
        for (left, _, _, bottom), _, corner, colour in self._placed:
            cv2.line(self._picture, (left + 1, bottom), corner, colour, 1, cv2.LINE_AA)
        for (left, top, right, bottom), text, _, colour in self._placed:
            cv2.rectangle(self._picture, (left, top), (right, bottom), EDGE, cv2.FILLED)
            cv2.rectangle(self._picture, (left, top), (right, bottom), colour, 1)
            place = (left + self._size // 4, bottom - self._size // 3)
            cv2.putText(self._picture, text, place, INK, self._font, self._size, WEIGHT)


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
