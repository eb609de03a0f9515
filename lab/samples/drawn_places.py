"""Drawn places: a shop front and a closed bin, painted into a scene once, for things to be put out before them."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from lab.bench.drawn_things import FINE, CutOut, Picture

_GREEN: Final = (70, 105, 45)
_RED: Final = (40, 40, 175)
_CREAM: Final = (205, 225, 235)
_FRUIT: Final = ((30, 120, 240), (40, 40, 200), (50, 180, 90), (40, 210, 230))


def closed_bin(high: int) -> CutOut:
    """A wheeled bin with its lid shut, seen from a little above."""
    wide = round(high * 0.62)
    sheet = np.zeros((high * FINE, wide * FINE, 4), np.uint8)
    height, width = sheet.shape[:2]
    body = np.array([[0.06, 0.26], [0.94, 0.26], [0.84, 0.95], [0.16, 0.95]]) * (width, height)
    cv2.fillPoly(sheet, [body.astype(np.int32)], (*_GREEN, 255))
    for part in (0.3, 0.5, 0.7):
        top, foot = (
            (int(part * width), int(0.34 * height)),
            (int((0.5 + (part - 0.5) * 0.8) * width), int(0.9 * height)),
        )
        cv2.line(sheet, top, foot, (55, 85, 35, 255), max(2, width // 30))
    lid = np.array([[0.0, 0.22], [0.12, 0.04], [0.88, 0.04], [1.0, 0.22], [0.98, 0.3], [0.02, 0.3]]) * (width, height)
    cv2.fillPoly(sheet, [lid.astype(np.int32)], (90, 130, 60, 255))
    front = np.array([[0.0, 0.22], [1.0, 0.22], [0.98, 0.3], [0.02, 0.3]]) * (width, height)
    cv2.fillPoly(sheet, [front.astype(np.int32)], (60, 92, 40, 255))
    for part in (0.24, 0.76):
        cv2.circle(sheet, (int(part * width), int(0.94 * height)), height // 18, (25, 25, 25, 255), -1)
    return cv2.resize(sheet, (wide, high), interpolation=cv2.INTER_AREA).astype(np.uint8)


def with_shop(picture: Picture, left: int, right: int, top: int, foot: int) -> Picture:
    """The picture with a greengrocer's front on a wall from ``left`` to ``right``, standing on row ``foot``."""
    made = picture.copy()
    high = foot - top
    sign, awning = top + high // 5, top + high * 2 // 5
    cv2.rectangle(made, (left, top), (right, foot), _CREAM, -1)
    cv2.rectangle(made, (left, top), (right, sign), (45, 85, 30), -1)
    cv2.putText(
        made, "FRUIT  No. 12", (left + 60, sign - 6), cv2.FONT_HERSHEY_DUPLEX, high / 190, _CREAM, 1, cv2.LINE_AA
    )
    for number, column in enumerate(range(left + 16, left + 56, 14)):
        cv2.circle(made, (column, (top + sign) // 2), 5, _FRUIT[number], -1, cv2.LINE_AA)
    door = left + (right - left) * 3 // 4
    cv2.rectangle(made, (left + 8, awning), (door - 10, foot - high // 6), (70, 62, 55), -1)
    cv2.rectangle(made, (door, awning - 6), (right - 10, foot), (60, 52, 45), -1)
    cv2.rectangle(made, (door, awning - 6), (right - 10, foot), _CREAM, 2)
    draws = np.random.default_rng(7)
    for row in range(awning + 22, foot - high // 6, 9):
        for column in range(left + 14, door - 14, 9):
            cv2.circle(made, (column, row), 4, _FRUIT[int(draws.integers(len(_FRUIT)))], -1, cv2.LINE_AA)
    for number, column in enumerate(range(left - 4, right + 4, 16)):
        stripe = np.array(
            [[column + 3, sign], [column + 19, sign], [column + 17, awning + 8], [column + 1, awning + 8]]
        )
        cv2.fillPoly(made, [stripe.astype(np.int32)], _RED if number % 2 else (235, 235, 235), cv2.LINE_AA)
    return made


def paved(picture: Picture, corners: tuple[tuple[int, int], ...]) -> Picture:
    """The picture with a pavement of slabs laid over a place, in what light the place has."""
    height, width = picture.shape[:2]
    slabs = np.full_like(picture, 150)
    for row in range(0, height, 14):
        cv2.line(slabs, (0, row), (width, row), (128, 128, 128), 1)
    for column in range(-height, width, 26):
        cv2.line(slabs, (column, 0), (column + height // 2, height), (132, 132, 132), 1)
    grain = np.random.default_rng(11).normal(0, 5, (height, width, 1))
    where = np.zeros((height, width), np.uint8)
    cv2.fillPoly(where, [np.array(corners, np.int32)], 255, cv2.LINE_AA)
    hides = where[..., None].astype(np.float64) / 255
    return (picture * (1 - hides) + np.clip(slabs + grain, 0, 255) * hides).astype(np.uint8)
