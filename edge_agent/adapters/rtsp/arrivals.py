"""Packets as they arrive: when, taken when, and with a timestamp each.

When a picture was taken. A camera that sends RTCP sender reports says which of its timestamps was which instant of
its own clock. FFmpeg hands that on with every packet, as *producer reference time* (`AVProducerReferenceTime`: 64 bits
of microseconds since 1970, then flags). It is as right as the camera's clock is. Without reports there is none.

The first picture of a session has no timestamp with servers that start their RTP clock at 0, because FFmpeg takes a 0
for "not known yet". It is held back until the next one, and dated one duration before that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from av.packet import Packet
    from av.video.stream import VideoStream

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
DIGEST_BYTES: Final = 16
WALL_BYTES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What is known of a packet before it is decoded; it travels through the decoder as the packet's ``opaque``."""

    received_at: datetime
    capture_at: datetime | None
    digest: bytes


def arrivals(
    packets: Iterable[Packet[VideoStream]], clock: Callable[[], datetime]
) -> Iterator[tuple[Packet[VideoStream], Arrival]]:
    """Each packet that has a timestamp, or can be given one, with its arrival."""
    held: tuple[Packet[VideoStream], Arrival] | None = None
    for packet in packets:
        if not packet.size:  # what FFmpeg gives at the end, to empty a decoder
            continue
        arrival = _arrival(packet, clock())
        if packet.pts is None:
            held = packet, arrival
            continue
        if held is not None:
            yield from _dated(held, packet)
            held = None
        yield packet, arrival


def _arrival(packet: Packet[VideoStream], received_at: datetime) -> Arrival:
    return Arrival(
        received_at=received_at,
        capture_at=captured(packet),
        digest=blake2b(packet, digest_size=DIGEST_BYTES).digest(),
    )


def captured(packet: Packet[VideoStream]) -> datetime | None:
    """When the camera says that it took the picture, by its own clock."""
    if not packet.has_sidedata("prft"):
        return None
    wall = int.from_bytes(bytes(packet.get_sidedata("prft"))[:WALL_BYTES], "little", signed=True)
    try:
        return EPOCH + timedelta(microseconds=wall)
    except OverflowError:  # a camera that never learned the time says anything
        return None


def _dated(
    held: tuple[Packet[VideoStream], Arrival], following: Packet[VideoStream]
) -> Iterator[tuple[Packet[VideoStream], Arrival]]:
    packet, _ = held
    if packet.duration and following.pts is not None:
        packet.pts = packet.dts = following.pts - packet.duration
        yield held
