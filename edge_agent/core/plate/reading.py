"""What was read of a vehicle: its plate, as clear text or as a keyed hash, and its colour and body.

Plain values that travel in events, cases and messages. ``text`` is whatever the site keeps: the plate itself
(``苏D12345``) or its hash (``hmac-sha256:…``), never both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HASH_PREFIX: Final = "hmac-sha256:"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateReading:
    """A plate as it was read.

    ``confidence`` is 0 to 1: that of its least sure sign but the province's. ``looks`` is the number of pictures that
    voted for it. ``province_sure`` is False where the first sign did not reach the bar by itself. ``colour`` is that of
    the plate: blue, yellow, green, white or black; None where nobody knows.
    """

    text: str
    hashed: bool
    confidence: float
    looks: int
    province_sure: bool = True
    colour: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleLook:
    """What a vehicle looks like: ``colour`` and ``body`` by the names of ``vehicles``; None where nobody is sure."""

    colour: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """All that is known of the vehicle of a case; nothing of any other thing."""

    plate: PlateReading | None = None
    vehicle: VehicleLook | None = None


NOTHING_KNOWN: Final = Identified()
