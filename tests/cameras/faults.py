"""What a `FaultProxy` can do to a camera's stream, as values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pass:
    """Nothing: every byte, at once."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What is connected breaks off, once; who connects afterwards gets through."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """What is connected breaks off, and nobody listens any more: the camera lost its power."""


@dataclass(frozen=True, slots=True)
class Stall:
    """Connections stand, and new ones are taken, but nothing comes from the camera; it is held, not lost."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Everything from the camera comes so much later."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Throttle:
    """No more than so many bytes a second come from the camera."""

    bytes_per_s: int


@dataclass(frozen=True, slots=True)
class Drop:
    """One in so many RTP packets is missing; the framing of the others stays whole."""

    one_in: int


@dataclass(frozen=True, slots=True)
class Corrupt:
    """One in so many RTP packets carries wrong bytes in its picture data; headers and framing stay whole."""

    one_in: int


Fault = Pass | Cut | Refuse | Stall | Delay | Throttle | Drop | Corrupt
