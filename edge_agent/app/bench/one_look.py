"""One look, part by part: what is done around the network, against the network alone.

Every picture goes through the network alone and through all of ours in turn, so that the machine's moods fall on both
alike. The floor of the detector is put where the pictures show fifteen things on average; the looks are folded two
seconds apart, as a camera that is swept, with the real store, which is committed to as it would be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.video.video_file import VideoFile
from edge_agent.app.bench.material import BEGINS
from edge_agent.app.bench.one_camera import one_camera
from edge_agent.app.bench.stopwatch import BareModel, Stopwatch, TimedEngine
from edge_agent.app.detect.detectors import opened_detector
from edge_agent.core.errors import BadInputError
from edge_agent.core.incident.scheduling import SWEEP
from edge_agent.ports import Frame

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.adapters.detect.onnx import OnnxDetector
    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.events import Detection
    from edge_agent.ports import Image

OBJECTS: Final = 15
PICTURES: Final = 20
ROUNDS: Final = 3
_LOWEST: Final = 0.01
_WARM_UP: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LookCost:
    """Milliseconds of processor time a look; all but ``inference_ms`` and ``second_looks_ms`` is ours.

    ``objects`` is how many things a picture showed on average.
    """

    objects: float
    looks: int
    inference_ms: float
    before_ms: float
    after_ms: float
    fold_ms: float
    store_ms: float
    second_looks_ms: float

    @property
    def around_ms(self) -> float:
        """All that is done around the network."""
        return self.before_ms + self.after_ms + self.fold_ms + self.store_ms

    @property
    def ratio(self) -> float:
        """What is done around the network, against the network alone."""
        return self.around_ms / self.inference_ms


def cost_of_a_look(loaded: LoadedSite, camera: str, video: Path) -> LookCost:
    """Measure it on some pictures of ``video``.

    Raises:
        OutsideError: The recording or the model cannot be used.
    """
    pictures = _pictures(video)
    bare = BareModel(loaded.model)
    floor = _floor(loaded, bare, pictures)
    engine = TimedEngine(bare)
    detector = opened_detector(loaded, min_score=floor, engine=engine)
    alone, seen = _detected(pictures, bare, engine, detector)
    fold, store, closer = _folded(loaded, camera, pictures, seen)
    looks = len(seen)
    return LookCost(
        objects=sum(len(each) for each in seen) / looks,
        looks=looks,
        inference_ms=alone.middle,
        before_ms=engine.before.middle,
        after_ms=engine.after.middle,
        fold_ms=fold / looks,
        store_ms=store / looks,
        second_looks_ms=closer / looks,
    )


def _pictures(video: Path) -> tuple[Image, ...]:
    source = VideoFile(video, started=BEGINS, looks_per_second=0.5, loops=PICTURES * SWEEP)
    pictures = tuple(frame.image for frame in source.frames())
    if not pictures:
        raise BadInputError(f"{video}: holds no picture, expected at least one")
    return pictures


def _floor(loaded: LoadedSite, bare: BareModel, pictures: tuple[Image, ...]) -> float:
    """The score that as many things reach as are wanted on average, or the lowest where there are not so many."""
    detector = opened_detector(loaded, min_score=_LOWEST, engine=bare)
    scores = sorted((score for picture in pictures for score in detector.find(picture).scores.tolist()), reverse=True)
    wanted = OBJECTS * len(pictures)
    return float(scores[wanted - 1]) if len(scores) >= wanted else _LOWEST


def _detected(
    pictures: tuple[Image, ...], bare: BareModel, engine: TimedEngine, detector: OnnxDetector
) -> tuple[Stopwatch, list[tuple[Detection, ...]]]:
    """The network alone, in turn with ours, which the engine times; and what was seen."""
    alone, seen = Stopwatch(), []
    for picture in pictures[:_WARM_UP]:
        detector.detect(picture)
    for _ in range(ROUNDS):
        for picture in pictures:
            seen.append(engine.detect(detector, picture))
            if engine.tensor is not None:
                with alone.lap():
                    bare(engine.tensor)
    return alone, seen


def _folded(
    loaded: LoadedSite, camera: str, pictures: tuple[Image, ...], seen: list[tuple[Detection, ...]]
) -> tuple[float, float, float]:
    """Milliseconds of all looks together: folding, the store, the second looks."""
    folding = Stopwatch()
    with one_camera(loaded, camera, opened_detector(loaded)) as watched:
        for number, detections in enumerate(seen):
            frame = Frame(at=BEGINS + number * SWEEP, image=pictures[number % len(pictures)])
            with folding.lap():
                watched.look(frame, detections)
        with folding.lap():
            watched.loop.close()
    store, closer = watched.store.watch.total, watched.closer.watch.total
    return folding.total - store - closer, store, closer
