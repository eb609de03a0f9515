"""A recording in place of a camera: the same packets, decoder and conversions, each when a camera would send it.

::

    recording   |0 ──── phase ─────────────── end|
    session             |0 ───────────────▶ end|0 ──────────▶ end|0 …     round and round, timestamps going on

For measuring how many cameras a box can watch without having them. What it leaves out is the network: no RTP is put
together from its parts, and nothing is ever lost or late. Who naps finds all at once that came meanwhile, as in a
socket, only that any amount may wait.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import av
from av.error import FFmpegError

from edge_agent.adapters.rtsp.arrivals import arrivals
from edge_agent.adapters.rtsp.decoding import Converter, Decoder
from edge_agent.adapters.rtsp.naps import Naps
from edge_agent.adapters.rtsp.options import RtspOptions
from edge_agent.adapters.rtsp.pictures import live_frame
from edge_agent.core.errors import Bug, OutsideError
from edge_agent.core.stream.pictures import StreamFormat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from fractions import Fraction
    from pathlib import Path

    from av.packet import Packet
    from av.video.stream import VideoStream

    from edge_agent.core.stream.pictures import LiveFrame
    from edge_agent.ports import Clock


class PlayedSession:
    """One connection to a camera that shows ``path``, from ``phase`` on, as `RtspSession` is to a real one.

    Args:
        path: A video file without pictures that wait for later ones.
        phase: Where in the file it begins.
        clock: By which arrivals are dated, and packets are held back until they are due.
        eager: Whether every picture is wanted now.
        wanted: Whether the picture of this pts, keyframe or not, shall be converted.
    """

    def __init__(
        self,
        path: Path,
        *,
        phase: timedelta,
        clock: Clock,
        eager: Callable[[], bool],
        wanted: Callable[[int, bool], bool],
    ) -> None:
        self._path = path
        self._phase_s = phase.total_seconds()
        self._clock = clock
        self._eager = eager
        self._wanted = wanted
        self._naps = Naps(clock.now, sleep=clock.sleep)
        self._closed = False
        self._container = av.open(str(path))
        self._stream = self._container.streams.video[0]

    def open(self) -> StreamFormat:
        """Say what the file holds."""
        context = self._stream.codec_context
        return StreamFormat(
            codec=context.codec.canonical_name,
            parameters=context.extradata or b"",
            size=(context.width, context.height),
            time_base=_time_base(self._stream),
        )

    def frames(self) -> Iterator[LiveFrame]:
        """The pictures that are wanted, as they would come; ends after `close`."""
        decoder = Decoder(self._stream, eager=self._eager, wanted=self._wanted)
        converter, time_base = Converter(RtspOptions().fit), _time_base(self._stream)
        try:
            for arrival in arrivals(self._paced(), self._clock.now):
                for decoded in decoder.pictures(arrival):
                    yield live_frame(decoded, converter, time_base)
                self._naps.after(arrival, following=decoder.following)
        except FFmpegError as error:
            raise OutsideError(f"{self._path}: cannot be played as a camera: {error.strerror}") from error
        finally:
            self._container.close()

    def close(self) -> None:
        """End `frames` with the next packet or nap, from any thread."""
        self._closed = True

    def _paced(self) -> Iterator[Packet[VideoStream]]:
        begins = self._clock.now() - timedelta(seconds=self._phase_s)
        tick_s = float(_time_base(self._stream))
        for packet in self._rounds():
            wait_s = (packet.pts or 0) * tick_s - (self._clock.now() - begins).total_seconds()
            if wait_s > 0:  # else it waits already, as in a socket
                self._clock.sleep(wait_s)  # an event's wait would cost twice as much
            if self._closed:
                return
            yield packet

    def _rounds(self) -> Iterator[Packet[VideoStream]]:
        stream, tick = self._stream, _time_base(self._stream)
        length, gone, begin = stream.duration or 0, 0, int(self._phase_s / tick)
        if length <= 0:
            raise OutsideError(f"{self._path}: cannot be played as a camera: it does not say how long it is")
        self._container.seek(begin, stream=stream, backward=True)
        while True:
            for packet in self._container.demux(stream):
                if packet.pts is not None and packet.pts + gone >= begin:
                    packet.pts += gone
                    packet.dts = packet.pts
                    yield packet
            gone += length
            self._container.seek(0, stream=stream)


def _time_base(stream: VideoStream) -> Fraction:
    if stream.time_base is None:
        raise Bug("a stream that was opened has no time base")
    return stream.time_base
