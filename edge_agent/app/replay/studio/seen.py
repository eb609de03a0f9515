"""Seen: the detection log under the drawing, read once, and written where there is none yet.

Detecting takes as long as it takes; whatever is in the log so far can be looked at and folded meanwhile, and a run that
is stopped goes on where it ended.
"""

from __future__ import annotations

from bisect import bisect_left
from threading import Event as Flag
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.detection_log import read_header
from edge_agent.app.replay.replay import Assumed, assumed_of_all
from edge_agent.app.replay.stories import events_of
from edge_agent.app.stream.recording import detected
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import FrameSeen
from edge_agent.core.geometry import Point
from edge_agent.core.track.tracker import TrackMemory, track
from edge_agent.web.exchange import NotFoundError
from edge_agent.web.views import DetectionView, LookView, SeenView

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from edge_agent.app.stream.recording import Recording
    from edge_agent.core.events import Event
    from edge_agent.core.geometry import Box
    from edge_agent.core.site.policy import Policy

TRAIL: Final = 30  # looks before the moment, of which trails are drawn
SHOWN: Final = 3  # looks in a trail, at least


class SeenLog:
    """What was seen by one camera.

    Args:
        path: The log; written by ``detect`` where it may be.
        parts: The files of it, in order, where it was given and is several.
        started: The instant of second 0, where no log says it yet.
        recording: What to detect in; None where the log was given, or there is nothing to detect in.
    """

    def __init__(
        self, path: Path, started: datetime, recording: Recording | None, parts: tuple[Path, ...] = ()
    ) -> None:
        self._path = path
        self._parts = parts or (path,)
        self._started = started
        self._recording = recording
        self._events: tuple[Event, ...] = ()
        self._assumed = Assumed()
        self._size = -1
        self._stop = Flag()
        self._thread: Thread | None = None
        self._trouble: str | None = None
        self._lock = Lock()

    @property
    def path(self) -> Path:
        """The log, which may not be there yet."""
        return self._path

    @property
    def started(self) -> datetime:
        """The instant of second 0."""
        return read_header(self._path).started if self._path.exists() else self._started

    def events(self) -> tuple[Event, ...]:
        """All that is in the log so far; nothing where there is none."""
        with self._lock:
            size = sum(each.stat().st_size for each in self._parts if each.exists())
            if size != self._size:
                self._events = tuple(events_of(self._parts)) if size else ()
                self._assumed = assumed_of_all(self._parts) if size else Assumed()
                self._size = size
            return self._events

    def assumed(self) -> Assumed:
        """What a fold of it assumes of the speaker: what the log does not say itself."""
        self.events()
        return self._assumed

    def view(self, total_s: float | None) -> SeenView:
        """How far it has come."""
        events = self.events()
        return SeenView(
            running=self._thread is not None and self._thread.is_alive(),
            given=self._recording is None,
            through_s=(events[-1].at - self.started).total_seconds() if events else 0.0,
            total_s=total_s,
            trouble=self._trouble,
        )

    def start(self) -> None:
        """Detect from where the log ends, on a thread of its own; nothing where that is going on."""
        recording = self._recording
        if recording is None:
            raise NotFoundError(f"{self._path}: nothing to detect in, the log was given or the camera is a stream")
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._stop.clear()
                self._trouble = None
                self._thread = Thread(target=self._detect, args=(recording,), name="studio-detect", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Stop detecting after the look that is being made."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def look(self, at_s: float, policy: Policy) -> LookView:
        """The look nearest to the moment, and the way that each thing in it came."""
        looks = [event for event in self._around(at_s) if isinstance(event, FrameSeen)]
        if not looks:
            return LookView(at_s=None, detections=(), trails=())
        last = looks[-1]
        return LookView(
            at_s=(last.at - self.started).total_seconds(),
            detections=tuple(
                DetectionView(label=detection.label, score=detection.score, box=sides(detection.box))
                for detection in last.detections
                if detection.score >= policy.seeing.keep_score
            ),
            trails=_trails(looks, policy),
        )

    def _around(self, at_s: float) -> tuple[Event, ...]:
        """The events up to the one nearest to the moment, as many as a trail needs."""
        events, started = self.events(), self.started
        after = bisect_left(events, at_s, key=lambda event: (event.at - started).total_seconds())
        if after == len(events) or (after > 0 and self._nearer(events[after - 1], events[after], at_s)):
            after -= 1
        return events[max(0, after + 1 - TRAIL) : after + 1]

    def _nearer(self, before: Event, after: Event, at_s: float) -> bool:
        earlier, later = ((event.at - self.started).total_seconds() for event in (before, after))
        return at_s - earlier < later - at_s

    def _detect(self, recording: Recording) -> None:
        try:
            for _ in detected(recording, self._path):
                if self._stop.is_set():
                    return
        except OutsideError as error:
            self._trouble = str(error)


def sides(box: Box) -> tuple[float, float, float, float]:
    """A box as the page has it."""
    return box.x0, box.y0, box.x1, box.y1


def _trails(looks: list[FrameSeen], policy: Policy) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Where the foot of each thing at the last look, that some kind is made of, was before; oldest first."""
    standing = frozenset(label for kind in policy.kinds.values() for label in kind.labels | kind.containers)
    memory = TrackMemory()
    feet: dict[int, list[Point]] = {}
    now: set[int] = set()
    for look in looks:
        matters = tuple(matching for matching in look.detections if matching.label in standing)
        memory, seen = track(memory, matters, look.at, policy)
        now = {each.id for each in seen}
        for each in seen:
            feet.setdefault(each.id, []).append(each.box.foot)
    return tuple(tuple((p.x, p.y) for p in feet[each]) for each in sorted(now) if len(feet[each]) >= SHOWN)
