"""Drawn things: bags, boxes, crates, carts and goods on a cloth, as cut-outs that are laid into footage.

All is drawn here, so what is composed with it may be shipped. A cut-out is height × width × 4 (BGR and how much of
the footage it hides, 0 to 255); it stands on its lower edge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
CutOut = NDArray[np.uint8]
Draws = np.random.Generator
Colour = tuple[int, int, int]

FINE: Final = 4  # drawn so many times larger, and shrunk
_BAGS: Final[tuple[Colour, ...]] = ((28, 26, 26), (140, 60, 20), (45, 90, 30), (225, 225, 225), (40, 40, 150))
_CARDBOARD: Final[Colour] = (95, 140, 180)
_BRIGHT: Final[tuple[Colour, ...]] = ((40, 60, 200), (30, 160, 230), (60, 160, 60), (190, 90, 40), (150, 60, 150))


@dataclass(frozen=True, slots=True)
class Thing:
    """What can be left: how it is drawn, and its height and width by that of a person."""

    name: str
    draw: Callable[[Picture, Draws], None]
    high: float
    wide: float


def cut_out(thing: Thing, person: float, draws: Draws) -> CutOut:
    """A thing beside a person of so many pixels, each a little larger or smaller than the last."""
    scale = person * draws.uniform(0.85, 1.2)
    height, width = max(4, round(thing.high * scale)), max(4, round(thing.wide * scale))
    sheet = np.zeros((height * FINE, width * FINE, 4), np.uint8)
    thing.draw(sheet, draws)
    grain = draws.normal(0, 7, (height, width, 1))
    small = cv2.resize(sheet, (width, height), interpolation=cv2.INTER_AREA).astype(np.float64)
    small[..., :3] = np.clip(small[..., :3] * 255 / np.maximum(small[..., 3:], 1) + grain, 0, 255)
    return small.astype(np.uint8)


def laid(picture: Picture, thing: CutOut, left: int, foot: int, *, shadow: float) -> Picture:
    """The picture with a thing standing on row ``foot`` from column ``left``, and its shadow (0 none, 1 black)."""
    made = picture.astype(np.float64)
    height, width = thing.shape[:2]
    flat = cv2.resize(thing[..., 3], (width, max(2, height // 2)), interpolation=cv2.INTER_AREA)
    soft = max(1, width // 12) * 2 + 1
    cast = cv2.GaussianBlur(np.pad(flat, soft), (soft, soft), 0).astype(np.float64) / 255
    _darken(made, cast, left + width // 4 - soft, foot - flat.shape[0] - soft + 1, shadow)
    rows, columns = slice(max(0, foot - height), foot), slice(max(0, left), left + width)
    part = made[rows, columns]
    over = thing[height - part.shape[0] :, : part.shape[1]].astype(np.float64)
    hides = over[..., 3:] / 255
    made[rows, columns] = part * (1 - hides) + over[..., :3] * hides
    return made.astype(np.uint8)


def _darken(made: NDArray[np.float64], cast: NDArray[np.float64], left: int, top: int, strength: float) -> None:
    rows = slice(max(0, top), min(made.shape[0], top + cast.shape[0]))
    columns = slice(max(0, left), min(made.shape[1], left + cast.shape[1]))
    part = cast[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    made[rows, columns] *= 1 - strength * part[..., None]


def _ink(colour: Colour, draws: Draws, spread: int = 18) -> tuple[int, int, int, int]:
    blue, green, red = (int(np.clip(value + draws.integers(-spread, spread + 1), 0, 255)) for value in colour)
    return blue, green, red, 255


def _one_of(colours: tuple[Colour, ...], draws: Draws) -> Colour:
    return colours[int(draws.integers(len(colours)))]


def _bag(sheet: Picture, draws: Draws) -> None:
    """A tied plastic bag: a lump with a knot, folds and gloss."""
    height, width = sheet.shape[:2]
    ink = _ink(_one_of(_BAGS, draws), draws)
    round_ = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    lumpy = 1 + 0.08 * np.sin(3 * round_ + draws.uniform(0, 6)) + draws.normal(0, 0.02, 40)
    x = width / 2 + np.cos(round_) * lumpy * width * 0.44
    y = height * 0.6 + np.sin(round_) * lumpy * height * 0.36
    cv2.fillPoly(sheet, [np.stack((x, y), axis=1).astype(np.int32)], ink)
    knot = np.array([[0.42, 0.28], [0.36, 0.02], [0.64, 0.04], [0.58, 0.28]]) * (width, height)
    cv2.fillPoly(sheet, [knot.astype(np.int32)], ink)
    gloss = tuple(min(255, value + 70) for value in ink[:3])
    for _ in range(5):
        start = (int(width * draws.uniform(0.3, 0.7)), int(height * draws.uniform(0.3, 0.6)))
        end = (start[0] + int(width * draws.uniform(-0.2, 0.2)), start[1] + int(height * 0.2))
        cv2.line(sheet, start, end, (*gloss, 255), max(1, width // 30))


def _box(sheet: Picture, draws: Draws) -> None:
    """A cardboard box seen from above at an angle: three sides and its tape."""
    height, width = sheet.shape[:2]
    ink = np.array(_ink(_CARDBOARD, draws, 25))
    corners = np.array([[0.02, 0.3], [0.45, 0.02], [0.98, 0.2], [0.55, 0.5], [0.02, 0.8], [0.55, 0.99], [0.98, 0.72]])
    x = (corners * (width, height)).astype(np.int32)
    for sides, light in (((0, 1, 2, 3), 1.15), ((0, 3, 5, 4), 0.9), ((3, 2, 6, 5), 0.7)):
        shade = tuple(int(min(255, value * light)) for value in ink[:3])
        cv2.fillPoly(sheet, [x[list(sides)]], (*shade, 255))
    tape = ((x[0] + x[1]) // 2, (x[3] + x[2]) // 2)
    cv2.line(sheet, tape[0].tolist(), tape[1].tolist(), (150, 190, 210, 255), max(1, width // 14))


def _suitcase(sheet: Picture, draws: Draws) -> None:
    """A suitcase on its wheels, its handle out."""
    height, width = sheet.shape[:2]
    ink = _ink(_one_of((*_BRIGHT, (45, 40, 40)), draws), draws)
    cv2.rectangle(sheet, (width // 3, 0), (2 * width // 3, height // 3), (70, 70, 70, 255), max(2, width // 14))
    cv2.rectangle(sheet, (width // 12, height // 4), (11 * width // 12, 15 * height // 16), ink, -1)
    rib = tuple(value * 2 // 3 for value in ink[:3])
    for part in (3, 5, 7, 9):
        column = part * width // 12
        cv2.line(sheet, (column, height // 3), (column, 7 * height // 8), (*rib, 255), max(1, width // 24))


def _crates(sheet: Picture, draws: Draws) -> None:
    """Two crates of fruit, one on the other."""
    height, width = sheet.shape[:2]
    for row in (1, 0):
        top, bottom = row * height // 2, (row + 1) * height // 2 - 1
        cv2.rectangle(sheet, (0, top), (width - 1, bottom), _ink((60, 110, 160), draws), -1)
        fruit = _one_of(((30, 120, 240), (40, 40, 200), (50, 190, 90), (40, 210, 230)), draws)
        for _ in range(14):
            spot = (int(draws.uniform(0.08, 0.92) * width), int(top + draws.uniform(0.05, 0.35) * height / 2))
            cv2.circle(sheet, spot, max(2, width // 14), _ink(fruit, draws), -1)


def _cart(sheet: Picture, draws: Draws) -> None:
    """A vendor's cart: a body with goods, two wheels and a parasol."""
    height, width = sheet.shape[:2]
    body, roof = _ink(_one_of(_BRIGHT, draws), draws), _one_of(_BRIGHT, draws)
    cv2.line(sheet, (width // 2, height // 8), (width // 2, height * 5 // 8), (120, 120, 120, 255), max(2, width // 40))
    cv2.rectangle(sheet, (width // 10, height * 5 // 9), (width * 9 // 10, height * 5 // 6), body, -1)
    for _ in range(18):
        spot = (int(draws.uniform(0.14, 0.86) * width), int(draws.uniform(0.5, 0.58) * height))
        cv2.circle(sheet, spot, max(2, width // 24), _ink(_one_of(_BRIGHT, draws), draws), -1)
    for part in (1, 3):
        wheel = (part * width // 4, height * 8 // 9)
        cv2.circle(sheet, wheel, height // 10, (30, 30, 30, 255), max(3, width // 26))
    for part in range(6):
        start = 180 + part * 30
        ink = _ink(roof if part % 2 else (230, 230, 230), draws, 8)
        cv2.ellipse(sheet, (width // 2, height // 4), (width // 2 - 1, height // 4 - 1), 0, start, start + 30, ink, -1)


def _cloth(sheet: Picture, draws: Draws) -> None:
    """Goods on a cloth on the ground."""
    height, width = sheet.shape[:2]
    corners = np.array([[0.15, 0.02], [0.85, 0.05], [0.99, 0.97], [0.02, 0.95]]) * (width, height)
    cv2.fillPoly(sheet, [corners.astype(np.int32)], _ink(_one_of((*_BRIGHT, (200, 200, 200)), draws), draws))
    for row in (0.2, 0.45, 0.75):
        for column in np.linspace(0.2, 0.8, 6):
            top = (int(column * width), int(row * height))
            end = (top[0] + width // 14, top[1] + height // 9)
            cv2.rectangle(sheet, top, end, _ink(_one_of(_BRIGHT, draws), draws), -1)


THINGS: Final = (
    Thing("bag", _bag, 0.45, 0.42),
    Thing("box", _box, 0.4, 0.5),
    Thing("suitcase", _suitcase, 0.55, 0.32),
    Thing("crates", _crates, 0.5, 0.45),
    Thing("cart", _cart, 1.2, 1.0),
    Thing("goods on a cloth", _cloth, 0.3, 1.1),
)
