"""Held looks: the same street watched with ``runtime.unchanged`` at ``look`` and at ``hold``, look by look.

    .venv/bin/python -m lab.bench.held_looks sample_videos/campus_road.mp4 [more clips] [--pictures <folder>]

Each clip is shown again and again for 190 s, the site's own with its zones painted over from second 100 to 160, as it
is and spoilt in several ways. One picture every two seconds; both ways see the same pictures and the same detections,
so whatever differs between their incidents is the holding's doing. No threads, and no clock.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import pairwise
from math import sin
from pathlib import Path
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from edge_agent.adapters.process import processor_s
from edge_agent.adapters.video.video_file import VideoFile
from edge_agent.app.bench.material import BEGINS, ROUND, SEEN, around, painted_over
from edge_agent.app.detect.detectors import detector_for, opened_detector
from edge_agent.app.detect.holding import Holding, Seen, compared
from edge_agent.app.detect.scheduling import Ticket
from edge_agent.app.folding import fold
from edge_agent.app.replay.replay import Assumed
from edge_agent.app.stream.frames import FrameRing, look_again
from edge_agent.config.site.loading import load_site
from edge_agent.core.detect.unchanged import unlike
from edge_agent.core.effects import LookAgain, PublishIncident
from edge_agent.core.events import FrameSeen
from edge_agent.core.geometry import Point
from edge_agent.core.incident.scheduling import SWEEP, Interest, next_chance, next_decision
from edge_agent.core.incident.world import World
from edge_agent.core.step import step
from edge_agent.ports import Frame

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from edge_agent.adapters.detect.onnx import OnnxDetector
    from edge_agent.core.effects import Effect
    from edge_agent.core.events import Detection, Event, LookedAgain
    from edge_agent.core.site.site import Site
    from edge_agent.core.site.zones import Zone
    from edge_agent.ports import Image

    Answer = Callable[[LookAgain, FrameRing], Event | None]
    Spoil = Callable[[Image, float], NDArray[np.generic]]

Stage = tuple[str, str, str, int | None, int]  # zone, kind, what happened, its number, which of those of one name
FIT: Final = (640, 384)
LASTS: Final = timedelta(seconds=190)
MINUTE: Final = timedelta(minutes=1)
WHOLE: Final = tuple(Point(x, y) for x, y in ((0.02, 0.3), (0.98, 0.3), (0.98, 0.98), (0.02, 0.98)))


@dataclass(frozen=True, slots=True)
class Watched:
    """What was told to the core, with what came of it, in order."""

    looks: tuple[tuple[FrameSeen, tuple[Effect, ...]], ...]

    @property
    def stages(self) -> dict[Stage, datetime]:
        """When each stage of an incident was reached."""
        reached: dict[Stage, datetime] = {}
        for _, effects in self.looks:
            for effect in effects:
                if isinstance(effect, PublishIncident):
                    one = effect.event
                    which = sum(key[:4] == (one.zone, one.kind, str(one.type), one.n) for key in reached)
                    reached[one.zone, one.kind, str(one.type), one.n, which] = one.end or one.at
        return reached

    @property
    def held(self) -> float:
        """The share of the looks for which no detector was asked."""
        return sum(seen.unchanged is not None for seen, _ in self.looks) / max(1, len(self.looks))


def watch(
    frames: Iterable[Frame],
    site: Site,
    camera: str,
    *,
    detect: Callable[[Frame], tuple[Detection, ...]],
    answer: Answer,
    hold: bool,
) -> Watched:
    """Look at every frame that a camera would be looked at for, as a live camera is."""
    world, interest, ring = World(camera=camera), Interest(), FrameRing()
    holding = Holding(camera, on=hold)
    looks: list[tuple[FrameSeen, tuple[Effect, ...]]] = []

    def respond(effect: Effect) -> Event | None:
        return answer(effect, ring) if isinstance(effect, LookAgain) else Assumed().respond(effect)

    for frame in frames:
        if not interest.wants(frame.at):
            continue
        ticket = Ticket(camera=camera, frame=frame, lag=interest.decision_lag(frame.at))
        seen = _seen(holding, ticket, detect)
        event = FrameSeen(at=frame.at, detections=seen.detections, unchanged=seen.unchanged)
        if seen.unchanged is not None and step(world, event, site).effects:
            holding.forget()
            event = FrameSeen(at=frame.at, detections=_seen(holding, ticket, detect).detections)
        ring.keep(frame)
        world, _, effects = fold(world, event, site, respond)
        interest = interest.seen(frame.at, next_decision(world, site), next_chance(world, site))
        holding.folded(world, site)
        looks.append((event, effects))
    return Watched(tuple(looks))


def _seen(holding: Holding, ticket: Ticket, detect: Callable[[Frame], tuple[Detection, ...]]) -> Seen:
    seen = holding.look(ticket, lambda _image: detect(ticket.frame))
    if isinstance(seen, Exception):
        raise seen
    return seen


def apart(one: Watched, other: Watched) -> tuple[list[Stage], float]:
    """The stages that only one of two reached, and by how many seconds those of both are apart at most."""
    ours, theirs = one.stages, other.stages
    spans = [abs((ours[key] - theirs[key]).total_seconds()) for key in ours.keys() & theirs.keys()]
    return sorted(ours.keys() ^ theirs.keys(), key=str), max(spans, default=0.0)


def spoilt(how: str) -> Spoil:
    """A way of spoiling a picture, by the second that it shows."""
    draws = np.random.default_rng(1)
    ways: dict[str, Spoil] = {
        "as it is": lambda image, _: image,
        "flickers": lambda image, s: image * (1.12 if round(s) % 4 else 0.9),
        "exposure drifts": lambda image, s: image * (1 + 0.3 * sin(s / 9)),
        "noise": lambda image, _: image + draws.normal(0, 8, image.shape),
        "rain": lambda image, _: _rained(image, draws),
        "pressed hard": lambda image, _: _pressed(image),
        "a patch waves": _waved,
    }
    return ways[how]


WAYS: Final = ("as it is", "flickers", "exposure drifts", "noise", "rain", "pressed hard", "a patch waves")


def _rained(image: Image, draws: np.random.Generator) -> NDArray[np.generic]:
    drops = image.copy()
    for x, y, length in draws.integers((0, 0, 8), (image.shape[1], image.shape[0], 25), (150, 3)).tolist():
        cv2.line(drops, (x, y), (x + 2, y + length), (200, 200, 200), 1)
    return image * 0.7 + drops * 0.3


def _pressed(image: Image) -> NDArray[np.generic]:
    coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 10])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR))


def _waved(image: Image, second: float) -> NDArray[np.generic]:
    """Leaves near the right side of the picture, below the sample clip's zone, on a twig that swings by ten pixels."""
    leaves = np.random.default_rng(5).integers(20, 150, (12, 14, 3)).astype(np.uint8)
    patch = cv2.resize(leaves, (84, 72), interpolation=cv2.INTER_NEAREST)
    waved, left = image.copy(), image.shape[1] - 100 + round(10 * sin(second))
    top = round(0.22 * image.shape[0])
    waved[top : top + len(patch), left : left + patch.shape[1]] = patch
    return waved


def _pictures(clip: Path, zones: tuple[Zone, ...]) -> list[Frame]:
    """A clip again and again, as large as a live camera's pictures, with its zones painted over for a minute."""
    source = VideoFile(clip, started=BEGINS, looks_per_second=0.5, loops=LASTS)
    areas, pictures = tuple(around(zone) for zone in zones), list[Frame]()
    for frame in source.frames():
        height, width = frame.image.shape[:2]
        scale = min(1.0, FIT[0] / width, FIT[1] / height)
        size = (round(width * scale), round(height * scale))
        image = cv2.resize(frame.image, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        gone = SEEN <= frame.at - BEGINS < ROUND
        pictures.append(Frame(at=frame.at, image=painted_over(image, areas) if gone else image))
    return pictures


def _spoilt(pictures: list[Frame], how: str) -> list[Frame]:
    spoil = spoilt(how)
    return [
        replace(each, image=np.clip(spoil(each.image, (each.at - BEGINS).total_seconds()), 0, 255).astype(np.uint8))
        for each in pictures
    ]


def main() -> None:
    """Watch every clip in every way, and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--site", type=Path, default=Path("site.yaml"))
    parser.add_argument("--pictures", type=Path, help="where pictures are put of which something moved or was held")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    loaded = load_site(given.site)
    camera = next(iter(loaded.cameras))
    detector, closer = detector_for(loaded), opened_detector(loaded, min_score=loaded.site.policy.seeing.min_score)
    zones = tuple(_hurried(zone) for zone in loaded.site.zones_of(camera))
    for clip in given.clips:
        ours = clip.name in str(loaded.cameras[camera].source)
        drawn = zones if ours else tuple(replace(zone, polygon=WHOLE) for zone in zones)
        site = replace(loaded.site, zones=drawn)
        pictures = _pictures(clip, drawn if ours else ())
        for how in WAYS:
            frames, detect = _spoilt(pictures, how), _Detected(detector)
            ways = [
                watch(frames, site, camera, detect=detect, answer=partial(_again, closer), hold=hold)
                for hold in (False, True)
            ]
            print(_line(clip, how, *ways), _cost(frames, detect, ways[1]), flush=True)
            if given.pictures:
                _draw(given.pictures / f"{clip.stem}-{how.replace(' ', '_')}", frames, ways[1])


def _again(closer: OnnxDetector, request: LookAgain, ring: FrameRing) -> LookedAgain:
    return look_again(request, ring, closer)


class _Detected:
    """Looks at each picture once, however often it is asked, and knows how long one took."""

    def __init__(self, detector: OnnxDetector) -> None:
        self._detector = detector
        self._known: dict[datetime, tuple[Detection, ...]] = {}
        self.spent_s = 0.0

    def __call__(self, frame: Frame) -> tuple[Detection, ...]:
        """What is in a picture."""
        if frame.at not in self._known:
            begun = processor_s()
            self._known[frame.at] = self._detector.detect(frame.image)
            self.spent_s += processor_s() - begun
        return self._known[frame.at]

    @property
    def look_ms(self) -> float:
        """Milliseconds of processor time for one."""
        return 1000 * self.spent_s / max(1, len(self._known))


def _cost(frames: list[Frame], detect: _Detected, watched: Watched) -> str:
    """What looks cost a camera-minute, each way, and what of it is the comparison."""
    begun = processor_s()
    small = [compared(frame.image) for frame in frames]
    for before, now in pairwise(small):
        unlike(before, now)
    compare_ms = 1000 * (processor_s() - begun) / len(frames)
    minute = MINUTE / SWEEP
    made = minute * (1 - watched.held) * detect.look_ms + minute * compare_ms
    return (
        f"; a look {detect.look_ms:.1f} ms, a comparison {compare_ms:.2f} ms; "
        f"{minute * detect.look_ms:.0f} and {made:.0f} ms a camera-minute"
    )


def _hurried(zone: Zone) -> Zone:
    rules = {kind: replace(rule, interval=MINUTE, final_grace=MINUTE) for kind, rule in zone.rules.items()}
    return replace(zone, rules=rules)


def _line(clip: Path, how: str, always: Watched, held: Watched) -> str:
    differ, seconds = apart(always, held)
    margins = [seen.unchanged for seen, _ in held.looks if seen.unchanged is not None]
    return (
        f"{clip.name:34} {how:16} {len(always.stages):3} stages, {len(differ)} in one only, {seconds:.1f} s apart; "
        f"held {held.held:.2f} of {len(held.looks)} looks, margin {min(margins, default=0):.2f} to "
        f"{max(margins, default=0):.2f}{'; ' + str(differ) if differ else ''}"
    )


def _draw(path: Path, frames: list[Frame], watched: Watched) -> None:
    """The looks that held with the least margin, and the last picture detected before each, side by side."""
    path.parent.mkdir(parents=True, exist_ok=True)
    images = {frame.at: frame.image for frame in frames}
    last, pairs = None, []
    for seen, _ in watched.looks:
        if seen.unchanged is None:
            last = seen
        elif last is not None:
            pairs.append((seen.unchanged, last.at, seen))
    for number, (margin, before, seen) in enumerate(sorted(pairs, key=lambda pair: pair[0])[:3]):
        pair = np.hstack([images[before], images[seen.at]])
        cv2.imwrite(f"{path}-held-{number}-{margin:.2f}.jpg", pair)


if __name__ == "__main__":
    main()
