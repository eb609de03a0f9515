"""What of FFmpeg's packets and pictures leaves this room."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.rtsp.arrivals import Arrival, Stamp
from edge_agent.adapters.rtsp.decoding import Converter, Decoded, full_size, made_up
from edge_agent.core.errors import Bug
from edge_agent.core.stream.pictures import CodedPicture, LiveFrame, StreamFormat

if TYPE_CHECKING:
    from av.video.stream import VideoStream

RTP_TICK: Final = Fraction(1, 90_000)


def format_of(stream: VideoStream) -> StreamFormat:
    """How a stream is coded."""
    context = stream.codec_context
    return StreamFormat(
        codec=context.codec.canonical_name,
        parameters=context.extradata or b"",
        size=(context.width, context.height),
        time_base=stream.time_base or RTP_TICK,
    )


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
        glance=converter.glance(picture),
        packet_digest=stamp.digest,
        full=None if whole else partial(full_size, picture),
    )
