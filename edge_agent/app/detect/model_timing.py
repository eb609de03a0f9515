"""Times what this box can run on real pictures, and recommends the fastest that sees the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from statistics import median
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.detect.onnx import OnnxDetector
from edge_agent.adapters.detect.openvino import openvino_engine
from edge_agent.adapters.video.video_file import VideoFile
from edge_agent.core.detect.suppression import ACCEPTED, agreement
from edge_agent.core.errors import BadInputError, OutsideError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge_agent.core.events import Detection
    from edge_agent.ports import Clock, Detector, Image

_BEGINS: Final = datetime(2000, 1, 1, tzinfo=UTC)  # of a recording that is only looked at
_WARM_UP: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How one runtime did; ``agrees`` is its share of boxes in common with the reference, None if there was none."""

    runtime: str
    milliseconds: float
    boxes: int
    agrees: float | None

    @property
    def usable(self) -> bool:
        """Whether it sees what the reference sees."""
        return self.agrees is not None and self.agrees >= ACCEPTED


@dataclass(frozen=True, slots=True)
class Benchmark:
    """All runtimes, the reference first, and those that this box cannot run, with the reason."""

    timings: tuple[Timing, ...]
    absent: tuple[str, ...]

    @property
    def recommended(self) -> Timing | None:
        """The fastest usable one."""
        return min((t for t in self.timings if t.usable), key=lambda t: t.milliseconds, default=None)


def pictures_of(video: Path, count: int) -> tuple[Image, ...]:
    """The first pictures of a recording, one a second."""
    source = VideoFile(video, started=_BEGINS, looks_per_second=1.0)
    pictures = tuple(frame.image for frame in islice(source.frames(), count))
    if not pictures:
        raise BadInputError(f"{video}: holds no picture, expected at least one")
    return pictures


def benchmark(model: Path, pictures: Sequence[Image], *, int8: Path | None = None, threads: int = 1) -> Benchmark:
    """Run every runtime this box has on the same pictures, in turns; ONNX Runtime fp32 is the reference."""
    detectors: dict[str, Detector] = {"onnxruntime fp32": OnnxDetector(model, threads=threads)}
    absent = []
    try:
        exact = openvino_engine(model, threads=threads, precision="f32")
        detectors["openvino f32"] = OnnxDetector(model, engine=exact)
        detectors["openvino"] = OnnxDetector(model, engine=openvino_engine(model, threads=threads))
    except OutsideError as error:
        absent.append(str(error))
    if int8 is not None:
        detectors["onnxruntime int8"] = OnnxDetector(int8, threads=threads)
    return Benchmark(timed(detectors, pictures, SystemClock()), tuple(absent))


def timed(detectors: dict[str, Detector], pictures: Sequence[Image], clock: Clock) -> tuple[Timing, ...]:
    """Every detector on every picture, in turns, so that the machine's moods fall on all alike."""
    for detector in detectors.values():
        for image in pictures[:_WARM_UP]:
            detector.detect(image)
    seen: dict[str, list[tuple[Detection, ...]]] = {name: [] for name in detectors}
    took: dict[str, list[float]] = {name: [] for name in detectors}
    for image in pictures:
        for name, detector in detectors.items():
            began = clock.now()
            seen[name].append(detector.detect(image))
            took[name].append((clock.now() - began) / timedelta(milliseconds=1))
    reference = next(iter(seen.values()))
    return tuple(
        Timing(
            runtime=name,
            milliseconds=median(took[name]),
            boxes=sum(len(detections) for detections in seen[name]),
            agrees=agreement(reference, seen[name]),
        )
        for name in detectors
    )
