"""The file speaker writes what a loudspeaker would say, and knows after a crash whether it did."""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING

from edge_agent.adapters.speakers.files import FileSpeaker
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result
from edge_agent.ports import Answer, Sound
from tests.adapters.steps import asked

if TYPE_CHECKING:
    from pathlib import Path


class Hum:
    """A voice that hums for as many milliseconds as the text has letters."""

    def speak(self, text: str, language: str) -> Sound:
        """One note for Chinese, another for the rest."""
        note = b"\x00\x10\x00\xf0" if language == "zh-CN" else b"\x00\x20\x00\xe0"
        return Sound(rate=8000, samples=note * (4 * len(text)))


class Hoarse:
    """A voice that fails."""

    def speak(self, text: str, language: str) -> Sound:
        """Cannot."""
        raise OutsideError(f"voice {language}: cannot say {text!r}")


class Faint:
    """A voice that breaks off after the first language."""

    def __init__(self) -> None:
        self.left = 1

    def speak(self, text: str, language: str) -> Sound:
        """Once."""
        self.left -= 1
        if self.left < 0:
            raise OutsideError("voice: lost")
        return Hum().speak(text, language)


def test_a_warning_is_a_file_in_each_language(tmp_path: Path) -> None:
    """Read back: one channel, 16 bits, the voice's rate, its length and its sound."""
    assert FileSpeaker(tmp_path / "said", Hum()).say(asked(0, n=2)) == Answer(result=Result.PLAYED)
    names = sorted(path.name for path in (tmp_path / "said").iterdir())
    assert names == ["i-1-warning-2-en.wav", "i-1-warning-2-zh-CN.wav"]
    with wave.open(str(tmp_path / "said" / "i-1-warning-2-en.wav")) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 8000)
        assert sound.getnframes() == 8 * len("Please move on")
        assert sound.readframes(2) == b"\x00\x20\x00\xe0"


def test_saying_it_twice_is_the_same_bytes(tmp_path: Path) -> None:
    """So two runs can be compared file by file."""
    speaker = FileSpeaker(tmp_path, Hum())
    speaker.say(asked(0))
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    speaker.say(asked(0))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first


def test_it_recalls_what_was_said(tmp_path: Path) -> None:
    """Another process asks after a crash; another warning of the same incident was not said."""
    FileSpeaker(tmp_path, Hum()).say(asked(0, n=1))
    again = FileSpeaker(tmp_path, Hum())
    assert again.recall(asked(0, n=1)) == Answer(result=Result.PLAYED)
    assert again.recall(asked(0, n=2)) == Answer(result=Result.FAILED, reason="not played")


def test_a_warning_broken_off_was_not_said(tmp_path: Path) -> None:
    """Both languages or nothing."""
    speaker = FileSpeaker(tmp_path, Faint())
    assert speaker.say(asked(0)) == Answer(result=Result.FAILED, reason="voice: lost")
    assert speaker.recall(asked(0)).result is Result.FAILED


def test_a_voice_that_fails_is_an_answer(tmp_path: Path) -> None:
    """The ladder decides what a failed warning means; nothing is left on the disk."""
    answer = FileSpeaker(tmp_path, Hoarse()).say(asked(0))
    assert answer.result is Result.FAILED
    assert "cannot say" in answer.reason
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fails_is_an_answer(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "said").touch()
    answer = FileSpeaker(tmp_path / "said", Hum()).say(asked(0))
    assert answer.result is Result.FAILED
    assert answer.reason.startswith(f"{tmp_path / 'said'} cannot be written: ")


def test_what_was_spoken_before_a_cut_is_not_spoken_again(tmp_path: Path) -> None:
    """Cut between two languages: the first file stays the very file it was, the other is written now."""
    FileSpeaker(tmp_path, Faint()).say(asked(1))
    (spoken,) = tmp_path.glob("*.wav")
    before = spoken.stat().st_ino
    assert FileSpeaker(tmp_path, Hum()).say(asked(1)) == Answer(result=Result.PLAYED)
    assert spoken.stat().st_ino == before
    assert len(list(tmp_path.glob("*.wav"))) == 2
