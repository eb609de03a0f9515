"""Appeared: what stands in a camera's view now and did not before, whatever it is.

Two memories of each cell of a small picture: ``short`` is what most of the last seconds showed (the majority vote of
Boyer and Moore, "MJRTY - a fast majority vote algorithm", 1981, with time as votes), ``long`` is the street without
what came since. Where both are sure and differ, something has appeared and stays::

    picture ─▶ shaken back ─▶ levels ─▶ vote ─▶ short ┐
                                                      ├─▶ unlike, and steady ─▶ regions ─▶ new, or taken away?
                              learned, 1 level in 2 s ▶ long ┘

Levels are logarithms, so a change of light adds the same to all of a place; what is added to a whole neighbourhood is
light, and is taken off before anything is compared. Colour is the difference of two such logarithms.

What I dislike about it: whoever stands as still as a bag is one, unless the detector says that it is a person; and a
thing as grey as the street it lies on is only its rim.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]
Levels = NDArray[np.int16]

WIDTH: Final = 240  # of the picture that is compared; its height follows from the camera's
STEP: Final = timedelta(seconds=0.45)  # looks that come sooner after the last are not folded
STEADY: Final = 100  # tenths of a second that a cell's majority must lead by
_LEAD: Final = 120  # and the most it can
_AGAINST: Final = 2  # votes of what differs count so many times: a new thing takes a place in half of that
_MOST: Final = 20  # votes of one look: of what was between two looks, nobody knows
_LEARNS: Final = timedelta(seconds=2)  # one level
_ALIKE: Final = (14, 10, 10)  # levels of brightness and of the two colours by which a cell may waver
_NOISY: Final = 4  # times a cell's usual wavering
_STEEPEST: Final = 60  # levels to the next cell, which is what a cell may waver by when the camera shakes
_SETTLED: Final = 20  # levels of wavering at most where it is asked what stands there
_SHAKES: Final = 4  # cells
_FLOODED: Final = 0.5  # of all cells unlike at once: no thing, but another picture
_ANEW: Final = timedelta(seconds=30)
_BLOCK: Final = 15
_CLOUD: Final = 3  # levels from one look to the next, and no light at all where it is less than
_BREEZE: Final = 2
UNKNOWN: Final = 255  # in ``held``: nobody knows yet what is behind

# What five steps of a camera's own values are in levels: next to nothing in the light, and much in the dark, where
# streams are pressed into few of them, those of colour above all.
_COARSE: Final = np.rint(5 * 255 / 5.04 / np.log(2) / (8 * 2 ** (np.arange(256) / 255 * 5.04))).astype(np.int16)
_LOG: Final = np.rint(255 * np.log2(1 + np.arange(256) / 8) / np.log2(1 + 255 / 8)).astype(np.int16)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Memory:
    """What is known of a view at ``at``; all planes are height × 240.

    ``lead`` is by how many tenths of a second the short memory leads, ``noise`` eight times the usual wavering,
    ``held`` the number of the thing that stands on a cell (0: none). ``short`` and ``long`` have three planes.
    """

    at: datetime
    learned: datetime
    flooded: datetime | None
    short: Plane
    long: Plane
    lead: Plane
    noise: Plane
    held: Plane


class Compared(NamedTuple):
    """How far two memories differ: over 1 is unlike, and the differences themselves (3 planes)."""

    unlike: NDArray[np.float32]
    apart: Levels


def levels(picture: Plane) -> Levels:
    """Brightness and two colours of a picture (height × 240 × 3, BGR), as levels from 0 to 255."""
    blue, green, red = _LOG[np.ascontiguousarray(picture.transpose(2, 0, 1))]
    bright = (red + 2 * green + blue) >> 2
    made = np.stack((bright, 128 + red - green, 128 + blue - green))
    return np.clip(made, 0, 255, out=made)


def begin(picture: Plane, at: datetime) -> Memory:
    """The memory of which nothing is known but one picture."""
    first = levels(picture).astype(np.uint8)
    blank = np.zeros(first.shape[1:], np.uint8)
    return Memory(
        at=at,
        learned=at,
        flooded=None,
        short=first,
        long=first,
        lead=blank,
        noise=blank + 16,
        held=blank + np.uint8(UNKNOWN),
    )


def remember(memory: Memory, picture: Plane, at: datetime) -> Memory:
    """The memory after one more trusted picture; the same again where it comes too soon after the last."""
    if at - memory.at < STEP:
        return memory
    now, inside = _steadied(memory.short[0], levels(picture))
    apart, light = _under_one_light(now - memory.short)
    steep = _steepness(memory.short[0])
    room = steep + (memory.noise.astype(np.int16) * _NOISY >> 3)
    away = np.abs(apart)
    coarse = _COARSE[memory.short[0]]
    colours = (room >> 1) + coarse
    alike = (
        (away[0] <= room + (coarse >> 1) + _ALIKE[0])
        & (away[1] <= colours + _ALIKE[1])
        & (away[2] <= colours + _ALIKE[2])
    )
    if 1 - float(alike.mean()) > _FLOODED:
        since = memory.flooded or at
        return begin(picture, at) if at - since >= _ANEW else replace(memory, at=at, flooded=since)
    votes = min(_MOST, int((at - memory.at) / timedelta(seconds=0.1)))
    lead = np.clip(memory.lead + np.where(alike, np.int16(votes), np.int16(-_AGAINST * votes)) * inside, -1, _LEAD)
    fell = lead < 0
    # A light guessed from the cells around must not carry away, look by look, a cell that it does not suit.
    suits = np.where(alike & (away[0] > np.abs(now[0] - memory.short[0])), np.int16(0), light)
    short = np.where(fell, now, _followed(memory.short.astype(np.int16), now, suits, alike))
    noise = memory.noise + np.where(np.minimum(away[0], 30) * 8 > memory.noise, 1, -1).astype(np.int16)
    noted = replace(
        memory,
        at=at,
        flooded=None,
        short=np.clip(short, 0, 255).astype(np.uint8),
        lead=np.maximum(lead, 0).astype(np.uint8),
        noise=np.clip(noise, 0, 240).astype(np.uint8),
    )
    return _learned(noted) if at - memory.learned >= _LEARNS else noted


def compared(memory: Memory) -> Compared:
    """How the short memory differs from the long one, light taken off."""
    apart, _ = _under_one_light(memory.short.astype(np.int16) - memory.long)
    wavering = np.minimum(memory.noise.astype(np.int16) * _NOISY >> 3, _SETTLED)  # what stays does not waver for long
    room = (_steepness(memory.short[0]) + wavering).astype(np.float32)
    coarse = _COARSE[memory.short[0]].astype(np.float32)
    away = np.abs(apart)
    unlike = away[0] / (room + coarse / 2 + _ALIKE[0])
    for colour in (1, 2):
        unlike = np.maximum(unlike, away[colour] / (room / 2 + coarse + _ALIKE[colour]))
    return Compared(unlike.astype(np.float32), apart)


def _learned(memory: Memory) -> Memory:
    """The long memory, one level nearer to the short one where nothing stands; what was unknown is known at once."""
    short, long = memory.short.astype(np.int16), memory.long.astype(np.int16)
    sure = memory.lead >= STEADY
    _, light = _under_one_light(short - long)
    long = _followed(long, short, light, sure & (memory.held == 0))
    news = sure & (memory.held == UNKNOWN)
    long = np.where(news | (memory.held == UNKNOWN), short, long)
    return replace(
        memory,
        learned=memory.at,
        long=np.clip(long, 0, 255).astype(np.uint8),
        held=np.where(news, np.uint8(0), memory.held),
    )


def _followed(known: Levels, now: Levels, light: Levels, where: NDArray[np.bool_]) -> Levels:
    """A memory under another ``light``, and one level nearer to ``now`` where it is to follow."""
    away = now - known
    away[0] -= light
    moved: Levels = known + np.clip(away, -1, 1) * where
    moved[0] += light
    return moved


def _steepness(plane: Plane) -> Levels:
    """The largest difference of each cell to one beside it: what shaking by a cell does to it."""
    bright = plane.astype(np.int16)
    steep = np.zeros_like(bright)
    across, down = np.abs(np.diff(bright, axis=1)), np.abs(np.diff(bright, axis=0))
    for part, step in ((steep[:, 1:], across), (steep[:, :-1], across), (steep[1:], down), (steep[:-1], down)):
        np.maximum(part, step, out=part)
    return np.minimum(steep, _STEEPEST)


def _under_one_light(apart: Levels) -> tuple[Levels, Levels]:
    """The differences less what a whole neighbourhood differs by in brightness, and that."""
    rows, columns = apart.shape[1] // _BLOCK, WIDTH // _BLOCK
    part = apart[0, : rows * _BLOCK, :][1::3, 1::3].reshape(rows, _BLOCK // 3, columns, _BLOCK // 3)
    blocks = np.median(part.transpose(0, 2, 1, 3).reshape(rows, columns, -1), axis=2)
    wide = np.pad(blocks, 2, mode="edge")
    around = np.lib.stride_tricks.sliding_window_view(wide, (5, 5)).reshape(rows, columns, 25)
    whole = np.median(blocks)  # may change at once; that of one place does not, or what passes would be light
    local = np.clip(np.median(around, axis=2) - whole, -_CLOUD, _CLOUD)
    smooth = np.rint(whole + np.where(np.abs(local) < _BREEZE, 0, local)).astype(np.int16)
    light = np.repeat(np.repeat(smooth, _BLOCK, axis=0), _BLOCK, axis=1)
    light = np.pad(light, ((0, apart.shape[1] - light.shape[0]), (0, 0)), mode="edge")
    less = apart.copy()
    less[0] -= light
    return less, light


def _steadied(known: Plane, now: Levels) -> tuple[Levels, NDArray[np.bool_]]:
    """The picture moved back by as many whole cells as the camera has shaken, and which cells of it were seen."""
    inside = np.ones(known.shape, np.bool_)
    before, bright = known.astype(np.int16), now[0]
    down = _shift(_profile(before, 0), _profile(bright, 0))
    across = _shift(_profile(before, 1), _profile(bright, 1))
    if not (down or across):
        return now, inside
    moved = np.roll(now, (-down, -across), axis=(1, 2))
    inside[_rim(down)] = False
    inside[:, _rim(across)] = False
    return moved, inside


def _profile(bright: Levels, axis: int) -> NDArray[np.float32]:
    """How steep each row (0) or column (1) is."""
    half = bright[:, ::2] if axis == 0 else bright[::2]
    slopes = np.abs(np.diff(half, axis=axis))
    profile: NDArray[np.float32] = np.minimum(slopes, 60).sum(axis=1 - axis, dtype=np.int32).astype(np.float32)
    return profile


def _shift(before: NDArray[np.float32], now: NDArray[np.float32]) -> int:
    """By how many cells a profile lies farther on than it did; 0 where another place fits hardly better."""
    span = slice(_SHAKES, len(before) - _SHAKES)
    still = before[span] - before[span].mean()
    fits = []
    for by in range(-_SHAKES, _SHAKES + 1):
        part = now[_SHAKES + by : len(now) - _SHAKES + by]
        fits.append(float(np.abs(still - (part - part.mean())).sum()))
    best = int(np.argmin(fits))
    return best - _SHAKES if fits[best] < 0.8 * fits[_SHAKES] else 0


def _rim(by: int) -> slice:
    """The rows or columns that came in from the other side."""
    return slice(-by, None) if by > 0 else slice(0, -by)
