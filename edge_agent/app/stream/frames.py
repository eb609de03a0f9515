"""The last few pictures of a camera: evidence, and the second look, are taken from them.

Most are never asked for. So where a picture can be made again from what was decoded, that is kept: a picture of Full HD
is 6 MB, and 3 MB as decoded. Evidence is of the newest look, so only that can still be had at the stream's full size:
the decoded picture behind it is let go with the next.

The second look (自动二次识别): before anything is said, look again, closer, at the last few pictures.

A nano detector at full-picture scale takes a shadow for a car now and then. Before a warning, the spot is cropped from
the full-resolution pictures and shown to the detector again at a larger scale; ``confirm`` of them must show a thing of
the same labels at the same place. Pictures of several instants say more than one picture cut in several
ways, and they are at hand: the ring of frames that evidence is taken from.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Final

from edge_agent.core.detect.vote import Evidence, voted, weight_of
from edge_agent.core.events import OBJECT, LookedAgain
from edge_agent.core.geometry import Box, intersection
from edge_agent.ports import Frame

if TYPE_CHECKING:
    from datetime import datetime

    from edge_agent.core.effects import LookAgain
    from edge_agent.core.events import Detection
    from edge_agent.core.teach.taught import Judgement
    from edge_agent.ports import Detector, Image

SIZE: Final = 4  # the second look wants three, and one may have come since it was asked for


@dataclass(frozen=True, slots=True)
class StoredFrame:
    """A picture that may have to be made again, and the media time it shows."""

    at: datetime
    made: Callable[[], Image]
    full: Callable[[], Image] | None = None

    @property
    def image(self) -> Image:
        """The picture, made when it is asked for."""
        return self.made()

    @property
    def whole(self) -> Image:
        """The picture at the stream's own size, where that can still be had."""
        return self.made() if self.full is None else self.full()


class FrameRing:
    """Keeps the last ``size`` looks' frames in the order of their media time."""

    def __init__(self, size: int = SIZE) -> None:
        self._frames: deque[StoredFrame] = deque(maxlen=size)
        self._lock = Lock()

    def keep(self, frame: Frame) -> None:
        """Keep a frame, later than all before it; the oldest falls out of a full ring."""
        stored = StoredFrame(frame.at, frame.again or partial(_same, frame.image), frame.full)
        with self._lock:
            if self._frames:
                self._frames[-1] = replace(self._frames[-1], full=None)
            self._frames.append(stored)

    def at(self, instant: datetime) -> Frame | None:
        """The frame nearest to ``instant``, the earlier of two as near; None while there is none."""
        with self._lock:
            nearest = min(self._frames, key=lambda frame: abs(frame.at - instant), default=None)
        return None if nearest is None else Frame(at=nearest.at, image=nearest.image, full=nearest.full)

    def last(self, count: int, *, until: datetime) -> tuple[StoredFrame, ...]:
        """The newest pictures not later than ``until``, at most ``count``, oldest first."""
        with self._lock:
            seen = [frames for frames in self._frames if frames.at <= until]
        return tuple(seen[-count:]) if count > 0 else ()


def _same(image: Image) -> Image:
    return image


MARGIN: Final = 1.0  # of the box, on each side
MIN_SIDE: Final = 0.25  # of the picture: a smaller crop shows a thing without its surroundings
OVERLAP: Final = 0.3  # of the smaller of the two boxes


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """Who is heard at a second look besides the detector: what has ``appeared``, and the taught classifier."""

    appeared: Callable[[Box], bool] = lambda _box: False
    judge: Callable[[Callable[[], Image], Box], Judgement | None] = lambda _picture, _box: None


NOBODY: Final = Others()


def look_again(
    request: LookAgain,
    ring: FrameRing,
    detector: Detector,
    objects: tuple[Box, ...] = (),
    others: Others = NOBODY,
) -> LookedAgain:
    """Look at the last pictures of the spot and say how many agree; after a restart there may be fewer of them.

    Where an ``object`` would do, one of ``objects`` in its place agrees for all pictures: that it is there follows from
    the last minutes, and a detector that knows no name for it cannot see it closer either. ``others`` are heard too.
    """
    pictures = ring.last(request.confirm_of, until=request.at)
    stands = OBJECT in request.labels and any(same_place(box, request.box) for box in objects)
    scores = [1.0 if stands else shown(picture, request, detector) for picture in pictures]
    seen = Evidence(
        agreed=sum(score > 0 for score in scores),
        of=len(pictures),
        confirm=request.confirm,
        closer=sum(scores) / max(1, len(scores)),
        running=request.score,
        appeared=others.appeared(request.box),
    )
    judgement = others.judge(lambda: pictures[-1].whole, request.box) if pictures else None
    return answered(request, with_judgement(seen, judgement, request.labels))


def with_judgement(seen: Evidence, judgement: Judgement | None, labels: frozenset[str]) -> Evidence:
    """What was seen, and what the camera's taught classifier says of things of ``labels``, where it has one."""
    if judgement is None:
        return seen
    return replace(
        seen,
        taught=judgement.agrees(labels),
        mark=judgement.mark.value,
        examples=tuple(example.id for example in judgement.nearest),
        weight=weight_of(judgement.accuracy),
        allowed=judgement.allowed,
    )


def answered(request: LookAgain, evidence: Evidence) -> LookedAgain:
    """The answer to a request, by the vote of who was heard."""
    vote = voted(evidence)
    return LookedAgain(
        at=request.at,
        case=request.case,
        confirmed=vote.confirmed,
        agreed=evidence.agreed,
        of=evidence.of,
        witnesses=vote.witnesses,
    )


def shown(picture: StoredFrame, request: LookAgain, detector: Detector) -> float:
    """How surely a closer look at one picture finds the thing in its place; 0 where it does not."""
    window = crop_window(request.box)
    detections = detector.detect(cropped(picture.image, window))
    return max(
        (d.score for d in detections if d.label in request.labels and same_place(within(d, window), request.box)),
        default=0.0,
    )


def crop_window(box: Box) -> Box:
    """The part of the picture to look at: the box with its surroundings, inside the picture."""
    wide = box.grown(MARGIN)
    half_x, half_y = max(wide.width, MIN_SIDE) / 2, max(wide.height, MIN_SIDE) / 2
    x, y = wide.centre.x, wide.centre.y
    return Box(max(0.0, x - half_x), max(0.0, y - half_y), min(1.0, x + half_x), min(1.0, y + half_y))


def cropped(image: Image, window: Box) -> Image:
    """The pixels of ``window``."""
    height, width = image.shape[:2]
    rows = slice(int(window.y0 * height), max(int(window.y1 * height), int(window.y0 * height) + 1))
    columns = slice(int(window.x0 * width), max(int(window.x1 * width), int(window.x0 * width) + 1))
    return image[rows, columns]


def within(detection: Detection, window: Box) -> Box:
    """The box of a detection made in ``window``, in fractions of the whole picture."""
    box = detection.box
    return Box(
        window.x0 + box.x0 * window.width,
        window.y0 + box.y0 * window.height,
        window.x0 + box.x1 * window.width,
        window.y0 + box.y1 * window.height,
    )


def same_place(a: Box, b: Box) -> bool:
    """Whether two boxes are of one thing: they share enough of the smaller one."""
    return intersection(a, b) >= OVERLAP * min(a.area, b.area)
