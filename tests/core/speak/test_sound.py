"""Sound as numbers: G.711 to the bit, another rate without what would fold back, tones and joints."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.speak.sound import (
    Samples,
    alaw,
    from_alaw,
    from_bytes,
    from_mulaw,
    joined,
    louder,
    mulaw,
    resampled,
    to_bytes,
    tone,
)

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY: Samples = np.arange(-32768, 32768).astype(np.int16)
BYTES = bytes(range(256))
LAWS = pytest.mark.parametrize(("code", "decode"), [(mulaw, from_mulaw), (alaw, from_alaw)])
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


def power_db(sound: Samples) -> float:
    """The power of the middle of a sound against a square wave at the loudest, in decibels."""
    middle = sound[len(sound) // 4 : -len(sound) // 4].astype(np.float64)
    return float(10 * np.log10(np.mean(middle**2) / 32767**2 + 1e-12))


def sine(hertz: float, rate: int, seconds: float = 0.5) -> Samples:
    """A tone at half the loudest, with no faded ends."""
    n = np.arange(round(rate * seconds))
    wave: Samples = np.rint(16384 * np.sin(2 * np.pi * hertz / rate * n)).astype(np.int16)
    return wave


def test_the_values_that_everybody_knows_of_mulaw() -> None:
    """Silence is FF, its negative twin 7F; the loudest 80 and 00; the first edge lies at 4, a segment's at 124."""
    assert mulaw(np.array([0, -1, 3, 4, 123, 124, 32767, -32768], np.int16)).hex() == "ff7ffffef0ef8000"
    assert from_mulaw(bytes.fromhex("ff7ffeef8000")).tolist() == [0, 0, 8, 132, 32124, -32124]


def test_the_values_that_everybody_knows_of_alaw() -> None:
    """Silence is D5, and decodes to 8 as there is no zero; the loudest are AA and 2A."""
    assert alaw(np.array([0, -1, 15, 16, 255, 256, 32767, -32768], np.int16)).hex() == "d555d5d4dac5aa2a"
    assert from_alaw(bytes.fromhex("d555d4c5aa2a")).tolist() == [8, -8, 24, 264, 32256, -32256]


@pytest.mark.parametrize(("code", "reference"), [(mulaw, g191_mulaw), (alaw, g191_alaw)])
def test_every_sample_is_coded_as_the_reference_does(
    code: Callable[[Samples], bytes], reference: Callable[[int], int]
) -> None:
    """All 65,536 of them, to the bit."""
    assert code(EVERY) == bytes(reference(int(value)) for value in EVERY)


@pytest.mark.parametrize(("decode", "codec"), [(from_mulaw, "pcm_mulaw"), (from_alaw, "pcm_alaw")])
def test_every_byte_is_decoded_as_by_ffmpeg(decode: Callable[[bytes], Samples], codec: str) -> None:
    """All 256 of them: what a receiver hears is what we think that it hears."""
    receiver = av.CodecContext.create(codec, "r")
    assert isinstance(receiver, av.AudioCodecContext)
    receiver.sample_rate, receiver.layout = 8000, "mono"
    (heard,) = receiver.decode(av.Packet(BYTES))
    assert decode(BYTES).tolist() == heard.to_ndarray()[0].tolist()


@LAWS
def test_a_round_trip_is_off_by_half_an_interval_at_most(
    code: Callable[[Samples], bytes], decode: Callable[[bytes], Samples]
) -> None:
    """1/32 of the value, or 8 near silence; µ-law clips at 32636. A second trip changes nothing."""
    once = decode(code(EVERY)).astype(int)
    given = np.clip(EVERY.astype(int), -32636, 32636)
    assert np.all(np.abs(once - given) <= np.maximum(8, np.abs(given) / 32 + 5))
    assert decode(code(once.astype(np.int16))).tolist() == once.tolist()
    assert np.all(np.diff(once) >= 0)


@given(samples=numbers)
def test_bytes_and_samples_are_the_same_thing(samples: Samples) -> None:
    """There and back; a byte too many is no sample."""
    assert from_bytes(to_bytes(samples)).tolist() == samples.tolist()
    assert from_bytes(to_bytes(samples) + b"\x01").tolist() == samples.tolist()


def test_bytes_are_little_endian() -> None:
    """As in a WAV file, whatever the machine."""
    assert to_bytes(np.array([1, -2], np.int16)) == b"\x01\x00\xfe\xff"


@pytest.mark.parametrize("rate", [11_025, 16_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("hertz", [4000, 4100, 4700, 5300])
def test_what_would_fold_back_is_gone(rate: int, hertz: int) -> None:
    """A tone above half the new rate is at least 75 dB down, where without a filter it would be heard as another."""
    given = sine(hertz, rate)
    assert power_db(resampled(given, rate, 8000)) <= power_db(given) - 75


@pytest.mark.parametrize(("rate", "to"), [(22_050, 8000), (44_100, 8000), (8000, 22_050), (8000, 48_000)])
@pytest.mark.parametrize("hertz", [200, 1000, 3300])
def test_what_both_rates_carry_is_kept(rate: int, to: int, hertz: int) -> None:
    """A tone of a voice is the tone that is made at the new rate, 60 dB above what differs."""
    made, expected = resampled(sine(hertz, rate), rate, to), sine(hertz, to)
    assert len(made) == len(expected)
    assert power_db((made - expected).astype(np.int16)) <= power_db(expected) - 60


@given(samples=numbers, rate=st.integers(1, 300), to=st.integers(1, 300))
def test_another_rate_keeps_the_length_in_time(samples: Samples, rate: int, to: int) -> None:
    """To within a sample, whatever the rates; nothing stays nothing."""
    made = resampled(samples, rate, to)
    assert len(samples) * to <= len(made) * rate < len(samples) * to + rate
    assert made.dtype == np.int16


@given(samples=numbers)
def test_the_same_rate_is_the_same_sound(samples: Samples) -> None:
    """To the bit."""
    assert resampled(samples, 8000, 8000).tolist() == samples.tolist()


@pytest.mark.parametrize("rates", [(0, 8000), (8000, 0), (-1, 8000)])
def test_a_rate_of_nothing_is_refused(rates: tuple[int, int]) -> None:
    """The message says both."""
    with pytest.raises(ValueError, match=f"expected two above 0, got {rates[0]} and {rates[1]}"):
        resampled(np.zeros(5, np.int16), *rates)


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
