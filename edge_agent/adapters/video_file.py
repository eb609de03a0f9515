"""A video file as a source of looks, on its own timeline.

The time of a frame is its presentation timestamp, never a count of frames: recordings skip, stutter and change
their rate. A looped file goes on where its last frame ended::

    file      |0 ... 79.5 s|
    looped    |0 ... 79.5 s|79.5 ... 159 s|159 ...      at = started + n * duration + (pts - first pts)

Instants are whole microseconds of media time throughout, so the looks after a resume are exactly those an
unbroken run would have taken.

Of H.264 only what a look needs is decoded (`core.needed`). Should a picture that is due not come out of it, all that
follows in that round is decoded.

What I dislike about it: the container is read through once at the start (no decoding), to learn where it ends and
whether all of it is there. That is milliseconds for a clip and seconds for a day's recording.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

import av
import numpy as np

from edge_agent.core.due import Due, MissedError
from edge_agent.core.errors import BadInputError
from edge_agent.core.h264 import length_size, read_unit
from edge_agent.core.needed import Coded, needed
from edge_agent.core.picture import colour_matrix
from edge_agent.ports import Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from fractions import Fraction
    from pathlib import Path

    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    from edge_agent.ports import Image

MICROSECOND: Final = timedelta(microseconds=1)
SHORTFALL_US: Final = 1_000_000  # a file may end this much before the length its header declares


@dataclass(frozen=True, slots=True, kw_only=True)
class _Extent:
    """What is in the file, in microseconds of its own timeline; ``sparing``: whether some of it need not be decoded."""

    first: int
    end: int
    size: tuple[int, int]
    whole: bool
    sparing: bool

    @property
    def length(self) -> int:
        return self.end - self.first


class VideoFile:
    """Looks at a recording, first to last, or round and round.

    Args:
        path: The file, in any container and coding that FFmpeg reads.
        started: The instant its first frame is dated.
        looks_per_second: How often a look is due; a slower file gives every frame.
        loops: Total media time, the file being repeated until then; None plays it once.
        skip_to: The last look already made; goes on with the look after it, and seeks there.

    Raises:
        BadInputError: The file is missing, empty or no video.
    """

    def __init__(
        self,
        path: Path,
        *,
        started: datetime,
        looks_per_second: float,
        loops: timedelta | None = None,
        skip_to: datetime | None = None,
    ) -> None:
        if looks_per_second <= 0:
            raise BadInputError(f"{path}: looks_per_second must be above 0, got {looks_per_second}")
        self._path = path
        self._started = started
        self._interval = round(1_000_000 / looks_per_second)
        self._extent = _measure(path)
        self._total = self._extent.length if loops is None else loops // MICROSECOND
        self._done = None if skip_to is None else (skip_to - started) // MICROSECOND

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture in pixels."""
        return self._extent.size

    @property
    def duration(self) -> timedelta:
        """Media time of the file played once: its last timestamp plus that frame's duration."""
        return self._extent.length * MICROSECOND

    def frames(self) -> Iterator[Frame]:
        """Every frame due for a look, dated; only these are converted to BGR.

        Raises:
            BadInputError: The file breaks off or cannot be decoded; what came before has been given.
        """
        last = self._done
        lap = max(0, last or 0) // self._extent.length
        skip = 0 if last is None else max(0, last - lap * self._extent.length)
        while lap * self._extent.length < self._total:
            for offset, picture in self._looks(lap, skip, last):
                last = offset
                again = partial(_image, picture)
                yield Frame(at=self._started + last * MICROSECOND, image=again(), again=again)
            lap, skip = lap + 1, 0

    def frame_at(self, instant: datetime) -> Frame | None:
        """The first picture at or after ``instant``, in whichever round of the file; None where there is none left.

        Raises:
            BadInputError: The file breaks off before it or cannot be decoded.
        """
        offset = max(0, (instant - self._started) // MICROSECOND)
        lap, skip = divmod(offset, self._extent.length)
        found = next(self._lap(skip, None), None)
        if found is None:
            return None
        within, picture = found
        return Frame(at=self._started + (lap * self._extent.length + within) * MICROSECOND, image=_image(picture))

    def _looks(self, lap: int, skip: int, last: int | None) -> Iterator[tuple[int, VideoFrame]]:
        """The looks of one round, each with its place in the whole run; ``last`` is that of the look before."""
        begin = lap * self._extent.length
        before = None if last is None else last - begin
        due = Due(self._interval, before, skip=skip, until=self._total - begin)
        if self._extent.sparing:
            try:
                yield from ((begin + within, picture) for within, picture in self._foreseen(due))
            except MissedError:
                due = due.again()
            else:
                return
        for within, picture in self._lap(skip, None):  # from where it began: not every container finds a place again
            if due.takes(within):
                yield begin + within, picture

    def _foreseen(self, due: Due) -> Iterator[tuple[int, VideoFrame]]:
        """The looks of one round, decoding no more than they need; raises MissedError where that does not do."""
        for within, picture in self._lap(due.skip, due.foresees):
            if picture.interlaced_frame:  # its fields may lie in two packets
                raise MissedError
            if due.meets(within):
                yield within, picture
        due.close()

    def _lap(self, skip: int, due: Callable[[int], bool] | None) -> Iterator[tuple[int, VideoFrame]]:
        """The frames of one round from ``skip`` microseconds on, each with its place in the file.

        All of them, or those that are ``due`` and some more.
        """
        within = 0
        try:
            with _opened(self._path) as (container, stream):
                stream.thread_type = "AUTO"
                if skip > 0:
                    _seek(container, stream, self._extent.first + skip)
                packets = container.demux(stream) if due is None else self._needed(container, stream, due)
                for picture in _decoded(packets, stream):
                    if picture.pts is None or picture.is_corrupt:
                        continue
                    within = _microseconds(picture.pts, stream.time_base) - self._extent.first
                    if within >= skip:
                        yield within, picture
        except av.FFmpegError as error:
            raise BadInputError(f"{self._path}: {_broken(within)}: {_reason(error)}") from error
        if not self._extent.whole:
            raise BadInputError(f"{self._path}: {_broken(self._extent.length)}: the file is truncated")

    def _needed(
        self, container: InputContainer, stream: VideoStream, due: Callable[[int], bool]
    ) -> Iterator[Packet[VideoStream] | None]:
        """The packets that must be decoded for the looks that are due."""
        length = length_size(stream.codec_context.extradata or b"")
        yield from needed(
            (
                Coded(
                    packet,
                    _microseconds(packet.pts, stream.time_base) - self._extent.first,
                    read_unit(bytes(packet), length),
                )
                for packet in container.demux(stream)
                if packet.pts is not None
            ),
            due,
        )
        yield None


def _image(picture: VideoFrame) -> Image:
    picture.colorspace = colour_matrix(picture.colorspace)
    return picture.to_ndarray(format="bgr24").astype(np.uint8, copy=False)


def _decoded(packets: Iterator[Packet[VideoStream] | None], stream: VideoStream) -> Iterator[VideoFrame]:
    for packet in packets:
        yield from stream.decode(packet)


def _measure(path: Path) -> _Extent:
    """Read every packet's timestamps, decode none; a file that breaks off is measured up to there."""
    if not path.is_file():
        what = "is a folder, expected a video file" if path.is_dir() else "no such file"
        raise BadInputError(f"{path}: {what}")
    if path.stat().st_size == 0:
        raise BadInputError(f"{path}: the file is empty, expected a video")
    try:
        with _opened(path) as (container, stream):
            return _extent(container, stream, path)
    except av.FFmpegError as error:
        raise BadInputError(f"{path}: cannot be read as a video: {_reason(error)}") from error


def _extent(container: InputContainer, stream: VideoStream, path: Path) -> _Extent:
    first, end, whole, sparing = None, 0, True, stream.codec_context.name == "h264"
    try:
        for packet in container.demux(stream):
            if packet.pts is None:
                sparing = sparing and packet.size == 0  # the last of all is empty
                continue
            whole = not packet.is_corrupt  # the last packet of a file that was cut is not all there
            if packet.is_corrupt:
                continue
            start = _microseconds(packet.pts, stream.time_base)
            first = start if first is None else min(first, start)
            end = max(end, start + _span(packet.duration, stream))
    except av.FFmpegError:
        whole = False
    if first is None or end <= first:
        raise BadInputError(f"{path}: cannot be read as a video: it holds no pictures")
    whole = whole and _declared(container, stream) - (end - first) <= SHORTFALL_US
    return _Extent(first=first, end=end, size=(stream.width, stream.height), whole=whole, sparing=sparing and whole)


def _declared(container: InputContainer, stream: VideoStream) -> int:
    """The length that the header promises, 0 where it promises none (transport streams, raw video)."""
    if stream.duration is not None:
        return _microseconds(stream.duration, stream.time_base)
    # Matroska declares it for the file, not the stream; elsewhere FFmpeg guesses it from the bit rate.
    alone = len(container.streams) == 1 and "matroska" in container.format.name
    return container.duration if alone and container.duration is not None else 0


@contextmanager
def _opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    with av.open(str(path)) as container:
        if not container.streams.video:
            raise BadInputError(f"{path}: holds no video stream")
        yield container, container.streams.video[0]


def _seek(container: InputContainer, stream: VideoStream, to: int) -> None:
    """Go to the keyframe before ``to``; where the container cannot, decoding from the start does as well."""
    try:
        container.seek(int(to / 1_000_000 / _time_base(stream.time_base)), stream=stream, backward=True)
    except av.FFmpegError:
        container.seek(0)


def _span(duration: int | None, stream: VideoStream) -> int:
    """How long one frame lasts; the nominal rate where the container does not say."""
    if duration:
        return _microseconds(duration, stream.time_base)
    return round(1_000_000 / stream.average_rate) if stream.average_rate else 0


def _microseconds(ticks: int, time_base: Fraction | None) -> int:
    return round(ticks * _time_base(time_base) * 1_000_000)


def _time_base(time_base: Fraction | None) -> Fraction:
    if time_base is None:  # FFmpeg sets it for every stream it could open
        raise BadInputError("cannot be read as a video: the stream has no time base")
    return time_base


def _broken(within: int) -> str:
    return f"can be read up to {within / 1_000_000:.1f} s only"


def _reason(error: av.FFmpegError) -> str:
    return error.strerror or type(error).__name__
