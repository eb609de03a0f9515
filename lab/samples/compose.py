"""The composed sample clips: two corners of a real scene, each with drawn things put down and taken away.

    .venv/bin/python -m lab.samples.compose --scene sample_videos/campus_road.mp4 --out sample_videos

A clip lasts 17 minutes and holds one picture every two seconds, as much as a camera's keyframes are.
The scene, its light and those who walk by are real and go round every 79.5 s; the shop and whatever is put down are
drawn. What stands where, and when, is the truth that is written beside each clip.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from lab.bench.drawn_things import THINGS, CutOut, Picture, cut_out, laid
from lab.samples.drawn_places import paved, with_shop

SIZE: Final = (640, 360)
SHOWN: Final = (480, 270)  # what is written; all places below are of SIZE
WINDOW: Final = (384, 216)  # of the scene, that is made SIZE
EVERY_S: Final = 2
LASTS_S: Final = 17 * 60
SCENE_RATE: Final = 10
# At one picture in two seconds the encoder keeps far more than it is told to: 44 here looks like 33 at 25 a second.
OPTIONS: Final = {"preset": "medium", "crf": "44", "threads": "1", "g": "60", "sc_threshold": "0"}
SHOP: Final = (96, 500, 28, 190)  # left, right, top, foot
PAVEMENT: Final = ((60, 190), (548, 190), (566, 214), (400, 262), (60, 262))
STREET_EVERY: Final = 8  # pictures of the scene, whose median is the street without anybody
UNLIKE: Final = 26  # levels
SOMEBODY: Final = 250  # pixels
_NAMED: Final = {thing.name: thing for thing in THINGS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A drawn thing that stands on row ``foot`` from column ``left``, from when to when (seconds)."""

    thing: str
    left: int
    foot: int
    person: int  # pixels a person beside it is high
    from_s: int
    to_s: int = LASTS_S
    seed: int = 1

    @cache  # noqa: B019 - a handful, kept to the end
    def drawn(self) -> CutOut:
        """As it looks, no sharper than the scene."""
        return soft(cut_out(_NAMED[self.thing], self.person, np.random.default_rng(self.seed)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A clip: which corner of the scene, beginning where in it, and what is laid into it."""

    name: str
    corner: tuple[int, int]
    offset_s: int
    puts: tuple[Put, ...]
    shop: bool = False


CLIPS: Final = (
    Clip(
        name="square_stall",
        corner=(330, 170),
        offset_s=0,
        puts=(
            Put(thing="cart", left=330, foot=262, person=100, from_s=20, to_s=166, seed=3),
            Put(thing="crates", left=452, foot=262, person=100, from_s=26, to_s=160, seed=5),
        ),
    ),
    Clip(
        name="shop_goods",
        corner=(270, 0),
        offset_s=21,
        shop=True,
        puts=(
            Put(thing="crates", left=226, foot=212, person=84, from_s=14, to_s=800, seed=5),
            Put(thing="box", left=284, foot=214, person=84, from_s=18, to_s=804, seed=2),
            Put(thing="crates", left=344, foot=212, person=84, from_s=22, to_s=808, seed=8),
        ),
    ),
)


def main() -> None:
    """Compose all clips."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scene", type=Path, required=True, help="the campus road")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", help="one clip")
    given = parser.parse_args()
    scene = pictures_of(given.scene)
    street = np.median(np.stack(scene[::STREET_EVERY]), axis=0).astype(np.uint8)
    for clip in CLIPS:
        if given.only in (None, clip.name):
            path = given.out / f"{clip.name}.mp4"
            written(path, clip, scene, street)
            print(f"{path}: {path.stat().st_size:,} bytes")


def pictures_of(path: Path) -> list[Picture]:
    """All pictures of the scene."""
    with av.open(str(path)) as container:
        return [np.asarray(frame.to_ndarray(format="bgr24"), np.uint8) for frame in container.decode(video=0)]


def composed(clip: Clip, scene: list[Picture], street: Picture, at_s: int) -> Picture:
    """What the clip shows at a second; ``street`` is the scene without anybody."""
    number = (at_s + clip.offset_s) * SCENE_RATE % len(scene)
    bare = corner_of(clip, scene[number])
    picture = furnished(clip, bare)
    for put in clip.puts:
        if put.from_s <= at_s < put.to_s:
            picture = laid(picture, put.drawn(), put.left, put.foot, shadow=0.35)
    feet = [put.foot for put in clip.puts] + ([SHOP[3]] if clip.shop else [])
    nearer = in_front(bare, corner_of(clip, street), min(feet))[..., None]
    return np.asarray(picture * (1 - nearer) + bare * nearer, np.uint8)


def shown(picture: Picture) -> Picture:
    """As large as it is written."""
    return np.asarray(cv2.resize(picture, SHOWN, interpolation=cv2.INTER_AREA), np.uint8)


def corner_of(clip: Clip, picture: Picture) -> Picture:
    """The clip's corner of a picture of the scene."""
    x, y = clip.corner
    part = picture[y : y + WINDOW[1], x : x + WINDOW[0]]
    return np.asarray(cv2.resize(part, SIZE, interpolation=cv2.INTER_CUBIC), np.uint8)


def in_front(picture: Picture, street: Picture, foot: int) -> NDArray[np.float64]:
    """How much of each pixel is somebody who stands nearer than row ``foot``, from 0 to 1."""
    away = cv2.absdiff(picture, street).max(axis=2)
    there = cv2.morphologyEx((away > UNLIKE).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    _, parts, sizes, _ = cv2.connectedComponentsWithStats(there)
    nearer = [
        number
        for number, (_, top, _, high, area) in enumerate(sizes.tolist())
        if number and area >= SOMEBODY and top + high > foot
    ]
    return np.asarray(cv2.GaussianBlur(np.isin(parts, nearer).astype(np.float64), (3, 3), 0.8), np.float64)


def furnished(clip: Clip, picture: Picture) -> Picture:
    """The scene with what stands there all the time."""
    if clip.shop:
        picture = paved(picture, PAVEMENT)
        picture = with_shop(picture, *SHOP)
    return picture


def soft(thing: CutOut) -> CutOut:
    """No sharper than the scene."""
    return np.asarray(cv2.GaussianBlur(thing, (3, 3), 0.8), np.uint8)


def written(path: Path, clip: Clip, scene: list[Picture], street: Picture) -> None:
    """Write a clip, one picture every two seconds."""
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=Fraction(1, EVERY_S), options=dict(OPTIONS))
        stream.width, stream.height = SHOWN
        stream.pix_fmt = "yuv420p"
        for second in range(0, LASTS_S, EVERY_S):
            frame = av.VideoFrame.from_ndarray(shown(composed(clip, scene, street, second)), format="bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


if __name__ == "__main__":
    main()
