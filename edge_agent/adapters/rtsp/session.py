"""One session: a connection to a camera over RTSP and TCP, from opening it until it breaks.

FFmpeg's own RTSP client does the talking. Four things about the way it is asked are not obvious:

- The read timeout is FFmpeg's (``timeout``, counted from the last byte), not PyAV's, which is counted from the start
  of a picture and takes the interpreter's lock for every few bytes that arrive. PyAV's holds for opening only.
- Probing is short. What was read for it waits, and is dated later than it arrived; a camera's offer names its parameter
  sets anyway.
- It is given no login and no way to the network: a `CameraConnection` of ours speaks with the camera.
- No ``fflags=nobuffer``: with it, the packets that were read to learn about the stream are thrown away, and with them
  the keyframe that the first look would have shown.
"""

from __future__ import annotations

from contextlib import nullcontext
from threading import Lock
from typing import TYPE_CHECKING, Final

import av
import cv2
from av.error import FFmpegError

from edge_agent.adapters.rtsp import faults
from edge_agent.adapters.rtsp.arrivals import arrivals
from edge_agent.adapters.rtsp.decoding import Converter, Decoded, Decoder, uncounted
from edge_agent.adapters.rtsp.gate import CameraConnection
from edge_agent.adapters.rtsp.naps import Naps
from edge_agent.adapters.rtsp.options import RtspOptions, everything, ffmpeg_options, never
from edge_agent.adapters.rtsp.pictures import coded, format_of, learnt, live_frame
from edge_agent.config.fields.stream_address import target, with_login
from edge_agent.ports import LoginRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime
    from fractions import Fraction

    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

    from edge_agent.config.fields.secret import Secret
    from edge_agent.config.fields.stream_address import CameraTarget
    from edge_agent.core.stream.pictures import CodedPicture, LiveFrame, StreamFormat
    from edge_agent.ports import DropCause, StreamError

MOVES: Final = 3  # on one host, before the camera is taken to lead us about


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
        self._gate: CameraConnection | None = None
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
        return format_of(self._stream)

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
            gate, busy = self._gate, self._busy
        if gate is not None:
            gate.hang_up()
        self._naps.end()
        if not busy:
            self._let_go()

    def _begin(self) -> bool:
        """Work on the connection from now on, which is then this thread's to close."""
        with self._lock:
            self._busy = not self._closing
            return self._busy

    def _connect(self) -> StreamError | None:
        address = url = self._address.reveal()
        for _ in range(MOVES):
            to = target(url)
            if to is None:
                return faults.not_an_address(address)
            trouble, moved = self._opened(address, to)
            if moved is None:
                return trouble or self._shows(address)
            url = with_login(moved, address)
        return faults.redirected(address)

    def _opened(self, address: str, to: CameraTarget) -> tuple[StreamError | None, str | None]:
        """What keeps us from opening the stream, if anything; or where on the same host the camera has it."""
        options = self._options
        gate = CameraConnection(address, to, seconds=options.connect_s, tls=options.tls, basic=options.basic_auth)
        with self._lock:
            self._gate = gate
            if self._closing:  # before there was a connection that `close` could have ended
                return faults.ended(address), None
        try:
            self._container = av.open(
                gate.open(), format="rtsp", options=ffmpeg_options(options), timeout=(options.connect_s, None)
            )
        except LoginRefusedError as error:
            trouble = faults.untrusted(address, str(error))
        except (FFmpegError, OSError, UnicodeError) as error:
            trouble = gate.refusal or faults.unopened(address, error)
        else:
            return None, None
        gate.hang_up()
        return trouble, gate.moved

    def _shows(self, address: str) -> StreamError | None:
        """Why what was opened cannot be looked at, if it cannot."""
        if self._container is None:
            return faults.without_video(address)
        self._stream = next(iter(self._container.streams.video), None)
        if self._stream is None:
            return faults.without_video(address)
        # PyAV has no context for a coding that FFmpeg has no decoder for, whatever its types say
        return faults.undecodable(address) if getattr(self._stream, "codec_context", None) is None else None

    def _frames(self, demuxed: Iterator[Packet[VideoStream]], stream: VideoStream) -> Iterator[LiveFrame]:
        coding = format_of(stream)
        decoder = Decoder(
            stream, eager=self._eager, wanted=self._wanted, decoding=self._decoding, dropped=self._dropped
        )
        converter = Converter(self._options.fit)
        for arrival in arrivals(self._packets(demuxed), self._clock):
            if self._keep is not None:
                coding = learnt(coding, arrival.packet)
                self._keep(coded(arrival, coding))
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
            gate, self._gate = self._gate, None
        if gate is not None:
            gate.hang_up()  # first: what FFmpeg says as it leaves is for nobody
        if container is not None:
            container.close()
