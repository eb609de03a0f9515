"""What one box can do: the cost of each part on it, and how many cameras that makes.

The whole way from a file to the store, on one core, against what nobody can do without: decoding and inference.

::

    bare    decode every picture ─────────────────────── every fifth through the network
    ours    decode every picture ── every fifth to BGR ─ shrink ─ network ─ boxes ─ looks ─ tracks ─ zones ─ … ─ store

Both take turns over the same file. Beside it, what a live camera's stream costs while nothing is decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.process import cores, one_core, processor_name
from edge_agent.adapters.rtsp.options import everything, never
from edge_agent.adapters.rtsp.played import PlayedSession
from edge_agent.adapters.video.recoding import decoded
from edge_agent.adapters.video.video_file import VideoFile
from edge_agent.app.bench.material import BEGINS, FULL_HD, SUB_STREAM, full_hd, sub_stream
from edge_agent.app.bench.one_camera import one_camera
from edge_agent.app.bench.one_look import LookCost, cost_of_a_look
from edge_agent.app.bench.stopwatch import BareModel, Stopwatch, TimedEngine
from edge_agent.app.detect.detectors import opened_detector
from edge_agent.core.incident.scheduling import SWEEP

if TYPE_CHECKING:
    from edge_agent.config.site.loading import LoadedSite

EVERY: Final = 5
TURNS: Final = 3
KEYFRAMES: Final = 100
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
_FAR: Final = _LONG_AGO + timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeCost:
    """Milliseconds of processor time a look, on one core, with the decoding of the pictures between."""

    bare_ms: float
    ours_ms: float
    ratio: float  # the median of the turns, each against its own
    ratios: tuple[float, ...]


def cost_of_the_whole(loaded: LoadedSite, camera: str, full_hd: Path) -> WholeCost:
    """Measure it on a file in full HD."""
    bare_ms, ours_ms = [], []
    with one_core():
        bare = BareModel(loaded.model)
        engine = TimedEngine(bare)
        detector = opened_detector(loaded, engine=engine)
        detector.detect(next(VideoFile(full_hd, started=BEGINS, looks_per_second=1).frames()).image)
        for _ in range(TURNS):
            bare_ms.append(_bare(full_hd, bare, engine))
            ours_ms.append(_ours(loaded, camera, full_hd))
    ratios = tuple(ours / alone for ours, alone in zip(ours_ms, bare_ms, strict=True))
    return WholeCost(bare_ms=median(bare_ms), ours_ms=median(ours_ms), ratio=median(ratios), ratios=ratios)


def _bare(path: Path, network: BareModel, seen: TimedEngine) -> float:
    watch, looks = Stopwatch(), 0
    with watch.lap():
        for number in decoded(path):
            if number % EVERY == 0 and seen.tensor is not None:
                network(seen.tensor)
                looks += 1
    return watch.total / looks


def _ours(loaded: LoadedSite, camera: str, path: Path) -> float:
    watch, looks = Stopwatch(), 0
    detector = opened_detector(loaded)
    with one_camera(loaded, camera, detector) as watched, watch.lap():
        source = VideoFile(path, started=BEGINS, looks_per_second=FULL_HD.rate / EVERY)
        for frame in source.frames():
            watched.look(frame, detector.detect(frame.image))
            looks += 1
        watched.loop.close()
    return watch.total / looks


def cost_of_keyframes(sub_stream: Path) -> float:
    """Milliseconds of processor time a second of a camera whose keyframes alone are decoded, judged and converted."""
    watch = Stopwatch()
    session = PlayedSession(sub_stream, phase=timedelta(0), clock=_Hurried(), eager=never, wanted=everything)
    with watch.lap():
        pictures = sum(1 for _ in islice(session.frames(), KEYFRAMES))
    return watch.total / pictures / SUB_STREAM.keyframes_s


class _Hurried:
    """A clock on which every packet after the first is long due."""

    def __init__(self) -> None:
        self._now = _LONG_AGO

    def now(self) -> datetime:
        """Long ago, then far from it."""
        now, self._now = self._now, _FAR
        return now

    def sleep(self, seconds: float) -> None:
        """Nothing needs to be waited for."""


LENGTH: Final = timedelta(seconds=10)
SHARE: Final = 0.9  # of the cores: the rest is for decisions, warnings, and what else runs on a box


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """By kind, not by name."""

    processor: str
    cores: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxCost:
    """All of it. ``stream_ms`` is the cost of a second of a sub-stream while keyframes are enough."""

    machine: Machine
    look: LookCost
    whole: WholeCost
    stream_ms: float

    @property
    def camera_ms(self) -> dict[str, float]:
        """Milliseconds of processor time a second of a camera that is swept, by part."""
        looks = timedelta(seconds=1) / SWEEP
        return {
            "detector": looks * (self.look.before_ms + self.look.inference_ms + self.look.after_ms),
            "stream": self.stream_ms,
            "fold and store": looks * (self.look.fold_ms + self.look.store_ms),
        }

    @property
    def cameras(self) -> int:
        """How many cameras the cores can sweep, by these figures alone."""
        return int(SHARE * self.machine.cores * 1000 / sum(self.camera_ms.values()))

    @property
    def limit(self) -> str:
        """The part that most of it goes to."""
        parts = self.camera_ms
        return max(parts, key=lambda part: parts[part])


def cost_of_a_box(loaded: LoadedSite, camera: str, video: Path, *, length: timedelta = LENGTH) -> BoxCost:
    """Measure all parts on copies of ``video``, each of that length; about half a minute.

    Raises:
        OutsideError: The recording, the model or the disk cannot be used.
    """
    with TemporaryDirectory(prefix="edge-agent-bench-") as name:
        small, large = Path(name) / "small.mp4", Path(name) / "large.mp4"
        sub_stream(video, small, loaded.site.zones_of(camera), round_=length)
        full_hd(video, large, length=length)
        return BoxCost(
            machine=Machine(processor=processor_name(), cores=cores()),
            look=cost_of_a_look(loaded, camera, small),
            whole=cost_of_the_whole(loaded, camera, large),
            stream_ms=cost_of_keyframes(small),
        )
