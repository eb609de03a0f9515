"""Vehicles with legible plates, composed: crops of real plates pasted on pictures of real vehicles.

The crop is turned, sheared and put in perspective, blurred, given noise and compressed as JPEG, anew for each look;
what the plate says and where its corners lie is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from edge_agent.ports import Image

ASPECT: Final = 3.14  # of a plate of 440 by 140 mm
VEHICLE: Final = 4.1  # plates across a car of 1.8 m
NOISE: Final = 3.0
UNSQUEEZED: Final = (640, 360)  # the set's 16:9 pictures are pressed into squares


@dataclass(frozen=True, slots=True, eq=False)
class ComposedLook:
    """One picture of a vehicle, and the corners of its plate in pixels."""

    image: Image
    corners: NDArray[np.float32]


def plate_crops(folder: Path) -> list[tuple[str, Image]]:
    """What each crop says, from its file name, and its picture."""
    files = sorted(folder.rglob("*.jpg"))
    return [(each.stem, read(each)) for each in files]


def read(path: Path) -> Image:
    """A picture in a file of any name."""
    return np.asarray(cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR), np.uint8)


def vehicles(folder: Path) -> list[Image]:
    """The larger whole vehicles of a YOLO set of elevated roads, cut out."""
    crops: list[Image] = []
    for path in sorted(folder.rglob("labels/*.txt")):
        image = np.asarray(cv2.resize(read(path.parent.parent / "images" / f"{path.stem}.jpg"), UNSQUEEZED), np.uint8)
        for line in path.read_text().splitlines():
            x, y, wide, high = (float(each) for each in line.split()[1:5])
            if _is_whole(x, y, wide, high):
                crops.append(_cut(image, x, y, wide, high))
    return crops


def _is_whole(x: float, y: float, wide: float, high: float) -> bool:
    width, height = wide * UNSQUEEZED[0], high * UNSQUEEZED[1]
    inside = x - wide / 2 > 0.02 and x + wide / 2 < 0.98 and y + high / 2 < 0.98
    return inside and width > 70 and height > 60 and 0.8 < width / height < 1.6


def _cut(image: Image, x: float, y: float, wide: float, high: float) -> Image:
    across, down = UNSQUEEZED
    left, right = round((x - wide / 2) * across) - 6, round((x + wide / 2) * across) + 6
    top, bottom = round((y - high / 2) * down) - 6, round((y + high / 2) * down) + 6
    return image[max(0, top) : bottom, max(0, left) : right]


def composed(rng: np.random.Generator, vehicle: Image, plate: Image, wide: float, looks: int = 1) -> list[ComposedLook]:
    """``looks`` pictures of a vehicle whose plate is ``wide`` pixels across: one scene, each with its own noise."""
    scale = wide * VEHICLE / vehicle.shape[1]
    body = cv2.resize(vehicle, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    height, width = body.shape[:2]
    corners = _corners(rng, wide, (width, height))
    back = np.array([[0, 0], [plate.shape[1], 0], [plate.shape[1], plate.shape[0]], [0, plate.shape[0]]], np.float32)
    turn = cv2.getPerspectiveTransform(back, corners)
    way = cv2.INTER_AREA if wide < plate.shape[1] else cv2.INTER_CUBIC
    pasted = cv2.warpPerspective(plate, turn, (width, height), flags=way)
    covered = cv2.warpPerspective(np.full(plate.shape[:2], 255, np.uint8), turn, (width, height))[..., None] / 255
    scene = body * (1 - covered) + np.clip(pasted * rng.uniform(0.8, 1.05), 0, 255) * covered
    return [ComposedLook(_seen(rng, scene), corners) for _ in range(looks)]


def _corners(rng: np.random.Generator, wide: float, size: tuple[int, int]) -> NDArray[np.float32]:
    """Where the plate's corners come to lie: low on the vehicle, a little turned, sheared and in perspective."""
    width, height = size
    corners = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]) * [wide, wide / ASPECT]
    corners[:, 0] += rng.uniform(-0.15, 0.15) * corners[:, 1]
    turn = np.deg2rad(rng.uniform(-8, 8))
    corners = corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    corners[[1, 2], 1] *= rng.uniform(0.92, 1.08)
    middle = np.array([width / 2 + rng.uniform(-0.08, 0.08) * width, height * rng.uniform(0.66, 0.82)])
    return np.asarray(corners + middle, np.float32)


def _seen(rng: np.random.Generator, scene: NDArray[np.floating]) -> Image:
    """As a camera shows it: soft, with noise, compressed."""
    soft = cv2.GaussianBlur(scene, (0, 0), 0.6)
    noisy = np.clip(soft + rng.normal(0, NOISE, scene.shape), 0, 255).astype(np.uint8)
    coded = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, 80])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
