"""Sound as numbers: telephone code, quieter, joined.

Samples are 16 bits, mono, a one-dimensional array. The code of loudspeakers on the network is ITU-T G.711 (11/88):
eight bits a sample, fine near silence and coarse where it is loud. Both of its laws are one scheme with other edges::

    magnitude   0 ──┬──┬──┬─ … ──┬────┬──── … ──┬────────┬─ …      8 segments of 16 intervals, each segment
    interval      0   1   2       16   17        32                 (but the first two of A-law) twice as wide as
                                                                    the one before

The standard does not say where a value exactly on a negative edge belongs; it is coded as the ITU's own reference
software does it (G.191): the magnitude of a negative number is its ones' complement. FFmpeg codes 964 of the 65,536
samples otherwise (ADR 20).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Samples = NDArray[np.int16]
_Numbers = NDArray[np.float64]

LOUDEST: Final = 32767
SECOND: Final = timedelta(seconds=1)
FADE: Final = timedelta(milliseconds=10)  # of a tone: without it, its ends are heard as clicks
TONE_SHARE: Final = 0.5  # of the full amplitude

_SEGMENT: Final = np.arange(128) >> 4
_STEP: Final = np.arange(128) & 15
_MULAW_EDGES: Final = 4 * (((16 + _STEP) << (_SEGMENT + 1)) - 33)  # 14 bits in the standard, 16 here
_WIDTH: Final = 16 << np.maximum(_SEGMENT - 1, 0)  # of an interval of A-law: 13 bits in the standard
_ALAW_EDGES: Final = np.where(_SEGMENT == 0, _STEP, 16 + _STEP) * _WIDTH


def mulaw(samples: Samples) -> bytes:
    """The samples in G.711 µ-law (PCMU), a byte each."""
    return _coded(samples, _MULAW_EDGES, positive=0xFF, negative=0x7F)


def alaw(samples: Samples) -> bytes:
    """The samples in G.711 A-law (PCMA), a byte each."""
    return _coded(samples, _ALAW_EDGES, positive=0xD5, negative=0x55)


def from_bytes(data: bytes) -> Samples:
    """Samples from little-endian bytes, as sounds are kept; half a sample at the end is left out."""
    return np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.int16)


def to_bytes(samples: Samples) -> bytes:
    """Samples as little-endian bytes."""
    return samples.astype("<i2").tobytes()


def louder(samples: Samples, volume: float) -> Samples:
    """The sound at ``volume`` times its amplitude; what would be too loud stays at the loudest."""
    return _saturated(samples.astype(np.float64) * volume)


def tone(hertz: float, span: timedelta, rate: int) -> Samples:
    """A sine of half the full amplitude, its ends faded."""
    count = round(span / SECOND * rate)
    n = np.arange(count)
    fade = max(1.0, FADE / SECOND * rate)
    ends = np.clip(np.minimum(n, count - 1 - n) / fade, 0, 1)
    return _saturated(TONE_SHARE * LOUDEST * ends * np.sin(2 * np.pi * hertz / rate * n))


def joined(sounds: Sequence[Samples], *, pause: timedelta, rate: int) -> Samples:
    """The sounds one after the other, with a pause between two."""
    silence = np.zeros(round(pause / SECOND * rate), np.int16)
    parts: list[Samples] = [np.empty(0, np.int16)]
    for n, sound in enumerate(sounds):
        parts += [silence, sound] if n else [sound]
    return np.concatenate(parts)


def _coded(samples: Samples, edges: NDArray[np.int_], *, positive: int, negative: int) -> bytes:
    magnitude = np.where(samples < 0, ~samples, samples)
    interval = np.searchsorted(edges[1:], magnitude, side="right")
    return np.where(samples < 0, interval ^ negative, interval ^ positive).astype(np.uint8).tobytes()


def _saturated(numbers: _Numbers) -> Samples:
    return np.clip(np.rint(numbers), -LOUDEST - 1, LOUDEST).astype(np.int16)
