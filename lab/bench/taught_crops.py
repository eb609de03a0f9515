"""How well a taught classifier does: fifteen examples a mark, judged on moments that it was not taught by.

    .venv/bin/python -m lab.bench.taught_crops --garbage <garbage_cn.tar> --videos <clips> [--pictures <folder>]

Real: crops of `garbage_cn` val, taught by pictures of other places than those it is judged on, ten draws. What is
nothing is a random crop that no box touches. Composed: drawn things laid into one camera's footage at noon, at dusk and
in rain, taught by some moments and judged on others; every thing is drawn anew, none is in both. The things are
drawings, and stand for stalls and goods of which there are no pictures: the figure says what one's own camera may
reach, not what a street does.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_THREAD, getrusage
from typing import Final

import cv2
import numpy as np

from edge_agent.adapters.detect.trunk import Trunk
from edge_agent.core.geometry import Box, intersection
from edge_agent.core.teach.features import VIEWS, Crop, Features, crop
from edge_agent.core.teach.teaching import taught_by
from lab.bench.drawn_things import THINGS, Draws, Picture, Thing, cut_out, laid
from lab.training.pictures.archives import Photo, read_archive

SHOTS: Final = (15, 60)
DRAWS: Final = 10
JUDGED: Final = 120  # crops of a mark, at most
SMALLEST: Final = 24  # pixels of a side
WIDE: Final = 960  # of a composed picture
LIGHTS: Final = (("noon", 1.0, 0.5), ("dusk", 0.45, 0.15), ("rain", 0.7, 0.1))  # how bright, how dark the shadow
STANDS_FOR: Final = {  # what a drawn thing is marked as
    "bag": "garbage",
    "box": "goods",
    "suitcase": "allowed",
    "crates": "goods",
    "cart": "stall",
    "goods on a cloth": "stall",
}
NOTHING: Final = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A crop in all its views: what it shows, the place or moment it is of, and a picture to look at."""

    views: Features
    mark: str
    moment: int
    picture: Crop


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=Path("models/street.onnx"))
    parser.add_argument("--garbage", type=Path, help="garbage_cn.tar")
    parser.add_argument("--videos", type=Path, nargs="*", default=[], help="clips of fixed cameras, one row each")
    parser.add_argument("--pictures", type=Path, help="where a sheet of crops and the worst errors are put")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    trunk = Trunk(given.model)
    print("| crops | marks | examples a mark | balanced accuracy, ten draws (least, most) | left-out moments | s |")
    print("|---|---|---|---|---|---|")
    if given.garbage:
        real = list(photographed(trunk, read_archive(given.garbage, "val").photos))
        bins = ("garbage_bin", "overflow")
        for marks, shots in (
            (("garbage", *bins, NOTHING), SHOTS[0]),
            (("garbage", NOTHING), SHOTS[0]),
            (bins, SHOTS[0]),
            (bins, SHOTS[1]),
        ):
            measure("garbage_cn val", [each for each in real if each.mark in marks], shots)
    for number, path in enumerate(given.videos):
        made = list(composed(trunk, path, np.random.default_rng(number)))
        sheet = given.pictures / f"{path.stem}.png" if given.pictures else None
        measure(path.name, made, SHOTS[0], sheet)
        if sheet:
            sheet_of(made[:40], sheet.with_name(f"{path.stem}-taught.png"))


def measure(name: str, shown: list[Shown], shots: int, worst: Path | None = None) -> None:
    """Teach by half of the moments, judge on the other half, ten times; a row of the table."""
    marks = sorted({each.mark for each in shown})
    reached, left_out, spent = [], [], []
    wrong: list[tuple[float, Shown, str]] = []
    for seed in range(DRAWS):
        draws = np.random.default_rng(seed)
        moments = draws.permutation(sorted({each.moment for each in shown}))
        first = set(moments[: len(moments) // 2].tolist())
        order = [shown[each] for each in draws.permutation(len(shown))]
        lessons = [part for mark in marks for part in _of(order, mark, first, inside=True)[:shots]]
        began = _worked()
        classes = np.array([marks.index(each.mark) for each in lessons], np.intp)
        taught, named = taught_by([each.views for each in lessons], classes, [e.moment for e in lessons], len(marks))
        spent.append(_worked() - began)
        left_out.append(_balanced(named, classes))
        judged = [part for mark in marks for part in _of(order, mark, first, inside=False)[:JUDGED]]
        truth = np.array([marks.index(each.mark) for each in judged], np.intp)
        chances = taught.chances(np.stack([each.views[0] for each in judged]))
        reached.append(_balanced(chances.argmax(axis=1), truth))
        for each, row, true in zip(judged, chances, truth.tolist(), strict=True):
            if row.argmax() != true:
                wrong.append((float(row.max()), each, marks[int(row.argmax())]))
    print(
        f"| {name} | {', '.join(marks)} | {shots} | {np.mean(reached):.3f} ({min(reached):.3f}, {max(reached):.3f}) "
        f"| {np.mean(left_out):.3f} | {np.median(spent):.1f} |",
        flush=True,
    )
    if worst:
        sheet_of([each for _, each, _ in sorted(wrong, key=lambda one: -one[0])[:10]], worst)
        for chance, each, mark in sorted(wrong, key=lambda one: -one[0])[:10]:
            print(f"  worst: {each.mark} of moment {each.moment} taken for {mark} ({chance:.2f})")


def photographed(trunk: Trunk, photos: tuple[Photo, ...]) -> Iterator[Shown]:
    """Up to two labelled crops of each picture, and one of nothing."""
    draws = np.random.default_rng(3)
    names = ("garbage", "garbage_bin", "overflow")
    for number in draws.permutation(len(photos)).tolist():
        photo = photos[number]
        picture = photo.pixels()
        boxes = [Box(*map(float, box)) for box in photo.boxes]
        large = [each for each in range(len(boxes)) if _large(boxes[each], picture)]
        for each in draws.permutation(large)[:2].tolist():
            yield _shown(trunk, picture, boxes[each], names[int(photo.labels[each])], number)
        empty = _empty(boxes, draws)
        if empty is not None:
            yield _shown(trunk, picture, empty, NOTHING, number)


def composed(trunk: Trunk, clip: Path, draws: Draws) -> Iterator[Shown]:
    """Drawn things, and empty places, in pictures of one clip; each picture is a moment of its own."""
    pictures = _pictures(clip)
    for number in range(120):
        picture = pictures[number * len(pictures) // 120]
        _, bright, shadow = LIGHTS[number % len(LIGHTS)]
        boxes = []
        for thing in (THINGS[number % len(THINGS)], THINGS[(number // 2 + 3) % len(THINGS)]):
            picture, box = _put(picture, thing, draws, shadow)
            boxes.append((box, STANDS_FOR[thing.name]))
        noise = draws.normal(0, 4 if bright < 1 else 2, picture.shape)
        lit = np.clip(picture * bright + noise, 0, 255).astype(np.uint8)
        coded = cv2.imencode(".jpg", lit, [cv2.IMWRITE_JPEG_QUALITY, 70])[1]
        lit = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
        empty = _empty([box for box, _ in boxes], draws)
        for box, mark in [*boxes, *([] if empty is None else [(empty, NOTHING)])]:
            yield _shown(trunk, lit, box, mark, number)


def _put(picture: Picture, thing: Thing, draws: Draws, shadow: float) -> tuple[Picture, Box]:
    height, width = picture.shape[:2]
    foot = int(draws.uniform(0.5, 0.97) * height)
    cut = cut_out(thing, width * (0.07 + 0.1 * foot / height), draws)
    high, wide = cut.shape[:2]
    left = int(draws.uniform(0.03, 0.95) * (width - wide))
    top = max(0, foot - high)
    return laid(picture, cut, left, foot, shadow=shadow), Box(
        left / width, top / height, (left + wide) / width, foot / height
    )


def _worked() -> float:
    """The processor time of this thread so far, in seconds."""
    used = getrusage(RUSAGE_THREAD)
    return used.ru_utime + used.ru_stime


def _pictures(clip: Path) -> list[Picture]:
    capture = cv2.VideoCapture(str(clip))
    pictures: list[Picture] = []
    while True:
        there, picture = capture.read()
        if not there:
            return pictures[:: max(1, len(pictures) // 120)]
        size = (WIDE, round(picture.shape[0] * WIDE / picture.shape[1]))
        pictures.append(cv2.resize(picture, size).astype(np.uint8))


def _shown(trunk: Trunk, picture: Picture, box: Box, mark: str, moment: int) -> Shown:
    views = trunk.describe([crop(picture, box, view) for view in VIEWS])
    return Shown(views=views, mark=mark, moment=moment, picture=crop(picture, box))


def _large(box: Box, picture: Picture) -> bool:
    return bool(box.width * picture.shape[1] >= SMALLEST and box.height * picture.shape[0] >= SMALLEST)


def _empty(boxes: list[Box], draws: Draws) -> Box | None:
    """A place that none of the boxes touches; None where none of twenty tries is."""
    for _ in range(20):
        wide, high = draws.uniform(0.08, 0.35, 2)
        x, y = draws.uniform(0, 1 - wide), draws.uniform(0, 1 - high)
        box = Box(x, y, x + wide, y + high)
        if all(intersection(box, other) < 0.1 * min(box.area, other.area) for other in boxes):
            return box
    return None


def _of(shown: list[Shown], mark: str, moments: set[int], *, inside: bool) -> list[Shown]:
    return [each for each in shown if each.mark == mark and (each.moment in moments) is inside]


def _balanced(
    named: np.ndarray[tuple[int, ...], np.dtype[np.intp]], truth: np.ndarray[tuple[int, ...], np.dtype[np.intp]]
) -> float:
    return float(np.mean([(named[truth == mark] == mark).mean() for mark in np.unique(truth)]))


def sheet_of(shown: list[Shown], path: Path) -> None:
    """The crops side by side, with what they show."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tiles = []
    for each in shown:
        tile = cv2.resize(each.picture, (160, 160))
        cv2.putText(tile, each.mark, (4, 154), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 255, 255), 1)
        tiles.append(tile)
    rows = [tiles[start : start + 10] for start in range(0, len(tiles), 10)]
    blank = np.zeros((160, 160, 3), np.uint8)
    cv2.imwrite(str(path), np.vstack([np.hstack([*row, *([blank] * (10 - len(row)))]) for row in rows]))


if __name__ == "__main__":
    main()
