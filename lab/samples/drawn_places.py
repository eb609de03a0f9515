"""Drawn places: a shop front and a pavement, painted into a scene, for things to be put out on it."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from lab.bench.drawn_things import Picture

_RED: Final = (40, 40, 175)
_CREAM: Final = (205, 225, 235)
_FRUIT: Final = ((30, 120, 240), (40, 40, 200), (50, 180, 90), (40, 210, 230))


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
