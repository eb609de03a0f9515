"""Changes a picture as hours, lenses, codecs, night and rain do; nothing moves."""

from __future__ import annotations

import cv2
import numpy as np

from lab.training.pictures.archives import Image


def tinted(image: Image, rng: np.random.Generator) -> Image:
    """Other light and colour, at times blurred, grey or packed."""
    hue, saturation, value = cv2.split(cv2.cvtColor(image, cv2.COLOR_BGR2HSV))
    gains = rng.uniform([-6, 0.4, 0.55], [6, 1.5, 1.35])
    steps = np.arange(256)
    hue = cv2.LUT(hue, ((steps + gains[0]) % 180).astype(np.uint8))
    saturation = cv2.LUT(saturation, np.clip(steps * gains[1], 0, 255).astype(np.uint8))
    gamma = rng.uniform(0.8, 1.3)
    value = cv2.LUT(value, np.clip((steps / 255) ** gamma * 255 * gains[2], 0, 255).astype(np.uint8))
    image = cv2.cvtColor(cv2.merge((hue, saturation, value)), cv2.COLOR_HSV2BGR).astype(np.uint8)
    if rng.random() < 0.12:
        image = cv2.GaussianBlur(image, (3, 3), 0).astype(np.uint8)
    if rng.random() < 0.06:
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        image = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR).astype(np.uint8)
    if rng.random() < 0.15:
        image = packed(image, int(rng.integers(25, 70)))
    return image


def packed(image: Image, quality: int) -> Image:
    """Through a JPEG and back."""
    _, bytes_ = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(bytes_, cv2.IMREAD_COLOR), np.uint8)


def starved(image: Image, rng: np.random.Generator) -> Image:
    """A stream of too few bits: shrunk, packed hard, drawn large again."""
    height, width = image.shape[:2]
    share = rng.uniform(0.5, 1.0)
    small = cv2.resize(image, (round(width * share), round(height * share)), interpolation=cv2.INTER_AREA)
    return np.asarray(
        cv2.resize(packed(np.asarray(small, np.uint8), int(rng.integers(8, 25))), (width, height)), np.uint8
    )


def night(image: Image, rng: np.random.Generator) -> Image:
    """Little light, warm lamps in pools, noise of a camera that tries hard."""
    height, width = image.shape[:2]
    light = np.full((height, width), rng.uniform(0.15, 0.4), np.float32)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    for _ in range(int(rng.integers(1, 4))):
        reach = rng.uniform(0.15, 0.5) * width
        away = (x - rng.uniform(0, width)) ** 2 + 2 * (y - rng.uniform(0, height)) ** 2
        light += rng.uniform(0.2, 0.7) * np.exp(-away / (2 * reach**2))
    lamp = np.array([rng.uniform(0.55, 0.95), rng.uniform(0.8, 0.95), 1.0], np.float32)
    dim = image * np.minimum(light, 1.1)[..., None] * lamp
    noise = cv2.resize(rng.normal(0, rng.uniform(2, 10), (height // 2, width // 2)).astype(np.float32), (width, height))
    return np.asarray((dim + noise[..., None]).clip(0, 255), np.uint8)


def rain(image: Image, rng: np.random.Generator) -> Image:
    """Slanting streaks, haze, and a picture that has lost its contrast."""
    height, width = image.shape[:2]
    drops = (rng.random((height, width)) > 1 - rng.uniform(0.002, 0.01)).astype(np.float32)
    length, lean = int(rng.integers(7, 22)), rng.uniform(-0.4, 0.4)
    streak = np.zeros((length, length), np.float32)
    for row in range(length):
        streak[row, int(np.clip(length / 2 + lean * (row - length / 2), 0, length - 1))] = 1
    fall = cv2.filter2D(drops, -1, streak).clip(0, 1)[..., None] * rng.uniform(40, 110)
    haze = rng.uniform(0.05, 0.35)
    veiled = image * (1 - haze) + haze * rng.uniform(120, 190)
    return np.asarray((veiled + fall).clip(0, 255), np.uint8)
