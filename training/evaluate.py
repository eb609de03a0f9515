"""Measures the shipped model against its start and its floors: `make evaluate`.

Prints the table of the model card, writes it there, and exits with 1 when a floor is missed. Needs the agent's own
dependencies only.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from edge_agent.adapters.onnx import OnnxDetector
from training.archives import read_archive
from training.card import write_table
from training.coco import COCO_NAMES
from training.measures import (
    STREET,
    boxes_an_image,
    class_precision,
    decoded,
    milliseconds,
    van_and_garbage,
)
from training.videos import video_frames

GARBAGE = ("garbage", "garbage_bin", "overflow")
_ALL = 0.01  # the score from which boxes count for AP; an operating threshold would hide what lies under it
_KEPT = 0.95  # of the start's figure
_GARBAGE_FLOOR, _VAN_FLOOR, _FALSE_LIMIT = 0.45, 79, 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row of the table; `met` is None for a figure without a floor."""

    name: str
    street: str
    start: str = "–"
    floor: str = "–"
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """The shipped model and the one it started from, with one threshold."""

    street: OnnxDetector
    start: OnnxDetector


def _open(data: Path, model: Path, score: float | None) -> Pair:
    chosen = {} if score is None else {"min_score": score}
    start = data / "weights" / "yolox_nano.onnx"
    return Pair(OnnxDetector(model, **chosen), OnnxDetector(start, names=COCO_NAMES, **chosen))


def garbage_figures(pair: Pair, data: Path) -> list[Figure]:
    """AP50 of each garbage class on the 491 validation photos."""
    labelled = read_archive(data / "images" / "garbage_cn.tar", "val")
    kinds = {name: (index,) for index, name in enumerate(labelled.names)}
    scored = class_precision(pair.street, decoded(labelled), kinds)
    mean = fmean(scored.values())
    rows = [Figure(name=f"garbage_cn val, {kind}, AP50", street=f"{value:.3f}") for kind, value in scored.items()]
    floor = f"≥ {_GARBAGE_FLOOR}"
    return [
        *rows,
        Figure(name="garbage_cn val, mean AP50", street=f"{mean:.3f}", floor=floor, met=mean >= _GARBAGE_FLOOR),
    ]


def kept_figures(pair: Pair, data: Path) -> list[Figure]:
    """What the start could do: street classes of COCO, and vehicles from above."""
    images = data / "images"
    coco = [read_archive(images / "coco_mini.tar", split) for split in ("train", "val")]
    pictures = [picture for labelled in coco for picture in decoded(labelled)]
    street = {name: (COCO_NAMES.index(name),) for name in STREET}
    figures = [_kept("coco_mini (29), mean AP50 of street classes", pair, pictures, street)]
    for name in ("road_elevated", "tollroad_cctv"):
        labelled = read_archive(images / f"{name}.tar", "val")
        vehicle = {"vehicle": tuple(range(len(labelled.names)))}
        figures.append(_kept(f"{name} val ({len(labelled.photos)}), vehicle AP50", pair, decoded(labelled), vehicle))
    return figures


def _kept(name, pair, pictures, kinds):  # noqa: ANN001, ANN202
    street = fmean(class_precision(pair.street, pictures, kinds).values())
    start = fmean(class_precision(pair.start, pictures, kinds).values())
    floor = f"≥ {_KEPT * start:.3f}"
    return Figure(name=name, street=f"{street:.3f}", start=f"{start:.3f}", floor=floor, met=street >= _KEPT * start)


def scene_figures(pair: Pair, data: Path) -> list[Figure]:
    """At the shipped threshold: the parked van, and garbage seen where there is none."""
    video = data / "videos" / "vtest.avi"
    van, false = van_and_garbage(pair.street, video, GARBAGE)
    start_van, _ = van_and_garbage(pair.start, video, GARBAGE)
    figures = [
        Figure(
            name="vtest.avi, parked van found, of 80",
            street=str(van),
            start=str(start_van),
            floor=f"≥ {_VAN_FLOOR}",
            met=van >= _VAN_FLOOR,
        ),
        Figure(
            name="vtest.avi, garbage boxes a frame",
            street=f"{false:.3f}",
            floor=f"≤ {_FALSE_LIMIT}",
            met=false <= _FALSE_LIMIT,
        ),
    ]
    rates = []
    for split in ("train", "val"):
        sets = [read_archive(data / "images" / f"{name}.tar", split) for name in ("road_elevated", "tollroad_cctv")]
        photos = [photo for labelled in sets for photo in labelled.photos]
        rates.append((len(photos), boxes_an_image(pair.street, (photo.pixels() for photo in photos), GARBAGE)))
    every = sum(count * rate for count, rate in rates) / sum(count for count, _ in rates)
    total = sum(count for count, _ in rates)
    figures.append(
        Figure(
            name=f"vehicle sets ({total}), garbage boxes an image",
            street=f"{every:.3f}",
            floor=f"≤ {_FALSE_LIMIT}",
            met=every <= _FALSE_LIMIT,
        )
    )
    figures.append(Figure(name=f"of these the {rates[1][0]} of val, never trained on", street=f"{rates[1][1]:.3f}"))
    return figures


def cost_figures(pair: Pair, data: Path, model: Path) -> list[Figure]:
    """Time of one look and size of the file."""
    frame = next(video_frames(data / "videos" / "car-detection.mp4", 1.0))
    street, start = milliseconds((pair.street, pair.start), frame)
    sizes = [path.stat().st_size / 1e6 for path in (model, data / "weights" / "yolox_nano.onnx")]
    return [
        Figure(name="one look at a 16:9 frame, one thread, ms", street=f"{street:.1f}", start=f"{start:.1f}"),
        Figure(name="size, MB", street=f"{sizes[0]:.1f}", start=f"{sizes[1]:.1f}", floor="≤ 16", met=sizes[0] <= 16),
    ]


def main() -> int:
    """Measure, print, write the card's table; 1 when a floor is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with images/, videos/ and weights/")
    parser.add_argument("--model", type=Path, default=Path("models/street.onnx"))
    parser.add_argument("--card", type=Path, help="the model card whose table is renewed")
    arguments = parser.parse_args()
    data, model = arguments.data, arguments.model
    every, shipped = _open(data, model, _ALL), _open(data, model, None)
    figures = garbage_figures(every, data) + kept_figures(every, data)
    figures += scene_figures(shipped, data) + cost_figures(shipped, data, model)
    rows = [(f.name, f.street, f.start, f.floor, {None: "–", True: "yes", False: "**no**"}[f.met]) for f in figures]
    print(write_table(rows, arguments.card))
    missed = [figure.name for figure in figures if figure.met is False]
    for name in missed:
        print(f"floor missed: {name}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
