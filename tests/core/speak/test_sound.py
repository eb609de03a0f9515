"""Sound as numbers: G.711 to the bit, tones and joints."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.speak.sound import (
    Samples,
    alaw,
    from_bytes,
    joined,
    louder,
    mulaw,
    to_bytes,
    tone,
)
from tests.cameras.telephone import decoded

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY: Samples = np.arange(-32768, 32768).astype(np.int16)
LAWS = pytest.mark.parametrize(("code", "codec"), [(mulaw, "pcm_mulaw"), (alaw, "pcm_alaw")])
numbers = st.lists(st.integers(-32768, 32767), max_size=60).map(lambda given: np.array(given, np.int16))


def g191_mulaw(value: int) -> int:
    """One sample as the ITU's reference software codes it: an exponent found by shifting."""
    magnitude = min(((~value if value < 0 else value) >> 2) + 33, 0x1FFF)
    exponent = magnitude.bit_length() - 6
    turned = (7 - exponent) << 4 | 15 - (magnitude >> exponent + 1 & 15)
    return turned | (0x80 if value >= 0 else 0)


def g191_alaw(value: int) -> int:
    """The same for A-law."""
    magnitude = (~value if value < 0 else value) >> 4
    exponent = max(0, magnitude.bit_length() - 5)
    coded = magnitude if not exponent else (magnitude >> exponent) - 16 + (exponent + 1 << 4)
    return (coded | (0x80 if value >= 0 else 0)) ^ 0x55


def test_the_values_that_everybody_knows_of_mulaw() -> None:
    """Silence is FF, its negative twin 7F; the loudest 80 and 00; the first edge lies at 4, a segment's at 124."""
    assert mulaw(np.array([0, -1, 3, 4, 123, 124, 32767, -32768], np.int16)).hex() == "ff7ffffef0ef8000"
    assert decoded("pcm_mulaw", bytes.fromhex("ff7ffeef8000")).tolist() == [0, 0, 8, 132, 32124, -32124]


def test_the_values_that_everybody_knows_of_alaw() -> None:
    """Silence is D5, and decodes to 8 as there is no zero; the loudest are AA and 2A."""
    assert alaw(np.array([0, -1, 15, 16, 255, 256, 32767, -32768], np.int16)).hex() == "d555d5d4dac5aa2a"
    assert decoded("pcm_alaw", bytes.fromhex("d555d4c5aa2a")).tolist() == [8, -8, 24, 264, 32256, -32256]


@pytest.mark.parametrize(("code", "reference"), [(mulaw, g191_mulaw), (alaw, g191_alaw)])
def test_every_sample_is_coded_as_the_reference_does(
    code: Callable[[Samples], bytes], reference: Callable[[int], int]
) -> None:
    """All 65,536 of them, to the bit."""
    assert code(EVERY) == bytes(reference(int(value)) for value in EVERY)


@LAWS
def test_a_round_trip_is_off_by_half_an_interval_at_most(code: Callable[[Samples], bytes], codec: str) -> None:
    """1/32 of the value, or 8 near silence; µ-law clips at 32636. A second trip changes nothing."""
    once = decoded(codec, code(EVERY)).astype(int)
    given = np.clip(EVERY.astype(int), -32636, 32636)
    assert np.all(np.abs(once - given) <= np.maximum(8, np.abs(given) / 32 + 5))
    assert decoded(codec, code(once.astype(np.int16))).tolist() == once.tolist()
    assert np.all(np.diff(once) >= 0)


@given(samples=numbers)
def test_bytes_and_samples_are_the_same_thing(samples: Samples) -> None:
    """There and back; a byte too many is no sample."""
    assert from_bytes(to_bytes(samples)).tolist() == samples.tolist()
    assert from_bytes(to_bytes(samples) + b"\x01").tolist() == samples.tolist()


def test_bytes_are_little_endian() -> None:
    """As in a WAV file, whatever the machine."""
    assert to_bytes(np.array([1, -2], np.int16)) == b"\x01\x00\xfe\xff"


@given(samples=numbers, volume=st.floats(0, 4))
def test_louder_is_the_amplitude_times_the_volume(samples: Samples, volume: float) -> None:
    """To the nearest number, and never over the edge to the other side."""
    wanted = [max(-32768, min(32767, value * volume)) for value in samples.tolist()]
    assert np.all(np.abs(louder(samples, volume) - np.array(wanted)) <= 0.5)
    assert louder(samples, 1.0).tolist() == samples.tolist()


def test_a_tone_is_as_high_and_as_long_as_asked() -> None:
    """The spectrum's peak is at 1000 Hz; it begins and ends in silence, and is half as loud as can be."""
    made = tone(1000, timedelta(seconds=1), 8000)
    assert len(made) == 8000
    assert int(np.argmax(np.abs(np.fft.rfft(made)))) == 1000
    assert (made[0], made[-1]) == (0, 0)
    assert np.abs(made).max() == 16_384
    assert max(np.abs(made[:8]).max(), np.abs(made[-8:]).max()) < 1640  # the first and the last millisecond


def test_sounds_are_joined_with_a_pause_between() -> None:
    """Between two, not before the first nor after the last; none are silence of no length."""
    one, two = np.array([1, 1], np.int16), np.array([2], np.int16)
    pause = timedelta(milliseconds=3)
    assert joined([one, two, one], pause=pause, rate=1000).tolist() == [1, 1, 0, 0, 0, 2, 0, 0, 0, 1, 1]
    assert joined([two], pause=pause, rate=1000).tolist() == [2]
    assert joined([], pause=pause, rate=1000).tolist() == []
