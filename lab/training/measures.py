"""Measures a detector on the pictures that were kept from training; each function is one figure of the model card."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median

import numpy as np

from edge_agent.adapters.detect.onnx import OnnxDetector
from edge_agent.core.detect.suppression import VEHICLES
from edge_agent.core.geometry import Box, iou
from lab.training.pictures.archives import Image, LabelledSet, Photo
from lab.training.pictures.videos import video_frames
from lab.training.scoring import ScoredPicture, average_precision

STREET = (
    "person", "bicycle", "car", "motorcycle", "bus", "truck", "umbrella", "chair", "dining table", "bench",
    "potted plant", "handbag", "suitcase", "backpack", "bottle", "cup", "bowl",
)  # fmt: skip
_VAN = Box(651 / 768, 42 / 576, 724 / 768, 99 / 576)  # stands in vtest.avi from the first frame to the last
_VAN_FRAMES = 80
_SAME = 0.4  # IoU at which a box is the van: its shadow and the car beside it blur the edge


def class_precision(
    detector: OnnxDetector, pictures: Sequence[tuple[Image, Photo]], kinds: Mapping[str, tuple[int, ...]]
) -> dict[str, float]:
    """AP50 for each kind, a kind being a detector's label and the numbers of the set's classes that it covers.

    A kind named `vehicle` takes car, bus and truck together. Kinds that no picture holds are left out.
    """
    looked: dict[str, list[ScoredPicture]] = {kind: [] for kind in kinds}
    names = np.array([detector.facts.spec.names[i] for i in range(len(detector.facts.spec.names))])
    for image, photo in pictures:
        detections = detector.find(image)
        given = names[detections.classes]
        for kind, numbers in kinds.items():
            wanted = sorted(VEHICLES) if kind == "vehicle" else [kind]
            chosen = np.isin(given, wanted)
            truth = photo.boxes[np.isin(photo.labels, numbers)]
            looked[kind].append(ScoredPicture(detections.boxes[chosen], detections.scores[chosen], truth))
    scored = {kind: average_precision(rows) for kind, rows in looked.items()}
    return {kind: value for kind, value in scored.items() if value is not None}


def decoded(labelled: LabelledSet) -> list[tuple[Image, Photo]]:
    """A set's pictures with their labels."""
    return [(photo.pixels(), photo) for photo in labelled.photos]


def boxes_an_image(detector: OnnxDetector, images: Iterable[Image], labels: Sequence[str]) -> float:
    """How many boxes of these labels a picture shows, on average."""
    counts = [sum(d.label in labels for d in detector.detect(image)) for image in images]
    return sum(counts) / len(counts)


def van_and_garbage(detector: OnnxDetector, video: Path, labels: Sequence[str]) -> tuple[int, float]:
    """In the 80 once-a-second frames of vtest.avi: how often the parked van is found, and garbage boxes a frame."""
    van, boxes, frames = 0, 0, 0
    for image in video_frames(video, 1.0):
        seen = detector.detect(image)
        van += any(d.label in VEHICLES and iou(d.box, _VAN) >= _SAME for d in seen)
        boxes += sum(d.label in labels for d in seen)
        frames += 1
    if frames != _VAN_FRAMES:
        message = f"video {video.name!r}: {frames} once-a-second frames, expected {_VAN_FRAMES}"
        raise ValueError(message)
    return van, boxes / frames


def milliseconds(detectors: Sequence[OnnxDetector], image: Image, *, rounds: int = 30) -> tuple[float, ...]:
    """Median time of one whole look of each detector, taken in turns so that the machine's moods fall on all alike."""
    taken: list[list[float]] = [[] for _ in detectors]
    for _ in range(rounds):
        for detector, times in zip(detectors, taken, strict=True):
            began = time.perf_counter()
            detector.find(image)
            times.append((time.perf_counter() - began) * 1000)
    return tuple(median(times) for times in taken)
