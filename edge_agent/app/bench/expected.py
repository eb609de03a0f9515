"""What should have been: the same street looked at five times a second, folded, and held against what was told.

The recording is detected once; every camera that showed it from another place on is then one more fold of that log.

Second looks at a recording, as an agent would make them that had looked at it five times a second.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.video.video_file import VideoFile
from edge_agent.app.bench.material import BEGINS
from edge_agent.app.folding import fold
from edge_agent.app.replay.replay import Assumed
from edge_agent.app.stream.frames import FrameRing, look_again
from edge_agent.core.effects import LookAgain, PublishIncident
from edge_agent.core.incident.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from edge_agent.core.effects import Effect
    from edge_agent.core.events import Event, FrameSeen, LookedAgain
    from edge_agent.core.site.site import Site
    from edge_agent.ports import Detector

TOLERANCE: Final = timedelta(seconds=4)  # two seconds, and one sweep
BEYOND: Final = timedelta(seconds=30)  # what is expected goes on after the last look, for ends that were decided sooner


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedStage:
    """One thing that happened to an incident, and when: for its end the last sighting, not when it was ``decided``."""

    zone: str
    kind: str
    type: str
    n: int | None
    at: datetime
    decided: datetime

    @property
    def name(self) -> tuple[str, str, str, int | None]:
        """What is to be the same; ``at`` may differ a little."""
        return (self.zone, self.kind, self.type, self.n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What was expected and what was told: stages that are in both, in one only, and how far apart the former were."""

    cameras: int
    same: int  # cameras whose stages all agree
    expected: int
    told: int
    missing: int
    extra: int
    worst_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedRecording:
    """A recording as it was seen: its looks, how long it is, and who answers where a second look is asked for.

    The answer is to a request, and to where in the recording it was made.
    """

    seen: tuple[FrameSeen, ...]
    length: timedelta
    again: Callable[[LookAgain, timedelta], LookedAgain]


def expected(
    shown: WatchedRecording, camera: str, site: Site, *, begin: datetime, end: datetime, phase: timedelta
) -> tuple[ExpectedStage, ...]:
    """The stages of one camera that shows the recording from ``phase`` on, from ``begin`` to ``end``."""
    world, stages = World(camera=camera), list[ExpectedStage]()

    def respond(effect: Effect) -> Event | None:
        if isinstance(effect, LookAgain):
            return shown.again(effect, (effect.at - begin + phase) % shown.length)
        return Assumed().respond(effect)

    for look in _round_and_round(shown, begin=begin, end=end, phase=phase):
        world, _, effects = fold(world, look, site, respond)
        events = (effect.event for effect in effects if isinstance(effect, PublishIncident))
        stages += (
            ExpectedStage(
                zone=event.zone,
                kind=event.kind,
                type=str(event.type),
                n=event.n,
                at=event.end or event.at,
                decided=event.at,
            )
            for event in events
        )
    return tuple(stages)


def _round_and_round(
    shown: WatchedRecording, *, begin: datetime, end: datetime, phase: timedelta
) -> Iterator[FrameSeen]:
    zero = shown.seen[0].at
    first = bisect_left(shown.seen, zero + phase, key=lambda look: look.at)
    lap = begin - phase - zero
    while True:
        for look in shown.seen[first:]:
            if look.at + lap > end:
                return
            yield replace(look, at=look.at + lap)
        first, lap = 0, lap + shown.length


def agreed(
    pairs: Iterable[tuple[tuple[ExpectedStage, ...], tuple[ExpectedStage, ...]]], *, until: datetime
) -> Agreement:
    """Hold what each camera told against what was expected of it; what the end cut off is held against nobody."""
    cameras = same = expected_all = told_all = missing = extra = 0
    worst = timedelta(0)
    for wanted, seen_stages in pairs:
        apart = _matched(wanted, seen_stages)
        lacking = [each for each in wanted if each not in apart and each.decided <= until - TOLERANCE]
        paired = {id(stage) for stage, _ in apart.values()}
        surplus = [each for each in seen_stages if id(each) not in paired and each.decided <= until - TOLERANCE]
        cameras, same = cameras + 1, same + (not lacking and not surplus)
        expected_all += sum(each in apart or each.decided <= until for each in wanted)
        told_all += len(seen_stages)
        missing, extra = missing + len(lacking), extra + len(surplus)
        worst = max((worst, *(span for _, span in apart.values())))
    return Agreement(
        cameras=cameras,
        same=same,
        expected=expected_all,
        told=told_all,
        missing=missing,
        extra=extra,
        worst_s=worst.total_seconds(),
    )


def _matched(
    wanted: tuple[ExpectedStage, ...], stages: tuple[ExpectedStage, ...]
) -> dict[ExpectedStage, tuple[ExpectedStage, timedelta]]:
    """Each expected stage with the first of that name that was told near enough to it and is still free."""
    free = list(stages)
    pairs = {}
    for each in wanted:
        near = [one for one in free if one.name == each.name and abs(one.at - each.at) <= TOLERANCE]
        if near:
            best = min(near, key=lambda one: abs(one.at - each.at))
            free.remove(best)
            pairs[each] = (best, abs(best.at - each.at))
    return pairs


REFERENCE: Final = 5.0  # looks a second
_BACK: Final = timedelta(seconds=1)  # in which there are more looks than any second look wants
_TICK: Final = timedelta(seconds=1 / REFERENCE)

_Asked = tuple[float, ...]


class SecondLooks:
    """Answers are kept: many cameras ask the same of the same moment."""

    def __init__(self, recording: Path, detector: Detector) -> None:
        self._recording = recording
        self._detector = detector
        self._known: dict[_Asked, LookedAgain] = {}

    def answer(self, request: LookAgain, within: timedelta) -> LookedAgain:
        """What the pictures up to ``within`` the recording say to a request."""
        box = request.box
        key = (round(within / _TICK), *(round(side, 2) for side in (box.x0, box.y0, box.x1, box.y1)))
        if key not in self._known:
            self._known[key] = self._looked(request, within)
        return replace(self._known[key], at=request.at, case=request.case)

    def _looked(self, request: LookAgain, within: timedelta) -> LookedAgain:
        until, ring = BEGINS + within, FrameRing()
        begin = until - _BACK if within > _BACK else None
        source = VideoFile(self._recording, started=BEGINS, looks_per_second=REFERENCE, skip_to=begin)
        for frame in source.frames():
            if frame.at > until:
                break
            ring.keep(frame)
        return look_again(replace(request, at=until), ring, self._detector)
