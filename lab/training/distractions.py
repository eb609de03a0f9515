"""Draws on a training picture what is no thing of the street: burnt-in text, logos, flights of stairs.

The frozen judge is shown the picture without them, so the network learns that they add nothing and hide nothing.
"""

from __future__ import annotations

import cv2
import numpy as np

from lab.training.pictures.archives import Boxes, Image
from lab.training.pictures.scenes import TrainingPicture

_ASCII = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-:/. "
_WORDS = (
    "人民路口街道监控东西南北门市场小区公园大厦号线站桥中山解放建设新华社区城管摄像头一二三四五六七八九十广场停车场"
)
_DAYS = "一二三四五六日"
_SPARED = 0.1  # stairs are not drawn over a vehicle: no more than this share of it may be covered


def burnt_in(image: Image, rng: np.random.Generator) -> Image:
    """Some lines of text, as cameras and senders burn them in; in two of five also a logo."""
    drawn = image.copy()
    for _ in range(int(rng.integers(1, 4))):
        _line(drawn, rng)
    if rng.random() < 0.4:
        _logo(drawn, rng)
    return drawn


def _line(image: Image, rng: np.random.Generator) -> None:
    height, width = image.shape[:2]
    size = int(np.clip(height * rng.choice([rng.uniform(0.025, 0.06), rng.uniform(0.06, 0.2)], p=[0.7, 0.3]), 9, 90))
    place = (int(rng.uniform(-0.05, 0.8) * width), int(rng.uniform(size / height, 1.0) * height))
    fill = _colour(rng)
    text, face = _text(rng), cv2.FontFace("uni" if rng.random() < 0.7 else "sans")
    weight = int(rng.choice([300, 400, 700]))
    if rng.random() < 0.25:
        end = int(place[0] + size * 0.7 * len(text))
        cv2.rectangle(image, (place[0] - 4, place[1] - size), (end, place[1] + size // 3), _colour(rng), -1)
    elif rng.random() < 0.6:
        edge = tuple(255 - value if abs(value - 128) > 30 else 0 for value in fill)
        for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            cv2.putText(image, text, (place[0] + dx, place[1] + dy), edge, face, size, weight)
    cv2.putText(image, text, place, fill, face, size, weight)


def _text(rng: np.random.Generator) -> str:
    year, month, day = int(rng.integers(2016, 2031)), int(rng.integers(1, 13)), int(rng.integers(1, 29))
    clock = f"{int(rng.integers(24)):02}:{int(rng.integers(60)):02}:{int(rng.integers(60)):02}"
    kind = rng.choice(4)
    if kind == 0:
        return f"{year}年{month:02}月{day:02}日 星期{_DAYS[int(rng.integers(7))]} {clock}"
    if kind == 1:
        return f"{year}-{month:02}-{day:02} {clock}"
    letters = _WORDS if kind == 2 else _ASCII
    return "".join(rng.choice(list(letters), size=int(rng.integers(2, 14))))


def _colour(rng: np.random.Generator) -> tuple[int, ...]:
    plain = [(255, 255, 255), (0, 0, 0), (0, 255, 255), (0, 0, 255), (0, 255, 0)]
    if rng.random() < 0.8:
        return plain[int(rng.choice(5, p=[0.6, 0.15, 0.1, 0.1, 0.05]))]
    return tuple(int(value) for value in rng.integers(0, 256, 3))


def _logo(image: Image, rng: np.random.Generator) -> None:
    """A half-transparent badge near an edge: a disc, a ring or a block, with a few letters."""
    height, width = image.shape[:2]
    size = int(height * rng.uniform(0.06, 0.22))
    x = int(rng.choice([rng.uniform(0, 0.25), rng.uniform(0.75, 1)]) * width)
    y = int(rng.choice([rng.uniform(0, 0.25), rng.uniform(0.75, 1)]) * height)
    layer = image.copy()
    shape = rng.choice(3)
    if shape == 2:
        wide = int(size * rng.uniform(0.5, 2))
        cv2.rectangle(layer, (x - wide, y - size // 2), (x + wide, y + size // 2), _colour(rng), -1)
    else:
        cv2.circle(layer, (x, y), size // 2, _colour(rng), -1 if shape == 0 else max(2, size // 10))
    letters = "".join(rng.choice(list(_WORDS + _ASCII), size=int(rng.integers(1, 5))))
    cv2.putText(
        layer, letters, (x - size // 2, y + size // 6), _colour(rng), cv2.FontFace("uni"), max(9, size // 3), 400
    )
    share = rng.uniform(0.4, 1.0)
    image[:] = cv2.addWeighted(layer, share, image, 1 - share, 0)


def stairs(scene: TrainingPicture, rng: np.random.Generator) -> None:
    """A flight of stairs, or shutters: light and dark bands in perspective, where no vehicle is. Nothing is there."""
    height, width = scene.image.shape[:2]
    wide, high = int(width * rng.uniform(0.12, 0.45)), int(height * rng.uniform(0.12, 0.5))
    left, top = int(rng.uniform(0, width - wide)), int(rng.uniform(0, height - high))
    spot = np.array([[left, top, left + wide, top + high]], np.float32)
    if _covers(spot, scene):
        return
    piece = _bands(high, wide, rng)
    shift = rng.uniform(0, 0.25, 4) * wide
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    moved = corners + np.array([[shift[0], 0], [-shift[1], 0], [-shift[2], 0], [shift[3], 0]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    drawn = cv2.warpPerspective(piece, matrix, (wide, high))
    mask = cv2.warpPerspective(np.full((high, wide), 255, np.uint8), matrix, (wide, high))[..., None] / 255.0
    ground = scene.image[top : top + high, left : left + wide]
    ground[:] = (drawn * mask + ground * (1 - mask)).astype(np.uint8)
    scene.void = np.concatenate((scene.void, spot))


def _bands(high: int, wide: int, rng: np.random.Generator) -> Image:
    """Treads and risers of one material; each step a little lower than the one above, with a worn edge."""
    steps = int(rng.integers(4, 16))
    base = rng.uniform(60, 200) + rng.normal(0, 12, 3)
    phase = (np.arange(high) / high) ** rng.uniform(1.0, 1.7) * steps % 1.0
    tread = rng.uniform(0.3, 0.7)
    light = np.where(phase < tread, rng.uniform(5, 45), rng.uniform(-60, -5)) + 40 * (phase > 0.94)
    bands = base[None, None] + light[:, None, None] + rng.normal(0, rng.uniform(2, 12), (high, wide, 1))
    if rng.random() < 0.3:  # shutters and fences stand upright
        bands = cv2.resize(np.ascontiguousarray(bands.transpose(1, 0, 2)), (wide, high))
    if rng.random() < 0.5:
        rail = int(rng.uniform(0, wide - 3))
        bands[:, rail : rail + int(rng.integers(2, 7))] = rng.uniform(0, 255)
    return np.asarray(bands.clip(0, 255), np.uint8)


def _covers(spot: Boxes, scene: TrainingPicture) -> bool:
    """Whether the spot hides a vehicle or a labelled thing."""
    boxes = scene.boxes if scene.vehicles is None else np.concatenate((scene.boxes, scene.vehicles.boxes))
    low, high = np.maximum(boxes[:, :2], spot[:, :2]), np.minimum(boxes[:, 2:], spot[:, 2:])
    shared = np.prod(np.maximum(high - low, 0), axis=1)
    return bool((shared > _SPARED * np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)).any())
