"""Sound as numbers: telephone code, another sample rate, quieter, joined.

Samples are 16 bits, mono, a one-dimensional array. The code of loudspeakers on the network is ITU-T G.711 (11/88):
eight bits a sample, fine near silence and coarse where it is loud. Both of its laws are one scheme with other edges::

    magnitude   0 ──┬──┬──┬─ … ──┬────┬──── … ──┬────────┬─ …      8 segments of 16 intervals, each segment
    interval      0   1   2       16   17        32                 (but the first two of A-law) twice as wide as
    decoded       ·   ·   ·        ·    ·         ·                 the one before; decoded: the middle of it

The standard does not say where a value exactly on a negative edge belongs; it is coded as the ITU's own reference
software does it (G.191): the magnitude of a negative number is its ones' complement.
"""

from __future__ import annotations

from datetime import timedelta
from math import ceil, gcd
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

PASSED: Final = 0.42  # of the lower rate: up to here nothing is lost; 3360 Hz of 8000
STOPPED: Final = 0.5  # of the lower rate: from here on nothing is left that could fold back
QUIET_DB: Final = 80.0  # how far down "nothing" is

_SEGMENT: Final = np.arange(128) >> 4
_STEP: Final = np.arange(128) & 15
_MULAW_EDGES: Final = 4 * (((16 + _STEP) << (_SEGMENT + 1)) - 33)  # 14 bits in the standard, 16 here
_MULAW: Final = _MULAW_EDGES + (4 << _SEGMENT)
_WIDTH: Final = 16 << np.maximum(_SEGMENT - 1, 0)  # of an interval of A-law: 13 bits in the standard
_ALAW_EDGES: Final = np.where(_SEGMENT == 0, _STEP, 16 + _STEP) * _WIDTH
_ALAW: Final = _ALAW_EDGES + _WIDTH // 2


def mulaw(samples: Samples) -> bytes:
    """The samples in G.711 µ-law (PCMU), a byte each."""
    return _coded(samples, _MULAW_EDGES, positive=0xFF, negative=0x7F)


def from_mulaw(code: bytes) -> Samples:
    """The samples that a receiver makes of PCMU."""
    return _decoded(code, _MULAW, positive=0xFF)


def alaw(samples: Samples) -> bytes:
    """The samples in G.711 A-law (PCMA), a byte each."""
    return _coded(samples, _ALAW_EDGES, positive=0xD5, negative=0x55)


def from_alaw(code: bytes) -> Samples:
    """The samples that a receiver makes of PCMA."""
    return _decoded(code, _ALAW, positive=0xD5)


def from_bytes(data: bytes) -> Samples:
    """Samples from little-endian bytes, as sounds are kept; half a sample at the end is left out."""
    return np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.int16)


def to_bytes(samples: Samples) -> bytes:
    """Samples as little-endian bytes."""
    return samples.astype("<i2").tobytes()


def resampled(samples: Samples, from_rate: int, to_rate: int) -> Samples:
    """The same sound at another rate, of the same length in time to within a sample.

    Band-limited interpolation (J. O. Smith and P. Gossett, "A flexible sampling-rate conversion method", ICASSP 1984):
    every new sample is a sum over its neighbours, weighted by a low-pass filter shifted to its place. The filter is a
    sinc under a Kaiser window, as long as Kaiser's formula asks for (J. F. Kaiser, ISCAS 1974): flat up to `PASSED` of
    the lower rate, and `QUIET_DB` down from `STOPPED` on. As both rates are whole numbers, there are only
    ``to_rate / gcd`` different shifts.

    Raises:
        ValueError: A rate is not positive.
    """
    if min(from_rate, to_rate) <= 0:
        raise ValueError(f"sample rates: expected two above 0, got {from_rate} and {to_rate}")
    if from_rate == to_rate or not len(samples):
        return samples.copy()
    shared = gcd(from_rate, to_rate)
    every, of = to_rate // shared, from_rate // shared  # so many new samples stand for so many old ones
    half = _half_length(from_rate, min(from_rate, to_rate))
    padded = np.concatenate((np.zeros(half), samples.astype(np.float64), np.zeros(half + of)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1)
    made: _Numbers = np.empty(ceil(len(samples) * to_rate / from_rate))
    for shift in range(min(every, len(made))):
        whole, part = divmod(shift * of, every)
        places = len(range(shift, len(made), every))
        taps = _taps(half, part / every, min(from_rate, to_rate) / from_rate)
        made[shift::every] = windows[whole::of][:places] @ taps
    return _saturated(made)


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


def _decoded(code: bytes, values: NDArray[np.int_], *, positive: int) -> Samples:
    turned = np.frombuffer(code, np.uint8) ^ np.uint8(positive)  # the sign's bit is now set where it is negative
    value = values[turned & 0x7F]
    decoded: Samples = np.where(turned & 0x80, -value, value).astype(np.int16)
    return decoded


def _half_length(rate: int, lower: int) -> int:
    """Samples on each side of the middle of the filter: Kaiser's formula for the transition it has."""
    transition = (STOPPED - PASSED) * lower / rate
    return ceil((QUIET_DB - 7.95) / 14.36 / transition / 2)


def _taps(half: int, shift: float, share: float) -> _Numbers:
    """The filter around a place ``shift`` of a sample after its middle one; its weights add up to 1."""
    away = np.arange(-half, half + 1) - shift
    cut = (PASSED + STOPPED) * share  # of half the old rate: the middle of the transition
    bent = np.sqrt(np.clip(1 - (away / (half + 1)) ** 2, 0, None))
    taps: _Numbers = np.sinc(cut * away) * np.i0(0.1102 * (QUIET_DB - 8.7) * bent)
    taps /= taps.sum()
    return taps


def _saturated(numbers: _Numbers) -> Samples:
    return np.clip(np.rint(numbers), -LOUDEST - 1, LOUDEST).astype(np.int16)
