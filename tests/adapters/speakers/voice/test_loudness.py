"""Loudness: the meter reads what the standard says of known signals; every sound is brought to one loudness."""

from __future__ import annotations

import numpy as np
import pytest

from edge_agent.adapters.speakers.voice.espeak_voice import EspeakVoice
from edge_agent.adapters.speakers.voice.loudness import CEILING_DBTP, SILENT_LUFS, TARGET_LUFS, levelled, measured
from edge_agent.core.speak.sound import to_bytes
from edge_agent.ports import Sound

RATE = 48_000


def sine(dbfs: float, *, hertz: float = 997, seconds: float = 3, rate: int = RATE, phase: float = 0) -> Sound:
    """A sine whose top is that many decibels below full scale."""
    n = np.arange(round(seconds * rate))
    wave = 32767 * 10 ** (dbfs / 20) * np.sin(2 * np.pi * hertz / rate * n + phase)
    return Sound(rate=rate, samples=to_bytes(np.round(wave).astype(np.int16)))


def peaky(seconds: float = 4) -> Sound:
    """Faint noise with a click near full scale every quarter of a second: what a gain alone would overdrive."""
    noise = np.random.default_rng(1).normal(0, 300, round(seconds * RATE))
    noise[:: RATE // 4] = 30_000
    return Sound(rate=RATE, samples=to_bytes(noise.astype(np.int16)))


@pytest.mark.parametrize("dbfs", [0, -20, -40])
def test_the_meter_reads_what_the_standard_says(dbfs: float) -> None:
    """A sine of 997 Hz in one channel measures 3.01 below its top (ITU-R BS.1770-5, annex 1)."""
    loudness = measured(sine(dbfs))
    assert loudness.lufs == pytest.approx(dbfs - 3.01, abs=0.1)
    assert loudness.peak_dbtp == pytest.approx(dbfs, abs=0.1)


def test_a_peak_between_the_samples_is_seen() -> None:
    """At a quarter of the rate, 45 degrees off, no sample is higher than 3 dB below the top of the wave."""
    hidden = sine(0, hertz=RATE / 4, phase=np.pi / 4)
    assert np.abs(np.frombuffer(hidden.samples, "<i2")).max() < 23_200
    assert measured(hidden).peak_dbtp > -0.5


@pytest.mark.parametrize("dbfs", [-1, -12, -30, -45])
@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100])
def test_every_sound_is_brought_to_one_loudness(dbfs: float, rate: int) -> None:
    """However loud it was, at every rate, with its length kept."""
    before = sine(dbfs, rate=rate)
    after = levelled(before)
    assert measured(after).lufs == pytest.approx(TARGET_LUFS, abs=0.3)
    assert (after.rate, len(after.samples)) == (before.rate, len(before.samples))


def test_no_peak_rises_above_the_ceiling() -> None:
    """The limiter holds what the gain would have clipped, and costs little of the loudness."""
    after = measured(levelled(peaky()))
    assert after.peak_dbtp <= CEILING_DBTP
    assert after.lufs == pytest.approx(TARGET_LUFS, abs=1)


def test_what_is_brought_there_stays_there() -> None:
    """Once level, a sound is as loud as it was; a recording may be levelled by its studio too."""
    once = levelled(sine(-30))
    assert measured(levelled(once)).lufs == pytest.approx(measured(once).lufs, abs=0.15)


def test_the_same_sound_gives_the_same_bytes() -> None:
    """So what is made of it can be kept under the hash of what it was made of."""
    assert levelled(peaky()) == levelled(peaky())


@pytest.mark.parametrize("sound", [Sound(rate=RATE, samples=bytes(RATE)), sine(-70), Sound(rate=RATE, samples=b"")])
def test_silence_is_not_made_louder(sound: Sound) -> None:
    """Nor is what is so faint that it can only be noise."""
    assert levelled(sound) is sound
    assert measured(Sound(rate=RATE, samples=bytes(RATE))).lufs == SILENT_LUFS


def test_a_short_word_is_levelled_too() -> None:
    """Shorter than the block that the standard weighs; within what a listener would notice."""
    after = measured(levelled(sine(-30, seconds=0.3)))
    assert after.lufs == pytest.approx(TARGET_LUFS, abs=0.5)
    assert after.peak_dbtp <= CEILING_DBTP


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("您好，校园路路边禁止停车，请您尽快驶离，谢谢配合。", "zh-CN"),
        ("Hello. No parking at the kerb of Campus Road. Please move your vehicle. Thank you.", "en"),
    ],
)
def test_the_voice_is_levelled(text: str, language: str) -> None:
    """Mandarin and English came out at different loudnesses, one of them with peaks over full scale."""
    spoken = EspeakVoice().speak(text, language)
    before, after = measured(spoken), measured(levelled(spoken))
    assert before.lufs < TARGET_LUFS - 1
    assert after.lufs == pytest.approx(TARGET_LUFS, abs=0.2)
    assert after.peak_dbtp <= CEILING_DBTP
