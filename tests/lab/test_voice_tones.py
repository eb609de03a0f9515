"""The measure of tones finds the slope and the height that a made-up sentence was given."""

from __future__ import annotations

import numpy as np
import pytest

from lab.bench.voice_tones import OCTAVE, TARGET, movement

RATE = 16000
MIDDLE_HZ = 200.0
STRETCH_S, PAUSE_S = 0.2, 0.06


def sentence(slope: float, height: float = 0.0) -> np.ndarray:
    """Five stretches of a voice with overtones; the third moves by ``slope`` semitones a second about ``height``."""
    parts: list[np.ndarray] = []
    times = np.arange(round(STRETCH_S * RATE)) / RATE - STRETCH_S / 2
    for number in range(5):
        semitones = slope * times + height if number == TARGET else np.zeros_like(times)
        phase = 2 * np.pi * np.cumsum(MIDDLE_HZ * 2 ** (semitones / OCTAVE)) / RATE
        voice = sum(np.sin(n * phase) / n for n in range(1, 6))
        parts += [1000 * voice * np.hanning(len(times)) ** 0.2, np.zeros(round(PAUSE_S * RATE))]
    return np.concatenate(parts)


@pytest.mark.parametrize(("slope", "height"), [(0.0, 0.0), (30.0, -1.0), (-40.0, 1.0), (-5.0, -4.0)])
def test_slope_and_height_are_what_they_were_made(slope: float, height: float) -> None:
    """Within a semitone a second and a fifth of a semitone."""
    moved = movement(sentence(slope, height), RATE)
    assert moved is not None
    assert moved.slope == pytest.approx(slope, abs=1.5)
    assert moved.height == pytest.approx(height, abs=0.3)
    assert moved.seconds == pytest.approx(STRETCH_S, abs=0.05)


def test_a_sentence_that_does_not_fall_apart_is_not_measured() -> None:
    """Silence, and one long stretch."""
    assert movement(np.zeros(RATE), RATE) is None
    assert movement(1000 * np.sin(2 * np.pi * MIDDLE_HZ * np.arange(RATE) / RATE), RATE) is None
