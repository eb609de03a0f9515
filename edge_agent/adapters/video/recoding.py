"""A copy of a recording as a camera would send it: other size, other rate, keyframes so far apart.

Pictures are squeezed to the size asked for, so that what lies at a fraction of the picture still does. Between two
pictures of a slower recording the missing ones are blended, for a repeated picture would cost a decoder nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import av
import cv2
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from edge_agent.ports import Frame

Picture = NDArray[np.uint8]
Touch = Callable[[float, Picture], Picture]
_OPTIONS: Final = {"preset": "veryfast", "sc_threshold": "0", "crf": "26"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamShape:
    """How a copy is coded: width and height in pixels, pictures a second, seconds from keyframe to keyframe.

    ``between``: at most so many pictures lie between two that they refer to; without, as most cameras code, no picture
    waits for a later one.
    """

    size: tuple[int, int]
    rate: int = 25
    keyframes_s: int = 2
    between: int = 0


def recode(frames: Iterable[Frame], to: Path, shape: StreamShape, *, touch: Touch | None = None) -> float:
    """Write ``frames`` to ``to`` and return the length in seconds, a whole number of keyframe spans.

    ``touch`` may change each picture, given its time from the first one on.

    Raises:
        OutsideError: The file cannot be written, or this build of FFmpeg cannot code H.264.
    """
    group = shape.rate * shape.keyframes_s
    written = 0
    try:
        with av.open(str(to), "w") as container:
            options = _OPTIONS | {"g": str(group), "keyint_min": str(group), "bf": str(shape.between)}
            stream = container.add_stream("libx264", rate=shape.rate, options=options)
            stream.width, stream.height = shape.size
            stream.pix_fmt = "yuv420p"
            for picture in _whole_groups(_even(frames, shape), group):
                shown = picture if touch is None else touch(written / shape.rate, picture)
                coded = av.VideoFrame.from_ndarray(shown, format="bgr24").reformat(format="yuv420p")
                coded.pts, coded.time_base = written, Fraction(1, shape.rate)
                container.mux(stream.encode(coded))
                written += 1
            container.mux(stream.encode())
    except (FFmpegError, ValueError) as error:
        raise OutsideError(f"{to}: cannot be written as H.264: {error}") from error
    return written / shape.rate


def decoded(path: Path) -> Iterator[int]:
    """Decode every picture of a file and do nothing with it; their numbers, from 0."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for number, _ in enumerate(container.decode(stream)):
            yield number


def _even(frames: Iterable[Frame], shape: StreamShape) -> Iterator[Picture]:
    """Pictures of the right size at an even rate, blended where the recording has none at that instant."""
    before: tuple[float, Picture] | None = None
    first, n = None, 0
    for frame in frames:
        first = first or frame.at
        here = (frame.at - first).total_seconds()
        picture = cv2.resize(frame.image, shape.size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        before = before or (here, picture)
        while n / shape.rate <= here:
            yield _between(before, (here, picture), n / shape.rate)
            n += 1
        before = here, picture


def _between(before: tuple[float, Picture], after: tuple[float, Picture], at: float) -> Picture:
    span = after[0] - before[0]
    weight = 1.0 if span <= 0 else (at - before[0]) / span
    return cv2.addWeighted(before[1], 1 - weight, after[1], weight, 0).astype(np.uint8, copy=False)


def _whole_groups(pictures: Iterator[Picture], group: int) -> Iterator[Picture]:
    """All of them but the last group, if it is not whole."""
    held: list[Picture] = []
    for picture in pictures:
        held.append(picture)
        if len(held) == group:
            yield from held
            held = []
