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


@dataclass(frozen=True, slots=True)
class Arrival:
    """A packet, and when it came."""

    packet: Packet[VideoStream]
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a picture keeps of its packet; goes through the decoder with it."""

    received_at: datetime
    capture_at: datetime | None
    digest: bytes


def stamp(arrival: Arrival) -> Stamp:
    """To be made of the packets that are decoded; the others need none."""
    return Stamp(
        received_at=arrival.received_at,
        capture_at=captured(arrival.packet),
        digest=blake2b(arrival.packet, digest_size=DIGEST_BYTES).digest(),
    )


def arrivals(packets: Iterable[Packet[VideoStream]], clock: Callable[[], datetime]) -> Iterator[Arrival]:
    """Each packet that has a timestamp, or can be given one."""
    held: Arrival | None = None
    for packet in packets:
        if not packet.size:  # what FFmpeg gives at the end, to empty a decoder
            continue
        arrival = Arrival(packet, clock())
        if packet.pts is None:
            held = arrival
            continue
        if held is not None and _dated(held.packet, packet.pts):
            yield held
        held = None
        yield arrival


def _dated(packet: Packet[VideoStream], following: int) -> bool:
    """Date a packet by the one after it, if it says how long it lasts."""
    if packet.duration:
        packet.pts = packet.dts = following - packet.duration
    return bool(packet.duration)


def captured(packet: Packet[VideoStream]) -> datetime | None:
    """When the camera says that it took the picture, by its own clock."""
    return wall_time(bytes(packet.get_sidedata("prft"))) if packet.has_sidedata("prft") else None


def wall_time(reference: bytes) -> datetime | None:
    """The instant of a producer reference time, as FFmpeg lays it out; None where it is no date at all."""
    try:
        return EPOCH + timedelta(microseconds=int.from_bytes(reference[:WALL_BYTES], "little", signed=True))
    except OverflowError:  # a camera that never learned the time says anything
        return None
