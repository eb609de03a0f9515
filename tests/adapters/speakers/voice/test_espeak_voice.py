"""The voice speaks Mandarin and English offline, the same bytes each time, and says what it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge_agent.adapters.speakers.voice.espeak_voice import EspeakVoice
from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.ports import Sound

MANDARIN = "您好，这里禁止停车，请立即驶离。"
ENGLISH = "No parking here. Please move your vehicle now."


def seconds(sound: Sound) -> float:
    """How long it lasts."""
    return len(sound.samples) / 2 / sound.rate


def loudness(sound: Sound) -> float:
    """Root mean square of the samples, 0 to 32768."""
    return float(np.sqrt(np.mean(np.frombuffer(sound.samples, "<i2").astype(np.float64) ** 2)))


@pytest.mark.parametrize(("text", "language"), [(MANDARIN, "zh-CN"), (ENGLISH, "en")])
def test_a_warning_can_be_heard(text: str, language: str) -> None:
    """A sentence of this length takes some seconds, and is not silence."""
    sound = EspeakVoice().speak(text, language)
    assert 1.5 < seconds(sound) < 8
    assert loudness(sound) > 500


def test_mandarin_is_not_read_as_english() -> None:
    """The languages sound different, so the tag is heeded."""
    voice = EspeakVoice()
    assert voice.speak(MANDARIN, "zh-CN") != voice.speak(MANDARIN, "en")
    assert voice.speak(MANDARIN, "zh-CN") == voice.speak(MANDARIN, "ZH-Hans-CN")


def test_the_same_text_is_the_same_bytes() -> None:
    """Whatever was spoken before it, by this voice or another."""
    first, second = EspeakVoice(), EspeakVoice()
    second.speak("Something else entirely.", "en")
    assert first.speak(ENGLISH, "en") == second.speak(ENGLISH, "en")
    assert first.speak(ENGLISH, "en") is first.speak(ENGLISH, "en")


def test_a_language_without_a_voice_is_named() -> None:
    """As is what there is instead."""
    with pytest.raises(OutsideError, match="no voice for language 'tlh', expected one of zh, en"):
        EspeakVoice().speak("nuqneH", "tlh")


def test_nothing_to_say_is_said() -> None:
    """A silent warning would count as played."""
    with pytest.raises(OutsideError, match="made no sound of ''"):
        EspeakVoice().speak("", "en")


def test_a_missing_engine_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine is an extra; without it the warning fails, the agent does not."""
    (tmp_path / "espeakng_loader.py").write_text("raise ImportError('not here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(OutsideError, match=r"not installed \(pip install 'edge-agent\[voice\]'\)"):
        EspeakVoice().speak(ENGLISH, "en")


def test_a_crash_of_the_engine_is_survived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It dies in a process of its own."""
    (tmp_path / "espeakng_loader.py").write_text("import os; os.abort()")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(OutsideError, match="the speech engine ended with code -6"):
        EspeakVoice().speak(ENGLISH, "en")
