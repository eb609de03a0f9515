"""The weights of the second look's vote, fitted on real pictures, and how well the vote is calibrated.

    .venv/bin/python -m lab.bench.second_vote --garbage <garbage_cn.tar>

Each box that the detector calls garbage or an overflowing bin in `garbage_cn` val is looked at again closer, as the
agent does (what scores below 0.35 there is not seen), and judged by a classifier that was taught 15 crops a mark of
other places. It is true where a label of garbage or overflow lies there (IoU 0.5). Logistic weights of what the three
say (log odds) are fitted on one half of the places and judged on the other, and the other way round. The first look's
score stands for the running one: these are stills. False boxes are mostly closed bins taken for overflowing ones,
which is what a street has too.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_agent.adapters.detect.onnx import OnnxDetector
from edge_agent.adapters.detect.trunk import Trunk
from edge_agent.app.stream.frames import crop_window, cropped, same_place, within
from edge_agent.core.detect.vote import log_odds
from edge_agent.core.geometry import Box, iou
from edge_agent.core.teach.features import crop
from edge_agent.core.teach.logistic import Classifier
from edge_agent.core.teach.teaching import taught_by
from lab.bench.taught_crops import SHOTS, Shown, photographed
from lab.training.pictures.archives import Photo, read_archive

KIND: Final = frozenset({"garbage", "overflow"})
MARKS: Final = ("garbage", "garbage_bin", "nothing", "overflow")
NAMES: Final = ("garbage", "garbage_bin", "overflow")
FLOOR: Final = 0.15  # of the first look
AGREES: Final = 0.35  # as the rule has it today
ROUNDS: Final = 4000
BARS: Final = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)  # of the vote
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was said of one box, as chances, and whether it is true."""

    first: float
    closer: float
    taught: float
    true: bool


def main() -> None:
    """Collect, fit and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=Path("models/street.onnx"))
    parser.add_argument("--garbage", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="judge every so many pictures")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    trunk, detector = Trunk(given.model), OnnxDetector(given.model, min_score=0.02)
    photos = read_archive(given.garbage, "val").photos
    halves = [set(range(part, len(photos), 2)) for part in (0, 1)]
    shown = lessons_of(trunk, photos)
    folds = [
        [
            heard
            for number in sorted(halves[1 - part])[:: given.every]
            for heard in looked_at(photos[number], detector, trunk, *taught_on(shown, halves[part]))
        ]
        for part in (0, 1)
    ]
    for part, fold in enumerate(folds):
        print(f"half {part}: {len(fold)} boxes, {sum(each.true for each in fold)} true", flush=True)
    judged: list[tuple[float, Heard]] = []
    for part, fold in enumerate(folds):
        weights = fitted(folds[1 - part])
        judged += [(chance, each) for chance, each in zip(chances(weights, fold), fold, strict=True)]
    print("weights of first, closer, taught, and bias, on all:", np.round(fitted([*folds[0], *folds[1]]), 2).tolist())
    table(judged)


def lessons_of(trunk: Trunk, photos: tuple[Photo, ...]) -> list[Shown]:
    """As many crops as teach fifteen a mark on either half of the places, and no more."""
    lessons: list[Shown] = []
    for each in photographed(trunk, photos):
        lessons.append(each)
        counts = [sum(s.mark == m and s.moment % 2 == half for s in lessons) for m in MARKS for half in (0, 1)]
        if min(counts) >= SHOTS[0]:
            break
    return lessons


def taught_on(shown: list[Shown], places: set[int]) -> tuple[Classifier, list[str]]:
    """A classifier of the first fifteen crops a mark of these places, and its marks."""
    marks = sorted({each.mark for each in shown})
    lessons = [e for mark in marks for e in [s for s in shown if s.mark == mark and s.moment in places][: SHOTS[0]]]
    classes = np.array([marks.index(each.mark) for each in lessons], np.intp)
    return taught_by([e.views for e in lessons], classes, [0] * len(lessons), len(marks))[0], marks


def looked_at(
    photo: Photo, detector: OnnxDetector, trunk: Trunk, taught: Classifier, marks: list[str]
) -> Iterator[Heard]:
    """What is said of each box that the detector finds in a picture."""
    picture = photo.pixels()
    labels = [NAMES[each] for each in photo.labels.tolist()]
    truth = [Box(*map(float, box)) for box, label in zip(photo.boxes, labels, strict=True) if label in KIND]
    wanted = [marks.index(mark) for mark in sorted(KIND)]
    for detection in detector.detect(picture):
        if detection.label not in KIND or detection.score < FLOOR:
            continue
        window = crop_window(detection.box)
        again = [
            each.score
            for each in detector.detect(cropped(picture, window))
            if each.label in KIND and each.score >= AGREES and same_place(within(each, window), detection.box)
        ]
        chance = taught.chances(trunk.describe([crop(picture, detection.box)]))[0]
        yield Heard(
            first=detection.score,
            closer=max(again, default=0.0),
            taught=float(chance[wanted].sum()),
            true=any(iou(detection.box, box) >= 0.5 for box in truth),
        )


def said(heard: list[Heard]) -> Numbers:
    """Log odds of what each says, and a one."""
    rows = [(log_odds(e.first), log_odds(e.closer), log_odds(e.taught), 1.0) for e in heard]
    return np.array(rows)


def fitted(heard: list[Heard]) -> Numbers:
    """Logistic weights by descent, held a little."""
    rows, true = said(heard), np.array([each.true for each in heard], np.float64)
    weights = np.zeros(rows.shape[1])
    for _ in range(ROUNDS):
        error = 1 / (1 + np.exp(-rows @ weights)) - true
        weights -= 0.1 * (rows.T @ error / len(rows) + 0.001 * weights)
    return weights


def chances(weights: Numbers, heard: list[Heard]) -> list[float]:
    """What the vote makes of each."""
    return [float(each) for each in 1 / (1 + np.exp(-said(heard) @ weights))]


def table(judged: list[tuple[float, Heard]]) -> None:
    """What is kept and let through by each way to decide, and how often the vote is right where it says so."""
    true = sum(each.true for _, each in judged)
    false = len(judged) - true
    ways: dict[str, Callable[[float, Heard], bool]] = {
        "the closer look alone, at 0.35": lambda _, each: each.closer >= AGREES,
        "the taught classifier alone, at 0.5": lambda _, each: each.taught >= 0.5,
        **{f"the vote, at {bar}": partial(_says, bar) for bar in BARS},
    }
    print(f"| decided by | of {true} true kept | of {false} false let through |\n|---|---|---|")
    for name, way in ways.items():
        true_kept = sum(way(chance, each) for chance, each in judged if each.true)
        through = sum(way(chance, each) for chance, each in judged if not each.true)
        print(f"| {name} | {true_kept / true:.3f} | {through / false:.3f} |")
    print("| the vote says | boxes | true |\n|---|---|---|")
    for low in np.arange(0, 1, 0.2):
        of = [each.true for chance, each in judged if low <= chance < low + 0.2]
        print(f"| {low:.1f} to {low + 0.2:.1f} | {len(of)} | {np.mean(of) if of else float('nan'):.2f} |")


def _says(bar: float, chance: float, _: Heard) -> bool:
    return chance >= bar


if __name__ == "__main__":
    main()
