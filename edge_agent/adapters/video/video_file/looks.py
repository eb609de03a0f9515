"""A video file as a source of looks, on its own timeline.

The time of a frame is its presentation timestamp, never a count of frames: recordings skip, stutter and change
their rate. A looped file goes on where its last frame ended::

    file      |0 ... 79.5 s|
    looped    |0 ... 79.5 s|79.5 ... 159 s|159 ...      at = started + n * duration + (pts - first pts)

Instants are whole microseconds of media time throughout, so the looks after a resume are exactly those an
unbroken run would have taken.

Of H.264 only what a look needs is decoded (`core.needed`). Should a picture that is due not come out of it, all that
follows in that round is decoded.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

import av
import numpy as np

from edge_agent.adapters.video.video_file.packets import (
    broken,
    decoded,
    joined,
    measure,
    microseconds,
    opened,
    reason,
    second,
    seek,
    whole,
)
from edge_agent.core.errors import BadInputError
from edge_agent.core.stream.frame_statistics import colour_matrix
from edge_agent.core.stream.sparse_decoding import Coded, Due, MissedError, length_size, needed, read_unit
from edge_agent.core.stream.unbroken import Account, Unbroken
from edge_agent.ports import Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    from edge_agent.ports import Image

MICROSECOND: Final = timedelta(microseconds=1)


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
        self._extent = measure(path)
        self._total = self._extent.length if loops is None else loops // MICROSECOND
        self._done = None if skip_to is None else (skip_to - started) // MICROSECOND
        self.missing: list[tuple[timedelta, timedelta]] = []  # where looks were due and nothing could be decoded

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
                again = partial(_image, picture, self._extent.turned)
                yield Frame(at=self._started + last * MICROSECOND, image=again(), again=again)
            lap, skip = lap + 1, 0

    def frame_at(self, instant: datetime) -> Frame | None:
        """The first picture at or after ``instant``, in whichever round of the file; None where there is none left.

        Raises:
            BadInputError: The file breaks off before it or cannot be decoded.
        """
        offset = max(0, (instant - self._started) // MICROSECOND)
        lap, skip = divmod(offset, self._extent.length)
        frame = next(self._lap(skip, None), None)
        if frame is None:
            return None
        within, picture = frame
        return Frame(
            at=self._started + (lap * self._extent.length + within) * MICROSECOND,
            image=_image(picture, self._extent.turned),
        )

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
        account = Account(self._interval, due.last)
        for within, picture in self._lap(
            skip, None, account
        ):  # from where it began: not every container finds it again
            if due.takes(within):
                account.looked(within)
                yield begin + within, picture
        account.close(min(self._extent.length, self._total - begin))
        self.missing += [((begin + a) * MICROSECOND, (begin + b) * MICROSECOND) for a, b in account.missing]

    def _foreseen(self, due: Due) -> Iterator[tuple[int, VideoFrame]]:
        """The looks of one round, decoding no more than they need; raises MissedError where that does not do."""
        for within, picture in self._lap(due.skip, due.foresees):
            if picture.interlaced_frame:  # its fields may lie in two packets
                raise MissedError
            if due.meets(within):
                yield within, picture
        due.close()

    def _lap(
        self, skip: int, due: Callable[[int], bool] | None, account: Account | None = None
    ) -> Iterator[tuple[int, VideoFrame]]:
        """The frames of one round from ``skip`` microseconds on, each with its place in the file.

        All of them, or those that are ``due`` and some more; not those that are spoilt, nor what refers to them up to
        the next whole keyframe, as with a live camera. The ``account`` hears what the file holds and what came of it.
        """
        within = 0
        try:
            with opened(self._path) as (container, stream):
                stream.thread_type = "AUTO"
                if skip > 0 and self._extent.parts == 1:
                    seek(container, stream, self._extent.first + skip)
                packets = (
                    self._packets(container, stream, account) if due is None else self._needed(container, stream, due)
                )
                for picture in whole(decoded(packets, stream), every=due is None):
                    within = microseconds(picture.pts or 0, stream.time_base) - self._extent.first
                    if account is not None:
                        account.shown(within)
                    if within >= skip:
                        yield within, picture
        except av.FFmpegError as error:
            raise BadInputError(f"{self._path}: {broken(within)}: {reason(error)}") from error
        if not self._extent.whole:
            raise BadInputError(f"{self._path}: {broken(self._extent.length)}: the file is truncated")

    def _packets(
        self, container: InputContainer, stream: VideoStream, account: Account | None
    ) -> Iterator[Packet[VideoStream]]:
        """All of them; the account is told of each picture that is shown."""
        for packet in joined(container, stream, Unbroken(second(stream))):
            if account is not None and packet.pts is not None and not packet.is_discard:
                account.coded(microseconds(packet.pts, stream.time_base) - self._extent.first)
            yield packet

    def _needed(
        self, container: InputContainer, stream: VideoStream, due: Callable[[int], bool]
    ) -> Iterator[Packet[VideoStream] | None]:
        """The packets that must be decoded for the looks that are due."""
        length = length_size(stream.codec_context.extradata or b"")
        yield from needed(
            (
                Coded(
                    packet,
                    microseconds(packet.pts, stream.time_base) - self._extent.first,
                    read_unit(bytes(packet), length),
                )
                for packet in joined(container, stream, Unbroken(second(stream)))
                if packet.pts is not None
            ),
            due,
        )
        yield None


def _image(picture: VideoFrame, turned: int) -> Image:
    picture.colorspace = colour_matrix(picture.colorspace)
    image = picture.to_ndarray(format="bgr24").astype(np.uint8, copy=False)
    return np.ascontiguousarray(np.rot90(image, turned)) if turned else image
