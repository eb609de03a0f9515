"""How much the foot of a box trembles while its thing stands: σ, the number behind the metric limits.

    .venv/bin/python -m lab.bench.foot_jitter --log campus.detections.jsonl
    .venv/bin/python -m lab.bench.foot_jitter --video parked.mp4
    .venv/bin/python -m lab.bench.foot_jitter --pictures <folder of street pictures>

A log or a video shows what really happens to a thing that stands. A picture is filmed: ``LOOKS`` frames of it, each
with its own sensor noise, through H.264 as a camera sends them. Then nothing but the detector moves a box, on hundreds
of things near and far.

σ is the standard deviation of the lower edge and of the middle (across), of the height and of the width of the box.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import av
import cv2
import numpy as np

from edge_agent.adapters.detect.onnx import OnnxDetector
from edge_agent.adapters.detection_log import read_header
from edge_agent.app.replay.replay import logged
from edge_agent.core.events import Detection, FrameSeen
from edge_agent.core.geometry import Box, iou

if TYPE_CHECKING:
    from edge_agent.ports import Image

LOOKS: Final = 20
NOISE: Final = 4.0  # grey levels, of each pixel: a street camera by day
SAME: Final = 0.6  # IoU from which on two boxes are one standing thing
VEHICLES: Final = ("car", "truck", "bus")
BELIEVED: Final = 0.35
WIDE: Final = 0.02  # of the picture: nearer its border a box is cut off
BINS: Final = (0.0, 0.06, 0.1, 0.16, 0.25, 1.0)  # of box heights, in pictures


@dataclass(slots=True)
class StandingBoxes:
    """The boxes of one thing that stands."""

    first: Box
    group: str
    boxes: list[Box] = field(default_factory=list)

    def trembling(self) -> tuple[float, float, float]:
        """The height of the box in pictures; σ of the lower edge, a share of it; σ of the middle, of the width."""
        rows = np.array([(each.x0, each.y0, each.x1, each.y1) for each in self.boxes])
        height, width = np.median(rows[:, 3] - rows[:, 1]), np.median(rows[:, 2] - rows[:, 0])
        return float(height), float(rows[:, 3].std() / height), float((rows[:, 0] + rows[:, 2]).std() / 2 / width)


def main() -> None:
    """Measure what is asked for and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=Path("models/street.onnx"))
    parser.add_argument("--log", type=Path, help="the detection log of things that stand")
    parser.add_argument("--video", type=Path, help="a video of things that stand")
    parser.add_argument("--every", type=int, default=5, help="which frames of the video are looked at")
    parser.add_argument("--pictures", type=Path, help="a folder of street pictures")
    parser.add_argument("--most", type=int, default=40, help="how many of the pictures")
    parser.add_argument("--raw", action="store_true", help="no H.264, which smooths most of the noise away")
    given = parser.parse_args()
    if given.log is not None:
        events = logged(given.log, read_header(given.log).camera)
        _print(_standing(event.detections for event in events if isinstance(event, FrameSeen)))
        return
    detector = OnnxDetector(given.model, signed=frozenset())
    if given.video is not None:
        _print(_standing(detector.detect(image) for image in list(_decoded(given.video))[:: given.every]))
        return
    paths = sorted(given.pictures.rglob("*.jpg"))
    standing_boxes: list[StandingBoxes] = []
    for path in paths[:: max(1, len(paths) // given.most)]:
        image = cast("Image", cv2.imread(str(path)))
        frames = _grainy(image) if given.raw else _decoded(_filmed(image))
        standing_boxes += _standing(detector.detect(frame) for frame in frames)
    _print(standing_boxes)


def _filmed(image: Image) -> io.BytesIO:
    """A picture as a camera would send it that nothing moves before."""
    height, width = (side - side % 2 for side in image.shape[:2])
    film = io.BytesIO()
    with av.open(film, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=10, options={"crf": "28", "g": "20", "threads": "1"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for grainy in _grainy(image[:height, :width]):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(grainy, format="bgr24")))
        container.mux(stream.encode())
    film.seek(0)
    return film


def _grainy(image: Image) -> Iterator[Image]:
    """The picture, each time with a sensor's noise of its own."""
    noise = np.random.default_rng(1)
    for _ in range(LOOKS):
        yield (image + noise.normal(0, NOISE, image.shape)).clip(0, 255).astype(np.uint8)


def _decoded(film: Path | io.BytesIO) -> Iterator[Image]:
    with av.open(str(film) if isinstance(film, Path) else film, "r") as container:
        for frame in container.decode(video=0):
            yield cast("Image", frame.to_ndarray(format="bgr24"))


def _standing(looks: Iterable[tuple[Detection, ...]]) -> list[StandingBoxes]:
    """What is seen at one place in nearly all of the looks, whole."""
    known: list[StandingBoxes] = []
    count = 0
    for detections in looks:
        count += 1
        for each in detections:
            if each.score < BELIEVED or min(each.box.x0, each.box.y0, 1 - each.box.x1, 1 - each.box.y1) < WIDE:
                continue
            group = "vehicle" if each.label in VEHICLES else "other"
            mine = next((k for k in known if k.group == group and iou(k.first, each.box) >= SAME), None)
            if mine is None:
                known.append(mine := StandingBoxes(each.box, group))
            mine.boxes.append(each.box)
    return [each for each in known if len(each.boxes) >= 0.9 * count]


def _print(standing_boxes: list[StandingBoxes]) -> None:
    """One row a group and height: how many things, and the σ of half of them, of nine of ten, of 95 of 100."""
    print("| what | height | things | lower edge, of the height: 50 90 95 % | middle, of the width: 50 90 95 % |")
    print("| --- | --- | --- | --- | --- |")
    for group in ("vehicle", "other"):
        for low, high in pairwise(BINS):
            rows = np.array([t for s in standing_boxes if s.group == group and low <= (t := s.trembling())[0] < high])
            if rows.size:
                down, across = (_spread(rows[:, column]) for column in (1, 2))
                print(f"| {group} | {low:g} to {high:g} | {len(rows)} | {down} | {across} |")


def _spread(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    return " ".join(f"{100 * value:.1f}" for value in np.percentile(values, (50, 90, 95)))


if __name__ == "__main__":
    main()
