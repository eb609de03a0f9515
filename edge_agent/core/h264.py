"""What a coded H.264 picture says of itself before it is decoded (ITU-T H.264, 7.3.1 and 7.4.1).

A packet holds NAL units, each behind its length (MP4, Matroska) or behind a start code (transport streams)::

    │ length │ 0 ref_idc type │ …     or     │ 00 00 01 │ 0 ref_idc type │ …
               1    2      5 bits

``ref_idc`` is 0 for a slice of a picture to which no other picture refers. After an IDR picture nothing refers to what
came before it, and all that came before it is shown before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

START_CODE: Final = b"\x00\x00\x01"
_SLICES: Final = frozenset({1, 2, 3, 4, 5})
_IDR: Final = 5
_SETTINGS: Final = frozenset({7, 8, 13, 15})  # parameter sets, and their extensions


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One coded picture: whether it is an IDR picture, whether others refer to it, whether parameter sets are in it."""

    fresh: bool
    referred: bool
    settings: bool


def length_size(extradata: bytes) -> int | None:
    """How many bytes a length takes, by what the container says of the stream; None where start codes are used."""
    return (extradata[4] & 3) + 1 if len(extradata) > 4 and extradata[0] == 1 else None  # noqa: PLR2004


def read_unit(packet: bytes, length: int | None) -> Unit:
    """What the packet holds; one that cannot be read is a picture like any other, to which others refer."""
    headers = list(_behind_start_codes(packet) if length is None else _behind_lengths(packet, length))
    kinds = {header & 31 for header in headers}
    slices = [header for header in headers if header & 31 in _SLICES]
    return Unit(
        fresh=_IDR in kinds,
        referred=not slices or any(header >> 5 & 3 for header in slices),
        settings=not kinds.isdisjoint(_SETTINGS),
    )


def _behind_start_codes(packet: bytes) -> Iterator[int]:
    at = packet.find(START_CODE)
    while 0 <= at < len(packet) - len(START_CODE):
        yield packet[at + len(START_CODE)]
        at = packet.find(START_CODE, at + len(START_CODE))


def _behind_lengths(packet: bytes, length: int) -> Iterator[int]:
    at = 0
    while at + length < len(packet):
        yield packet[at + length]
        at += length + int.from_bytes(packet[at : at + length], "big")
