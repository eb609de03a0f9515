"""Makes training pictures: one photo, four photos, a road with garbage pasted on it, or a road as it is.

The garbage photos are near and at eye level; the cameras hang high and see garbage small. So photos are mostly
scaled *down*, and garbage is pasted into elevated roads at the size it has there, with its exact box.
Rectangles of pasted picture would teach the network to find rectangles, so edges are feathered, and as
many pieces of plain ground are pasted the same way, with no box.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from lab.training.pictures.archives import Boxes, Image, Labels, Photo, Vehicles
from lab.training.weather import tinted

IGNORED = -1  # the label of a box too cut off to be called one thing or the other
_PAD = 114
_MIN_SEEN = 0.35
_MIN_SIDE = 5.0
_ROAD_TOP = 0.25  # nothing is pasted above this share of the height: sky and horizon


@dataclass(slots=True)
class TrainingPicture:
    """A training picture: BGR pixels, boxes x0 y0 x1 y1 in pixels, and their labels.

    `vehicles` (boxes in pixels too) is the joint judgement where there is one; None leaves them to the frozen judge.
    `clean` is what that judge is shown, None for the picture itself. In the boxes of `void` nothing is: they are drawn.
    """

    image: Image
    boxes: Boxes
    labels: Labels
    vehicles: Vehicles | None = None
    clean: Image | None = None
    void: Boxes = field(default_factory=lambda: np.zeros((0, 4), np.float32))


@dataclass(frozen=True, slots=True)
class Cutting:
    """A piece of a photo; `label` is None for plain ground."""

    image: Image
    label: int | None


def empty_canvas(height: int, width: int) -> TrainingPicture:
    """A grey picture with nothing in it."""
    return TrainingPicture(
        np.full((height, width, 3), _PAD, np.uint8), np.zeros((0, 4), np.float32), np.zeros(0, np.int64)
    )


def alone(photo: Photo, shape: tuple[int, int], rng: np.random.Generator) -> TrainingPicture:
    """One photo at 0.5–1.4 of the size that fits, somewhere on the canvas."""
    height, width = shape
    scene = empty_canvas(height, width)
    image = photo.pixels()
    fit = min(height / image.shape[0], width / image.shape[1])
    scale = fit * float(rng.choice([rng.uniform(0.85, 1.4), rng.uniform(0.5, 1.0)]))
    free = np.array([width, height]) - np.array([image.shape[1], image.shape[0]]) * scale
    offset = rng.uniform(np.minimum(free, 0), np.maximum(free, 0))
    _place(scene, image, photo, scale, offset, (0, 0, width, height))
    return _cleaned(scene)


def mosaic(photos: Sequence[Photo], shape: tuple[int, int], rng: np.random.Generator) -> TrainingPicture:
    """Four photos around one random middle, each shrunk by its own factor."""
    height, width = shape
    scene = empty_canvas(height, width)
    x, y = int(width * rng.uniform(0.35, 0.65)), int(height * rng.uniform(0.35, 0.65))
    windows = ((0, 0, x, y), (x, 0, width, y), (0, y, x, height), (x, y, width, height))
    for index, (photo, window) in enumerate(zip(photos, windows, strict=True)):
        image = photo.pixels()
        fit = min(height / image.shape[0], width / image.shape[1])
        scale = fit * rng.uniform(0.35, 1.1)
        wide, high = image.shape[1] * scale, image.shape[0] * scale
        offset = np.array([x - wide if index % 2 == 0 else x, y - high if index < 2 else y])
        _place(scene, image, photo, scale, offset, window)
    return _cleaned(scene)


def road(
    image: Image, shape: tuple[int, int], rng: np.random.Generator, vehicles: Vehicles | None = None
) -> TrainingPicture:
    """An elevated road filling the canvas, cut and stretched a little; no garbage. Its vehicles come along."""
    height, width = shape
    scene = empty_canvas(height, width)
    stretch = rng.uniform(0.8, 1.25)
    cover = max(height / image.shape[0], width / (image.shape[1] * stretch)) * rng.uniform(1.0, 1.5)
    high, wide = round(image.shape[0] * cover) + 1, round(image.shape[1] * cover * stretch) + 1
    top, left = int(rng.integers(0, max(1, high - height))), int(rng.integers(0, max(1, wide - width)))
    resized = cv2.resize(image, (wide, high), interpolation=cv2.INTER_LINEAR)
    cut = resized[top : top + height, left : left + width]
    scene.image[: cut.shape[0], : cut.shape[1]] = cut
    if vehicles is not None:
        scene.vehicles = _moved(vehicles, np.array([wide, high]), np.array([left, top]), np.array([width, height]))
    return scene


def _moved(
    vehicles: Vehicles,
    scale: np.typing.NDArray[np.int64],
    corner: np.typing.NDArray[np.int64],
    size: np.typing.NDArray[np.int64],
) -> Vehicles:
    """Vehicles on the canvas, cut by it; one of which too little is left gets a chance under 0: nobody's business."""
    whole = vehicles.boxes * np.tile(scale, 2) - np.tile(corner, 2)
    cut = np.clip(whole, 0, np.tile(size, 2)).astype(np.float32)
    seen = _area(cut) / np.maximum(_area(whole), 1e-6)
    chances = np.where((seen < _MIN_SEEN) | (cut[:, 2:] - cut[:, :2] < _MIN_SIDE).any(axis=1), -1.0, vehicles.chances)
    keep = seen > 0.02
    return Vehicles(cut[keep], vehicles.kinds[keep], chances[keep].astype(np.float32))


def planted(scene: TrainingPicture, cuttings: Sequence[Cutting], rng: np.random.Generator) -> TrainingPicture:
    """Paste cuttings on a road; each that has a label gets its exact box. Things lower down are larger."""
    height, width = scene.image.shape[:2]
    boxes: list[tuple[float, float, float, float]] = []
    labels: list[int] = []
    taken: list[tuple[float, float, float, float]] = []
    for cutting in cuttings:
        foot = rng.uniform(_ROAD_TOP, 1.0)
        tall = float(np.clip(height * (0.03 + 0.2 * foot) * rng.uniform(0.5, 1.5), 11, 0.6 * height))
        ratio = cutting.image.shape[1] / cutting.image.shape[0] * rng.uniform(0.85, 1.2)
        high, wide = round(tall), max(8, round(tall * ratio))
        top, left = round(foot * height) - high, round(rng.uniform(0, max(1, width - wide)))
        box = (left, top, left + wide, top + high)
        if top < 0 or wide > width or any(_touch(box, other) for other in taken):
            continue
        _blend(scene.image, cutting.image, box, rng)
        taken.append(box)
        if cutting.label is not None:
            boxes.append(box)
            labels.append(cutting.label)
    scene.boxes = np.array(boxes, np.float32).reshape(-1, 4)
    scene.labels = np.array(labels, np.int64)
    return scene


def _touch(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _blend(image: Image, piece: Image, box: tuple[int, int, int, int], rng: np.random.Generator) -> None:
    """Paste with the ground's brightness mixed in and, mostly, with soft rounded edges."""
    left, top, right, bottom = box
    ground = image[top:bottom, left:right].astype(np.float32)
    size = (right - left, bottom - top)
    shrink = cv2.INTER_AREA if piece.shape[0] > size[1] else cv2.INTER_LINEAR
    fresh = cv2.resize(piece, size, interpolation=shrink).astype(np.float32)
    gain = (ground.mean() + 20) / (fresh.mean() + 20)
    fresh *= gain ** rng.uniform(0.0, 0.8)
    mask = np.ones((size[1], size[0], 1), np.float32)
    if rng.random() < 0.7:
        y, x = np.mgrid[-1 : 1 : size[1] * 1j, -1 : 1 : size[0] * 1j]
        power = rng.uniform(2.0, 8.0)
        mask = np.clip((1.02 - np.abs(x) ** power - np.abs(y) ** power) * rng.uniform(3, 10), 0, 1)
        mask = mask[..., None].astype(np.float32)
    mixed = fresh * mask + ground * (1 - mask)
    image[top:bottom, left:right] = mixed.clip(0, 255).astype(np.uint8)


def _place(
    scene: TrainingPicture,
    image: Image,
    photo: Photo,
    scale: float,
    offset: np.typing.NDArray[np.float64],
    window: tuple[int, int, int, int],
) -> None:
    """Draw a photo at `offset` and `scale`, seen through `window` only; its boxes come along, cut by it."""
    matrix = np.array([[scale, 0, offset[0]], [0, scale, offset[1]]])
    left, top, right, bottom = window
    matrix[:, 2] -= (left, top)
    size = (right - left, bottom - top)
    if scale < 0.6:
        image = cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(np.uint8)
        matrix[:, :2] *= 2
    drawn = cv2.warpAffine(image, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(_PAD, _PAD, _PAD))
    scene.image[top:bottom, left:right] = drawn
    wide, high = image.shape[1] * matrix[0, 0], image.shape[0] * matrix[1, 1]
    moved = photo.boxes * np.array([wide, high, wide, high]) + np.tile(offset, 2)
    cut = np.clip(moved, (left, top, left, top), (right, bottom, right, bottom))
    area = _area(moved)
    seen = _area(cut) / np.maximum(area, 1e-6)
    labels = np.where(seen < _MIN_SEEN, IGNORED, photo.labels)
    keep = seen > 0.02
    scene.boxes = np.concatenate((scene.boxes, cut[keep].astype(np.float32)))
    scene.labels = np.concatenate((scene.labels, labels[keep]))


def _area(boxes: Boxes) -> Boxes:
    return np.asarray((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]), np.float32)


def _cleaned(scene: TrainingPicture) -> TrainingPicture:
    """Boxes too small to learn from are ignored rather than called background."""
    sides = scene.boxes[:, 2:] - scene.boxes[:, :2]
    small = (sides < _MIN_SIDE).any(axis=1)
    scene.labels = np.where(small, IGNORED, scene.labels)
    return scene


def mirrored(scene: TrainingPicture) -> TrainingPicture:
    """The scene in a mirror, with all its boxes."""
    width = scene.image.shape[1]
    vehicles = scene.vehicles
    return replace(
        scene,
        image=np.ascontiguousarray(scene.image[:, ::-1]),
        boxes=_turned(scene.boxes, width),
        vehicles=None if vehicles is None else replace(vehicles, boxes=_turned(vehicles.boxes, width)),
        void=_turned(scene.void, width),
    )


def _turned(boxes: Boxes, width: int) -> Boxes:
    turned = boxes.copy()
    turned[:, [0, 2]] = width - boxes[:, [2, 0]]
    return turned


def weathered(scene: TrainingPicture, rng: np.random.Generator) -> TrainingPicture:
    """Mirrored or not, in other light; the frozen judge is shown it in the light it was taken in."""
    scene = mirrored(scene) if rng.random() < 0.5 else scene
    return replace(scene, clean=scene.image, image=tinted(scene.image, rng))
