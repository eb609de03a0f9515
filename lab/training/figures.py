"""The rows of the model card's table: each figure of the shipped model, beside its start and its floor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from edge_agent.adapters.detect.onnx import OnnxDetector
from lab.training.bins import APART, ONE_BIN, states
from lab.training.measures import STREET, boxes_an_image, class_precision, decoded, milliseconds, van_and_garbage
from lab.training.phantoms import faint_of, phantoms
from lab.training.pictures.archives import Image, Photo, read_archive
from lab.training.pictures.coco import COCO_NAMES
from lab.training.pictures.pasted import look_for_pasted
from lab.training.pictures.videos import video_frames

GARBAGE = ("garbage", "garbage_bin", "overflow")
_KEPT = 0.95  # of the start's figure
_GARBAGE_FLOOR, _VAN_FLOOR, _FALSE_LIMIT, _LARGEST_MB = 0.79, 79, 0.05, 16
_VEHICLE_FLOORS = {"road_elevated": 0.86, "tollroad_cctv": 0.85}
_TEXT_LIMIT, _MISTAKEN_LIMIT = 0.08, 100
_TALL_PX = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row; `met` is None for a figure without a floor. `key` is its name in the register."""

    name: str
    key: str
    value: float
    start: float | None = None
    floor: str = "–"
    met: bool | None = None
    digits: int = 3

    def row(self) -> tuple[str, ...]:
        """The cells of the table."""
        start = "–" if self.start is None else f"{self.start:.{self.digits}f}"
        met = {None: "–", True: "yes", False: "**no**"}[self.met]
        return self.name, f"{self.value:.{self.digits}f}", start, self.floor, met


@dataclass(frozen=True, slots=True)
class ModelPair:
    """The shipped model and the one it started from, with one threshold."""

    street: OnnxDetector
    start: OnnxDetector


def open_pair(model: Path, start: Path, *, min_score: float) -> ModelPair:
    """Both models; boxes that score less than `min_score` do not count."""
    return ModelPair(
        OnnxDetector(model, min_score=min_score), OnnxDetector(start, names=COCO_NAMES, min_score=min_score)
    )


def garbage_figures(pair: ModelPair, data: Path) -> Iterator[Figure]:
    """AP50 of each garbage class on the validation photos."""
    labelled = read_archive(data / "images" / "garbage_cn.tar", "val")
    kinds = {name: (index,) for index, name in enumerate(labelled.names)}
    scored = class_precision(pair.street, decoded(labelled), kinds)
    of = f"garbage_cn val ({len(labelled.photos)})"
    for kind, value in scored.items():
        yield Figure(name=f"{of}, {kind}, AP50", key=f"{kind}_ap50", value=value)
    mean = fmean(scored.values())
    yield Figure(
        name=f"{of}, mean AP50",
        key="garbage_mean_ap50",
        value=mean,
        floor=f"≥ {_GARBAGE_FLOOR}",
        met=mean >= _GARBAGE_FLOOR,
    )


def bin_figures(pair: ModelPair, data: Path) -> Iterator[Figure]:
    """At the threshold of the street: bins of which the state is mistaken, by the detector and by the agent."""
    labelled = read_archive(data / "images" / "garbage_cn.tar", "val")
    pictures = decoded(labelled)
    by_label = states(pair.street, pictures, labelled.names, APART)
    by_bin = states(pair.street, pictures, labelled.names, ONE_BIN)
    of = f"garbage_cn val ({len(labelled.photos)}), closed bins called overflowing or the reverse"
    yield Figure(name=f"{of}, each label by itself", key="bin_labels_wrong", value=by_label.mistaken, digits=0)
    yield Figure(
        name=f"{of}, one state a bin",
        key="bin_states_wrong",
        value=by_bin.mistaken,
        floor=f"≤ {_MISTAKEN_LIMIT}",
        met=by_bin.mistaken <= _MISTAKEN_LIMIT,
        digits=0,
    )
    yield Figure(
        name="of these, closed called overflowing",
        key="closed_bins_overflowing",
        value=by_bin.closed_called_overflowing,
        digits=0,
    )
    yield Figure(
        name="bins called by their own state, one state a bin", key="bin_states_right", value=by_bin.right, digits=0
    )


def stored_figures(pair: ModelPair, data: Path) -> Iterator[Figure]:
    """What the start could do already: street classes of COCO, and vehicles from above."""
    images = data / "images"
    coco = [read_archive(images / "coco_mini.tar", split) for split in ("train", "val")]
    pictures = [picture for labelled in coco for picture in decoded(labelled)]
    street = {name: (COCO_NAMES.index(name),) for name in STREET}
    name = f"coco_mini ({len(pictures)}), street classes, mean AP50"
    yield _stored(name, "coco_street_mean_ap50", pair, pictures, street)
    for archive in ("road_elevated", "tollroad_cctv"):
        labelled = read_archive(images / f"{archive}.tar", "val")
        vehicle = {"vehicle": tuple(range(len(labelled.names)))}
        name = f"{archive} val ({len(labelled.photos)}), vehicle, AP50"
        key, least = f"{archive}_vehicle_ap50", _VEHICLE_FLOORS[archive]
        yield _stored(name, key, pair, decoded(labelled), vehicle, least=least)


def _stored(
    name: str,
    key: str,
    pair: ModelPair,
    pictures: Sequence[tuple[Image, Photo]],
    kinds: Mapping[str, tuple[int, ...]],
    *,
    least: float = 0.0,
) -> Figure:
    """Of street and start; the floor is a share of the start's figure, or `least` where that is more."""
    street = fmean(class_precision(pair.street, pictures, kinds).values())
    start = fmean(class_precision(pair.start, pictures, kinds).values())
    floor = max(_KEPT * start, least)
    return Figure(name=name, key=key, value=street, start=start, floor=f"≥ {floor:.3f}", met=street >= floor)


def scene_figures(pair: ModelPair, data: Path) -> Iterator[Figure]:
    """At the threshold of the street: the parked van, and garbage seen where there is none."""
    video = data / "videos" / "vtest.avi"
    van, false = van_and_garbage(pair.street, video, GARBAGE)
    start_van, _ = van_and_garbage(pair.start, video, GARBAGE)
    yield Figure(
        name="vtest.avi, frames of 80 with the parked van",
        key="vtest_van_frames",
        value=van,
        start=start_van,
        floor=f"≥ {_VAN_FLOOR}",
        met=van >= _VAN_FLOOR,
        digits=0,
    )
    yield _false("vtest.avi (80), garbage boxes a frame", "vtest_false_garbage", false)
    yield from _vehicle_sets(pair.street, data)


def _vehicle_sets(street: OnnxDetector, data: Path) -> Iterator[Figure]:
    rates: dict[str, tuple[int, float]] = {}
    for split in ("train", "val"):
        archives = [data / "images" / f"{name}.tar" for name in ("road_elevated", "tollroad_cctv")]
        photos = [photo for archive in archives for photo in read_archive(archive, split).photos]
        rates[split] = len(photos), boxes_an_image(street, (photo.pixels() for photo in photos), GARBAGE)
    total = sum(count for count, _ in rates.values())
    every = sum(count * rate for count, rate in rates.values()) / total
    yield _false(f"vehicle sets ({total}), garbage boxes an image", "vehicle_sets_false_garbage", every)
    count, rate = rates["val"]
    yield Figure(name=f"of these, val ({count}), never trained on", key="vehicle_val_false_garbage", value=rate)


def phantom_figures(model: Path, data: Path, *, min_score: float) -> Iterator[Figure]:
    """Boxes of any label that burnt-in text and drawn stairs add to validation roads."""
    street, faint = (OnnxDetector(model, min_score=score) for score in (min_score, faint_of(min_score)))
    archives = [data / "images" / f"{name}.tar" for name in ("road_elevated", "tollroad_cctv")]
    pictures = [picture for archive in archives for picture in decoded(read_archive(archive, "val"))]
    seen = phantoms(street, faint, pictures)
    of = f"vehicle sets val ({len(pictures)})"
    yield Figure(
        name=f"{of}, boxes an image that burnt-in text adds",
        key="text_phantoms",
        value=seen.text,
        floor=f"≤ {_TEXT_LIMIT}",
        met=seen.text <= _TEXT_LIMIT,
    )
    yield Figure(name=f"{of}, boxes an image that drawn stairs add", key="stairs_phantoms", value=seen.stairs)


def _false(name: str, key: str, rate: float) -> Figure:
    return Figure(name=name, key=key, value=rate, floor=f"≤ {_FALSE_LIMIT}", met=rate <= _FALSE_LIMIT)


def pasted_figures(pair: ModelPair, data: Path) -> Iterator[Figure]:
    """At the threshold of the street: how much garbage is found where cameras hang, large and small."""
    seen = look_for_pasted(pair.street, data)
    tall = [pasted.found for pasted in seen if pasted.height_px >= _TALL_PX]
    small = [pasted.found for pasted in seen if pasted.height_px < _TALL_PX]
    for key, words, count in (("tall", f"{_TALL_PX} px and more", tall), ("small", f"under {_TALL_PX} px", small)):
        name = f"val garbage pasted on val roads, {words} of 384 ({len(count)}), share found"
        yield Figure(name=name, key=f"pasted_{key}_found", value=fmean(count))


def cost_figures(pair: ModelPair, data: Path, model: Path, start: Path) -> Iterator[Figure]:
    """Time of one look and size of the file."""
    frame = next(video_frames(data / "videos" / "car-detection.mp4", 1.0))
    street_ms, start_ms = milliseconds((pair.street, pair.start), frame)
    yield Figure(
        name="one look at a 16:9 frame, one thread, ms", key="look_ms", value=street_ms, start=start_ms, digits=1
    )
    size, before = (path.stat().st_size / 1e6 for path in (model, start))
    met = size <= _LARGEST_MB
    yield Figure(name="size, MB", key="size_mb", value=size, start=before, floor=f"≤ {_LARGEST_MB}", met=met, digits=1)
