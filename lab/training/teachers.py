"""Asks two detectors about vehicles once, and stores their joint judgement: `python -m lab.training.teachers`.

`--data <folder> --ours models/street.onnx --out .train/judged.npz`

Ours knows many kinds of view, the street-camera detector knows few and knows them better. Neither is right alone; the
mean of their scores is right more often than each. A box that only one of them has keeps half its score. The mean is
no probability, so it is made one: by how often boxes of such a score meet a label of the training pictures.

The answer is a file, so that training asks neither of them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge_agent.adapters.detect.onnx import OnnxDetector
from edge_agent.core.detect.suppression import VEHICLES
from lab.training.pictures.archives import Boxes, Floats, Image, Labels, Photo, Vehicles, read_archive
from lab.training.pictures.coco import COCO_NAMES
from lab.training.pictures.videos import video_frames
from lab.training.scoring import overlap

TEACHER = Path("weights") / "street_teachers" / "person-vehicle-bike-detection-2003.onnx"
ROADS = ("road_elevated", "tollroad_cctv")
CARS, PEOPLE = "car-detection.mp4", "vtest.avi"
EVERY_S = 1.0
FIRST_S = {CARS: 0.0, PEOPLE: 0.5}  # of vtest.avi, pictures from between the seconds that are measured
PARKED = (  # in vtest.avi, by eye: a van and a car stand there from the first frame to the last, and no other vehicle
    (651 / 768, 42 / 576, 724 / 768, 99 / 576),
    (733 / 768, 50 / 576, 768 / 768, 96 / 576),
)
_FAINT = 0.01
_SAME = 0.5
_LABELLED, _UNFOUND = 0.9, 0.8  # the chance of a labelled box that the two have, and of one that they have not
_CAR = COCO_NAMES.index("car")


@dataclass(frozen=True, slots=True)
class Seen:
    """What one detector sees of vehicles: boxes (fractions), scores, COCO classes."""

    boxes: Boxes
    scores: Floats
    kinds: Labels


def look(detector: OnnxDetector, image: Image) -> Seen:
    """The vehicles that a detector sees, down to the faintest."""
    answer = detector.find(image)
    names = [detector.facts.spec.names[int(kind)] for kind in answer.classes]
    at = [index for index, name in enumerate(names) if name in VEHICLES]
    kinds = np.array([COCO_NAMES.index(names[index]) for index in at], np.int64)
    return Seen(answer.boxes[at], answer.scores[at], kinds)


def join(ours: Seen, theirs: Seen) -> Seen:
    """Both judgements as one: the mean of the scores, boxes drawn to the surer, our word for what kind it is."""
    pairs = _pairs(overlap(ours.boxes, theirs.boxes))
    mine, other = [i for i, _ in pairs], [j for _, j in pairs]
    weight = ours.scores[mine, None], theirs.scores[other, None]
    both = (ours.boxes[mine] * weight[0] + theirs.boxes[other] * weight[1]) / (weight[0] + weight[1])
    alone = np.setdiff1d(np.arange(len(ours.scores)), mine), np.setdiff1d(np.arange(len(theirs.scores)), other)
    scores = (ours.scores[mine] + theirs.scores[other], ours.scores[alone[0]], theirs.scores[alone[1]])
    return Seen(
        np.concatenate((both, ours.boxes[alone[0]], theirs.boxes[alone[1]])).astype(np.float32),
        (np.concatenate(scores) / 2).astype(np.float32),
        np.concatenate((ours.kinds[mine], ours.kinds[alone[0]], np.full(len(alone[1]), _CAR, np.int64))),
    )


def _pairs(overlaps: Floats) -> list[tuple[int, int]]:
    """Boxes of both that are the same thing, the closest first, each once."""
    near = sorted(zip(*np.nonzero(overlaps >= _SAME), strict=True), key=lambda pair: -float(overlaps[pair]))
    rows: set[int] = set()
    columns: set[int] = set()
    pairs = []
    for i, j in near:
        if i not in rows and j not in columns:
            rows.add(i)
            columns.add(j)
            pairs.append((int(i), int(j)))
    return pairs


class Trust:
    """From a joint score to the chance that it is a vehicle: a logistic curve over the score's logit."""

    def __init__(self, scores: Floats, right: np.typing.NDArray[np.bool_]) -> None:
        """Fit by Newton's method to boxes of known truth."""
        sides = np.stack((np.ones(len(scores)), _logit(scores)), axis=1)
        line = np.zeros(2)
        for _ in range(30):
            chance = 1 / (1 + np.exp(-sides @ line))
            bend = (sides * (chance * (1 - chance))[:, None]).T @ sides + 1e-6 * np.eye(2)
            line += np.linalg.solve(bend, sides.T @ (right - chance))
        self.offset, self.slope = float(line[0]), float(line[1])

    def chance(self, scores: Floats) -> Floats:
        """The chance for each score."""
        return np.asarray(1 / (1 + np.exp(-(self.offset + self.slope * _logit(scores)))), np.float32)


def _logit(scores: Floats) -> np.typing.NDArray[np.float64]:
    inside = np.clip(scores.astype(np.float64), 1e-4, 1 - 1e-4)
    return np.asarray(np.log(inside / (1 - inside)))


def labelled(seen: Seen, truth: Boxes) -> np.typing.NDArray[np.bool_]:
    """Which of the boxes meet a label, each label once, the surest box first."""
    order = np.argsort(-seen.scores, kind="stable")
    overlaps = overlap(seen.boxes[order], truth)
    met = np.zeros(len(order), np.bool_)
    free = np.ones(len(truth), np.bool_)
    for row, values in zip(order, overlaps, strict=True):
        at = int(np.argmax(np.where(free, values, -1))) if free.any() else -1
        if at >= 0 and values[at] >= _SAME:
            free[at], met[row] = False, True
    return met


def judged(seen: Seen, trust: Trust, photo: Photo | None, kinds: Mapping[int, int]) -> Vehicles:
    """One picture's vehicles. A label outweighs the detectors; `kinds` says what COCO calls the classes of the set."""
    chances, words = trust.chance(seen.scores), seen.kinds.copy()
    if photo is None or not len(photo.boxes):
        return Vehicles(seen.boxes, words, chances)
    overlaps = overlap(seen.boxes, photo.boxes)
    met = labelled(seen, photo.boxes)
    chances[met] = np.maximum(chances[met], _LABELLED)
    nearest = overlaps.argmax(axis=1) if len(seen.boxes) else np.zeros(0, np.int64)
    for at in np.flatnonzero(met):
        words[at] = kinds.get(int(photo.labels[nearest[at]]), int(words[at]))
    reached = overlaps.max(axis=0) >= _SAME if len(seen.boxes) else np.zeros(len(photo.boxes), np.bool_)
    left = np.flatnonzero(~reached)
    return Vehicles(
        np.concatenate((seen.boxes, photo.boxes[left])),
        np.concatenate((words, np.array([kinds.get(int(photo.labels[i]), _CAR) for i in left], np.int64))),
        np.concatenate((chances, np.full(len(left), _UNFOUND, np.float32))),
    )


def parked_only(seen: Seen) -> Seen:
    """Of vtest.avi, without what both take for a vehicle there and is none: a staircase at the corner of a house."""
    met = (overlap(seen.boxes, np.array(PARKED, np.float32)) >= _SAME).any(axis=1)
    return Seen(seen.boxes[met], seen.scores[met], seen.kinds[met])


def kinds_of(names: tuple[str, ...]) -> dict[int, int]:
    """What COCO calls the classes of a set, where their names say it."""
    words = {"car": "car", "bus": "bus", "truck": "truck"}
    return {
        index: COCO_NAMES.index(word)
        for index, name in enumerate(names)
        for part, word in words.items()
        if part in name.lower()
    }


def _pictures(data: Path) -> Iterator[tuple[str, Image, Photo | None, dict[int, int]]]:
    for archive in ROADS:
        road = read_archive(data / "images" / f"{archive}.tar", "train")
        for photo in road.photos:
            yield photo.name, photo.pixels(), photo, kinds_of(road.names)
    for video in (CARS, PEOPLE):
        for index, image in enumerate(video_frames(data / "videos" / video, EVERY_S, first_s=FIRST_S[video])):
            yield frame_name(video, index), image, None, {}


def frame_name(video: str, index: int) -> str:
    """What the picture of a video is called in the file."""
    return f"{video}/{index}"


def judge(data: Path, ours: Path) -> dict[str, Vehicles]:
    """Ask both about every training picture of a road."""
    mine, theirs = OnnxDetector(ours, min_score=_FAINT), OnnxDetector(data / TEACHER, min_score=_FAINT)
    rows = [
        (name, join(look(mine, image), look(theirs, image)), photo, kinds)
        for name, image, photo, kinds in _pictures(data)
    ]
    rows = [
        (name, parked_only(seen) if name.startswith(PEOPLE) else seen, photo, kinds)
        for name, seen, photo, kinds in rows
    ]
    known = [(seen, photo) for _, seen, photo, _ in rows if photo is not None]
    scores = np.concatenate([seen.scores for seen, _ in known])
    trust = Trust(scores, np.concatenate([labelled(seen, photo.boxes) for seen, photo in known]))
    print(f"{len(rows)} pictures; a joint score of 0.3 is a vehicle in {trust.chance(np.full(1, 0.3))[0]:.2f} of cases")
    return {name: judged(seen, trust, photo, kinds) for name, seen, photo, kinds in rows}


def write(vehicles: Mapping[str, Vehicles], out: Path) -> None:
    """Store the judgement: all boxes one after another, with the number of each picture's."""
    values = list(vehicles.values())
    np.savez_compressed(
        out,
        names=np.array(list(vehicles)),
        counts=np.array([len(v.kinds) for v in values]),
        boxes=np.concatenate([v.boxes for v in values]),
        kinds=np.concatenate([v.kinds for v in values]),
        chances=np.concatenate([v.chances for v in values]),
    )


def read(path: Path) -> dict[str, Vehicles]:
    """The judgement that `write` stored."""
    with np.load(path) as stored:
        ends = np.cumsum(stored["counts"])[:-1]
        parts = [np.split(stored[key], ends) for key in ("boxes", "kinds", "chances")]
        return {str(name): Vehicles(*rows) for name, *rows in zip(stored["names"], *parts, strict=True)}


def main() -> None:
    """Ask, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with images/, videos/ and weights/")
    parser.add_argument("--ours", type=Path, default=Path("models/street.onnx"))
    parser.add_argument("--out", type=Path, required=True, help="the .npz to write")
    given = parser.parse_args()
    given.out.parent.mkdir(parents=True, exist_ok=True)
    write(judge(given.data, given.ours), given.out)


if __name__ == "__main__":
    main()
