"""Another sample rate: without what would fold back, and with all that both rates carry."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.adapters.speakers.voice.loudness import resampled
from edge_agent.core.speak.sound import Samples

numbers = st.lists(st.integers(-32768, 32767), max_size=60).map(lambda given: np.array(given, np.int16))


def power_db(sound: Samples) -> float:
    """The power of the middle of a sound against a square wave at the loudest, in decibels."""
    middle = sound[len(sound) // 4 : -len(sound) // 4].astype(np.float64)
    return float(10 * np.log10(np.mean(middle**2) / 32767**2 + 1e-12))


def sine(hertz: float, rate: int, seconds: float = 0.5) -> Samples:
    """A tone at half the loudest, with no faded ends."""
    n = np.arange(round(rate * seconds))
    wave: Samples = np.rint(16384 * np.sin(2 * np.pi * hertz / rate * n)).astype(np.int16)
    return wave


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
