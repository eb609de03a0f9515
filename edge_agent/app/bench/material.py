"""What a bench looks at: copies of one recording, as cameras would send it.

For many cameras the street must be one on which something happens. So in the last part of every round whatever stands
in the zones is painted over with what lies beside them: it is seen to be gone, and comes back with the next round::

    |0 ───────── as recorded ───────── 100 s|─ painted over ─ 160 s|0 ──────── …
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.video.recoding import StreamShape, recode
from edge_agent.adapters.video.video_file import VideoFile
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from edge_agent.core.site.zones import Zone
    from edge_agent.ports import Frame

BEGINS: Final = datetime(2000, 1, 1, tzinfo=UTC)
SUB_STREAM: Final = StreamShape(size=(640, 360))
FULL_HD: Final = StreamShape(size=(1920, 1080))
ROUND: Final = timedelta(seconds=160)
SEEN: Final = timedelta(seconds=100)  # of each round
MARGIN: Final = 0.02  # of the picture, around a zone


def sub_stream(video: Path, to: Path, zones: Iterable[Zone], *, round_: timedelta = ROUND) -> timedelta:
    """A camera's small stream with a street on which things come and go; returns how long a round is."""
    seen_s = round_ * (SEEN / ROUND) / timedelta(seconds=1)
    areas = tuple(around(zone) for zone in zones)

    def touch(at_s: float, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return picture if at_s < seen_s else painted_over(picture, areas)

    return timedelta(seconds=recode(_lasting(video, round_), to, SUB_STREAM, touch=touch))


def full_hd(video: Path, to: Path, *, length: timedelta, between: int = 0) -> timedelta:
    """The recording in 1920×1080; returns how long the copy is. ``between`` is of its `Shape`."""
    return timedelta(seconds=recode(_lasting(video, length), to, replace(FULL_HD, between=between)))


def _lasting(video: Path, length: timedelta) -> Iterator[Frame]:
    """The recording again and again, and one picture more than is needed."""
    source = VideoFile(video, started=BEGINS, looks_per_second=60, loops=2 * length)
    if source.duration < timedelta(seconds=2 * SUB_STREAM.keyframes_s):
        raise BadInputError(f"{video}: lasts {source.duration.total_seconds():.1f} s, expected 4 s or more")
    yield from _until(source.frames(), lambda frame: frame.at - BEGINS <= length)


def _until(frames: Iterator[Frame], within: Callable[[Frame], bool]) -> Iterator[Frame]:
    for frame in frames:
        yield frame
        if not within(frame):
            return


def around(zone: Zone) -> tuple[float, float, float, float]:
    """The sides of the area that is painted over for a zone: left, top, right, bottom, in fractions."""
    xs, ys = [point.x for point in zone.polygon], [point.y for point in zone.polygon]
    return (
        max(0.0, min(xs) - MARGIN),
        max(0.0, min(ys) - 2 * MARGIN),
        min(1.0, max(xs) + MARGIN),
        min(1.0, max(ys) + MARGIN),
    )


def painted_over(picture: NDArray[np.uint8], areas: tuple[tuple[float, float, float, float], ...]) -> NDArray[np.uint8]:
    """A copy of a picture in which what lies beside some areas covers them."""
    painted = picture.copy()
    height, width = picture.shape[:2]
    for x0, y0, x1, y1 in areas:
        left, across = int(x0 * width), max(1, int((x1 - x0) * width))
        beside = left - across if left >= across else min(left + across, width - across)
        rows = slice(int(y0 * height), int(y1 * height))
        painted[rows, left : left + across] = picture[rows, max(0, beside) : max(0, beside) + across]
    return painted
