"""One session: a connection to a camera over RTSP and TCP, from opening it until it breaks.

FFmpeg's own RTSP client does the talking. Four things about the way it is asked are not obvious:

- The read timeout is FFmpeg's (``timeout``, counted from the last byte), not PyAV's, which is counted from the start
  of a picture and takes the interpreter's lock for every few bytes that arrive. PyAV's holds for opening only.
- Probing is short. What was read for it waits, and is dated later than it arrived; a camera's offer names its parameter
  sets anyway.
- FFmpeg's log stays off, since addresses stand in it with their logins.
- No ``fflags=nobuffer``: with it, the packets that were read to learn about the stream are thrown away, and with them
  the keyframe that the first look would have shown.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Final

import av
import cv2
from av.error import FFmpegError

from edge_agent.adapters.rtsp import faults
from edge_agent.adapters.rtsp.arrivals import Arrival, Stamp, arrivals
from edge_agent.adapters.rtsp.decoding import Converter, Decoded, Decoder, full_size, uncounted
from edge_agent.adapters.rtsp.line import Line, host_and_port, resolve
from edge_agent.adapters.rtsp.naps import Naps
from edge_agent.core.errors import Bug
from edge_agent.core.stream.pictures import CodedPicture, LiveFrame, StreamFormat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime

    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

    from edge_agent.config.fields.secret import Secret
    from edge_agent.ports import DropCause, StreamError

RTP_TICK: Final = Fraction(1, 90_000)


def everything(_pts: int, _keyframe: bool) -> bool:  # noqa: FBT001 - a callable that is given two values
    """Want every picture."""
    return True


def nothing(_pts: int, _keyframe: bool) -> bool:  # noqa: FBT001 - a callable that is given two values
    """Want no picture: for a stream that is only kept, never looked at."""
    return False


def never() -> bool:
    """Not eager: keyframes are enough."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class RtspOptions:
    """How a camera is read.

    ``connect_s`` is how long connecting may take, and after it learning what the stream holds; ``silence_s`` how long
    a connected camera may send nothing. ``fit`` is the largest picture that is wanted, width and height.
    """

    connect_s: float = 5.0
    silence_s: float = 10.0
    fit: tuple[int, int] | None = (640, 384)


class RtspSession:
    """One connection to one stream of a camera.

    `open` and `frames` belong to one thread; `close` may be called from any.

    Args:
        address: The camera's rtsp:// address, with its login if it has one.
        clock: The steady clock by which arrivals are dated.
        options: Timeouts, and the size of the pictures.
        eager: Whether every picture is wanted now; keyframes are enough while it says no.
        wanted: Whether the picture of this pts, keyframe or not, shall be converted; asked before it is.
        keep: Is told every coded picture in its order, wanted or not, and as it comes: it is dated by that.
        decoding: Is entered and left around all that FFmpeg decodes and converts.
        dropped: Is called for each packet that cannot be decoded, and each picture that nobody wants.
    """

    def __init__(
        self,
        address: Secret,
        *,
        clock: Callable[[], datetime],
        options: RtspOptions | None = None,
        eager: Callable[[], bool] = never,
        wanted: Callable[[int, bool], bool] = everything,
        keep: Callable[[CodedPicture], None] | None = None,
        decoding: AbstractContextManager[object] | None = None,
        dropped: Callable[[DropCause], None] = uncounted,
    ) -> None:
        self._address = address
        self._clock = clock
        self._options = options or RtspOptions()
        self._eager = eager
        self._wanted = wanted
        self._keep = keep
        self._decoding = decoding or nullcontext()
        self._dropped = dropped
        self._lock = Lock()
        self._line: Line | None = None
        self._container: InputContainer | None = None
        self._stream: VideoStream | None = None
        self._naps = Naps(clock)
        self._closing = False
        self._busy = False

    def open(self) -> StreamFormat:
        """Connect, and learn what the stream holds.

        Raises:
            StreamError: There is no such camera, login or stream, no video in it, or `close` was called.
        """
        av.logging.set_level(None)  # FFmpeg writes addresses with their logins into its log
        trouble = self._connect() if self._begin() else faults.ended(self._address.reveal())
        self._busy = False
        if trouble is not None or self._stream is None or self._closing:
            self._let_go()
            try:
                raise trouble or faults.ended(self._address.reveal())
            finally:
                del trouble  # an error holds the frame it was raised in, and so all of a session
        return _format(self._stream)

    def frames(self) -> Iterator[LiveFrame]:
        """The pictures that are wanted, as they come.

        Raises:
            StreamError: The stream broke off, ended, or stalled; after `close` it just ends.
        """
        try:
            if self._begin() and self._container is not None and self._stream is not None:
                yield from self._frames(self._container.demux(self._stream), self._stream)
        finally:
            self._busy = False
            self._let_go()

    def close(self) -> None:
        """Hang up; a read that waits in another thread ends at once, and that thread tidies up."""
        with self._lock:
            self._closing = True
            line, busy = self._line, self._busy
        if line is not None:
            line.hang_up()
        self._naps.end()
        if not busy:
            self._let_go()

    def _begin(self) -> bool:
        """Work on the connection from now on, which is then this thread's to close."""
        with self._lock:
            self._busy = not self._closing
            return self._busy

    def _connect(self) -> StreamError | None:
        address = self._address.reveal()
        where = host_and_port(address)
        if where is None:
            return faults.not_an_address(address)
        try:
            self._line = Line(resolve(*where))
            with self._line.opening():
                self._container = av.open(
                    address,
                    format="rtsp",
                    options=_ffmpeg_options(self._options),
                    timeout=(self._options.connect_s, None),
                )
        except (FFmpegError, OSError, UnicodeError) as error:
            return faults.unopened(address, error)
        self._stream = next(iter(self._container.streams.video), None)
        if self._stream is None:
            return faults.without_video(address)
        # PyAV has no context for a coding that FFmpeg has no decoder for, whatever its types say
        return faults.undecodable(address) if getattr(self._stream, "codec_context", None) is None else None

    def _frames(self, demuxed: Iterator[Packet[VideoStream]], stream: VideoStream) -> Iterator[LiveFrame]:
        coding = _format(stream)
        decoder = Decoder(
            stream, eager=self._eager, wanted=self._wanted, decoding=self._decoding, dropped=self._dropped
        )
        converter = Converter(self._options.fit)
        for arrival in arrivals(self._packets(demuxed), self._clock):
            if self._keep is not None:
                self._keep(_coded(arrival, coding))
            for decoded in decoder.pictures(arrival):
                yield self._converted(decoded, converter, coding.time_base)
            if self._keep is None:
                self._naps.after(arrival, following=decoder.following)

    def _converted(self, decoded: Decoded, converter: Converter, time_base: Fraction) -> LiveFrame:
        """What is looked at of a picture; decoders give more formats and sizes than can be converted."""
        try:
            with self._decoding:
                return live_frame(decoded, converter, time_base)
        except (FFmpegError, cv2.error) as error:
            trouble = faults.unusable(self._address.reveal(), error)
        try:
            raise trouble
        finally:
            del trouble

    def _packets(self, demuxed: Iterator[Packet[VideoStream]]) -> Iterator[Packet[VideoStream]]:
        trouble = faults.ended(self._address.reveal())
        try:
            for packet in demuxed:
                if self._closing:
                    return
                yield packet
        except (FFmpegError, OSError) as error:
            trouble = faults.broken_off(self._address.reveal(), error)
        if not self._closing:  # raised here and not above: FFmpeg's error holds the address
            try:
                raise trouble
            finally:
                del trouble

    def _let_go(self) -> None:
        """Close what is open; for the thread that works on it, or any once none does."""
        with self._lock:
            container, self._container, self._stream = self._container, None, None
            line, self._line = self._line, None
        if container is not None:
            container.close()
        if line is not None:
            line.close()


def _ffmpeg_options(options: RtspOptions) -> dict[str, str]:
    return {
        "rtsp_transport": "tcp",
        "allowed_media_types": "video",
        "timeout": str(round(options.silence_s / 2 * 1_000_000)),  # FFmpeg gives what it held back, then waits again
        "probesize": "4096",
        "analyzeduration": "500000",
    }


def _format(stream: VideoStream) -> StreamFormat:
    context = stream.codec_context
    return StreamFormat(
        codec=context.codec.canonical_name,
        parameters=context.extradata or b"",
        size=(context.width, context.height),
        time_base=stream.time_base or RTP_TICK,
    )


def _coded(arrival: Arrival, coding: StreamFormat) -> CodedPicture:
    packet = arrival.packet
    pts = packet.pts or 0
    return CodedPicture(
        format=coding,
        pts=pts,
        dts=pts if packet.dts is None else packet.dts,
        duration=packet.duration or 0,
        keyframe=packet.is_keyframe,
        data=bytes(packet),
        received_at=arrival.received_at,
    )


def live_frame(decoded: Decoded, converter: Converter, time_base: Fraction) -> LiveFrame:
    """A decoded picture as it is looked at, with what its packet brought."""
    picture = decoded.picture
    stamp = picture.opaque
    if not isinstance(stamp, Stamp) or picture.pts is None:
        raise Bug("a picture came out of the decoder without what was sent in with its packet")
    image = converter.image(picture)
    whole = image.shape[:2] == (picture.height, picture.width)
    return LiveFrame(
        pts=picture.pts,
        time_base=time_base,
        received_at=stamp.received_at,
        capture_at=stamp.capture_at,
        keyframe=picture.key_frame,
        damaged=decoded.damaged,
        image=image,
        size=(picture.width, picture.height),
        glance=converter.glance(picture),
        packet_digest=stamp.digest,
        full=None if whole else partial(full_size, picture),
    )
