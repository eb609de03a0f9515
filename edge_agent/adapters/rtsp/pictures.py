"""What of FFmpeg's packets and pictures leaves this room."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from av.codec.context import CodecContext
from av.error import FFmpegError
from av.packet import Packet

from edge_agent.adapters.rtsp.arrivals import Arrival, Stamp
from edge_agent.adapters.rtsp.decoding import Converter, Decoded, full_size, made_up
from edge_agent.core.errors import Bug
from edge_agent.core.stream.pictures import CodedPicture, LiveFrame, StreamFormat

if TYPE_CHECKING:
    from av.video.codeccontext import VideoCodecContext
    from av.video.stream import VideoStream

RTP_TICK: Final = Fraction(1, 90_000)
START: Final = b"\0\0\0\1"
PARAMETERS: Final = {
    "h264": frozenset({7, 8}),
    "hevc": frozenset({32, 33, 34}),
}  # kinds of units that say how it is coded


def format_of(stream: VideoStream) -> StreamFormat:
    """How a stream is coded."""
    context = stream.codec_context
    return StreamFormat(
        codec=context.codec.canonical_name,
        parameters=context.extradata or b"",
        size=(context.width, context.height),
        time_base=stream.time_base or RTP_TICK,
    )


def learnt(known: StreamFormat, packet: Packet[VideoStream]) -> StreamFormat:
    """How a stream is coded whose offer did not say it: by a keyframe that brings its parameter sets along.

    The same where the offer said it, or the packet does not.
    """
    if known.parameters or not packet.is_keyframe or known.codec not in PARAMETERS:
        return known
    parameters = b"".join(START + unit for unit in _units(bytes(packet)) if _kind(unit, known.codec))
    if not parameters:
        return known
    decoder = cast("VideoCodecContext", CodecContext.create(known.codec, "r"))
    decoder.thread_count = 1
    try:
        pictures = [*decoder.decode(Packet(parameters + bytes(packet))), *decoder.decode(None)]
    except FFmpegError:
        return known
    size = (pictures[0].width, pictures[0].height) if pictures else known.size
    return replace(known, parameters=parameters, size=size)


def _units(data: bytes) -> list[bytes]:
    """The units between start codes (ITU-T H.264 and H.265, annex B)."""
    return [unit.rstrip(b"\0") for unit in data.split(b"\0\0\1") if unit.strip(b"\0")]


def _kind(unit: bytes, codec: str) -> bool:
    number = unit[0] & 0x1F if codec == "h264" else unit[0] >> 1 & 0x3F
    return number in PARAMETERS[codec]


def coded(arrival: Arrival, coding: StreamFormat) -> CodedPicture:
    """A picture as the camera has coded it."""
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
        damaged=decoded.damaged or made_up(picture),
        image=image,
        size=(picture.width, picture.height),
        glance=converter.statistics(picture),
        packet_digest=stamp.digest,
        full=None if whole else partial(full_size, picture),
    )
