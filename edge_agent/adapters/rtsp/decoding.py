"""From packets to pictures: keyframes only, or all of them while somebody is eager, and none that nobody wants.

::

    eager?            no      no      no  │ yes                  yes   no
    packets         K p p p K p p p K p p │ p K p p p p p p p p K p p  p  p K p p
    decoded         K       K       K     │   K p p p p p p p p K p p       K
                                          └ a picture needs all since its keyframe, so from the next one on

A keyframe is coded without reference to others, so one alone is decoded at once: the decoder, which might hold it
back to put pictures in order, is drained. Then it is asked whether anybody wants it before it costs a conversion. That
is one pass of swscale from the decoder's planes to BGR of the size asked for.

A damaged picture spoils all that refer to it. The decoder says so of the first only, so they are called damaged here
until a keyframe came through whole.

What I dislike about it: cameras that refresh by strips and never send a keyframe (*gradual decoder refresh*) show
nothing at all, and there is no way to see that coming.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from av.codec.context import Flags
from av.error import FFmpegError
from av.video.reformatter import VideoReformatter

from edge_agent.adapters.rtsp.arrivals import stamp
from edge_agent.core.stream.frame_statistics import COLUMNS, ROWS, FrameStatistics, colour_matrix, marks, statistics_of
from edge_agent.core.stream.unreal import TOO_MANY, unreal
from edge_agent.ports import DropCause

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.plane import VideoPlane
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    from edge_agent.adapters.rtsp.arrivals import Arrival

MOST_PIXELS: Final = 40_000_000  # of a picture: more than 8K; made-up parameters ask for any size, and memory for it
IN_QUARTERS: Final = frozenset({"yuv420p", "yuvj420p"})  # formats of three planes, two of them of a quarter each
STEP: Final = 2  # of the points of a small plane, one in so many each way is looked at
LUMA_FIRST: Final = frozenset(
    {"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "nv12", "nv21", "nv16", "gray"}
)  # formats whose first plane is 8 bits of brightness a pixel


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture, and whether the decoder had to guess parts of it, or of one that it refers to."""

    picture: VideoFrame
    damaged: bool


def uncounted(_cause: DropCause) -> None:
    """Do nothing about a picture that is dropped."""


class Decoder:
    """Decodes a stream's packets in their order.

    Args:
        stream: Opened for this decoder alone.
        eager: Whether all pictures are wanted now, or keyframes are enough.
        wanted: Whether the picture with this pts, keyframe or not, will be looked at.
        decoding: Is entered and left around the work of FFmpeg's decoder.
        dropped: Is called for each packet that cannot be decoded, and each picture that nobody wants.
    """

    def __init__(
        self,
        stream: VideoStream,
        *,
        eager: Callable[[], bool],
        wanted: Callable[[int, bool], bool],
        decoding: AbstractContextManager[object] | None = None,
        dropped: Callable[[DropCause], None] = uncounted,
    ) -> None:
        self._context = stream.codec_context
        self._context.thread_count = 1  # a picture a second needs no threads, and they would hold back pictures
        self._context.flags |= Flags.copy_opaque
        self._context.options = {"max_pixels": str(MOST_PIXELS)}
        self._eager = eager
        self._wanted = wanted
        self._decoding = decoding or nullcontext()
        self._following = False
        self._damaged = False
        self._dropped = dropped

    @property
    def following(self) -> bool:
        """Whether more than keyframes are decoded now."""
        return self._following

    def pictures(self, arrival: Arrival) -> Iterator[Decoded]:
        """The wanted pictures that a packet completes; the ``opaque`` of each is the stamp of its own packet."""
        if arrival.packet.is_keyframe:
            yield from self._from_keyframe(arrival)
        elif self._following and self._eager():
            yield from self._followed(arrival)
        else:
            self._following = False

    def _from_keyframe(self, arrival: Arrival) -> Iterator[Decoded]:
        followed, self._following = self._following, self._eager()
        if self._following:
            if not followed:
                self._context.flush_buffers()
            yield from self._followed(arrival)
        elif self._is_wanted(arrival.packet.pts, keyframe=True):
            self._context.flush_buffers()
            yield from self._decoded(arrival) or self._decoded(None)

    def _followed(self, arrival: Arrival) -> Iterator[Decoded]:
        for decoded in self._decoded(arrival):
            if self._is_wanted(decoded.picture.pts, keyframe=decoded.picture.key_frame):
                yield decoded

    def _decoded(self, arrival: Arrival | None) -> list[Decoded]:
        packet = None
        if arrival is not None:
            packet = arrival.packet
            packet.opaque = stamp(arrival)
        try:
            with self._decoding:
                pictures = self._context.decode(packet)
        except FFmpegError:
            self._dropped(DropCause.UNDECODABLE)
            self._damaged = True
            return []
        return [self._judged(picture, packet) for picture in pictures]

    def _judged(self, picture: VideoFrame, packet: Packet[VideoStream] | None) -> Decoded:
        spoilt = picture.is_corrupt or (packet is not None and packet.is_corrupt)
        self._damaged = spoilt or (self._damaged and not picture.key_frame)
        return Decoded(picture, self._damaged)

    def _is_wanted(self, pts: int | None, *, keyframe: bool) -> bool:
        wanted = pts is not None and self._wanted(pts, keyframe)
        if not wanted:
            self._dropped(DropCause.UNWANTED)
        return wanted


class Converter:
    """Turns decoded pictures into what is looked at; ``fit`` is the largest width and height it gives, or None."""

    def __init__(self, fit: tuple[int, int] | None) -> None:
        self._fit = fit
        self._reformatter = VideoReformatter()

    def image(self, picture: VideoFrame) -> NDArray[np.uint8]:
        """BGR, shrunk to fit with its aspect kept, never enlarged."""
        picture.colorspace = colour_matrix(picture.colorspace)
        width, height = fitted((picture.width, picture.height), self._fit)
        shrunk = self._reformatter.reformat(
            picture, width=width, height=height, format="bgr24", interpolation="FAST_BILINEAR", threads=1
        )
        return shrunk.to_ndarray().astype(np.uint8, copy=False)

    def statistics(self, picture: VideoFrame) -> FrameStatistics:
        """Its brightness at a glance, from the luma plane as decoded."""
        luma = _luma(picture)
        grey = cv2.resize(luma, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
        return statistics_of(grey.astype(np.uint8, copy=False), marks(luma))


def made_up(picture: VideoFrame) -> bool:
    """Whether so much of a picture has colours that cannot be that a decoder must have made them up."""
    if picture.format.name not in IN_QUARTERS:
        return False
    luma, blue, red = (_rows(plane, plane.height, plane.width) for plane in picture.planes)
    height, width = blue.shape[0] // STEP, blue.shape[1] // STEP  # of the points that are looked at
    if not height or not width:
        return False
    coarse = [plane[::STEP][:height, ::STEP][:, :width] for plane in (luma[::2, ::2], blue, red)]
    return unreal(*coarse) > TOO_MANY


def full_size(picture: VideoFrame) -> NDArray[np.uint8]:
    """BGR of the picture's own size; what was decoded is kept for as long as this may be asked for."""
    return Converter(None).image(picture)


def fitted(size: tuple[int, int], fit: tuple[int, int] | None) -> tuple[int, int]:
    """The largest size with the aspect of ``size`` inside ``fit``; ``size`` itself where that is smaller."""
    if fit is None:
        return size
    scale = min(1.0, fit[0] / size[0], fit[1] / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _luma(picture: VideoFrame) -> NDArray[np.uint8]:
    """Height × width of brightness; a view into the decoder's own plane where it has one of bytes."""
    if picture.format.name not in LUMA_FIRST:
        picture.colorspace = colour_matrix(picture.colorspace)
        return picture.reformat(format="gray").to_ndarray().astype(np.uint8, copy=False)
    return _rows(picture.planes[0], picture.height, picture.width)


def _rows(plane: VideoPlane, height: int, width: int) -> NDArray[np.uint8]:
    rows: NDArray[np.uint8] = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[:height, :width]
