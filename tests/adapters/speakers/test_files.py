"""The file outlet writes what a loudspeaker would say, and knows after a crash whether it did."""

from __future__ import annotations

import wave
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge_agent.adapters.speakers.files import FileOutlet
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result
from edge_agent.ports import Sound, SpeakerAnswer
from edge_agent.ports.outlets import Announcement
from tests.street import START

if TYPE_CHECKING:
    from pathlib import Path

TEXT = {"zh-CN": "请驶离", "en": "Please move on"}
SOUNDS = {
    "zh-CN": Sound(rate=8000, samples=b"\x00\x10\x00\xf0" * 12),
    "en": Sound(rate=8000, samples=b"\x00\x20\x00\xe0" * 56),
}


def warning(n: int = 1, volume: float = 1.0) -> Announcement:
    """Warning ``n`` of an incident, in two languages."""
    return Announcement(
        id=f"say-{n}",
        incident="i-1",
        zone="z",
        kind="illegal_parking",
        n=n,
        at=START,
        until=START + timedelta(seconds=30),
        text=TEXT,
        sounds=SOUNDS,
        volume=volume,
    )


def test_a_warning_is_a_file_in_each_language(tmp_path: Path) -> None:
    """Read back: one channel, 16 bits, the sound's rate, its length and its samples."""
    assert FileOutlet(folder=tmp_path / "said").play(warning(2)) == SpeakerAnswer(result=Result.PLAYED)
    names = sorted(path.name for path in (tmp_path / "said").iterdir())
    assert names == ["i-1-warning-2-en.wav", "i-1-warning-2-zh-CN.wav"]
    with wave.open(str(tmp_path / "said" / "i-1-warning-2-en.wav")) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 8000)
        assert sound.readframes(200) == SOUNDS["en"].samples


def test_a_softer_warning_is_a_quieter_file(tmp_path: Path) -> None:
    """Half the amplitude, sample by sample."""
    FileOutlet(folder=tmp_path).play(warning(volume=0.5))
    with wave.open(str(tmp_path / "i-1-warning-1-en.wav")) as sound:
        heard = np.frombuffer(sound.readframes(200), "<i2")
    assert list(2 * heard.astype(int)) == list(np.frombuffer(SOUNDS["en"].samples, "<i2"))


def test_playing_it_twice_is_the_same_bytes(tmp_path: Path) -> None:
    """So two runs can be compared file by file."""
    FileOutlet(folder=tmp_path / "a").play(warning())
    FileOutlet(folder=tmp_path / "b").play(warning())
    first, second = ({p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in "ab")
    assert first == second


def test_it_recalls_what_was_played(tmp_path: Path) -> None:
    """Another process asks after a crash; another warning of the same incident was not played."""
    FileOutlet(folder=tmp_path).play(warning(1))
    again = FileOutlet(folder=tmp_path)
    assert again.recall(replace(warning(1), sounds={})) == SpeakerAnswer(result=Result.PLAYED)
    assert again.recall(warning(2)) == SpeakerAnswer(result=Result.FAILED, reason="not played")


def test_what_was_written_before_a_cut_is_not_written_again(tmp_path: Path) -> None:
    """Cut between two languages: the first file stays the very file it was, the other is written now."""
    half = replace(warning(), sounds={"zh-CN": SOUNDS["zh-CN"]})
    FileOutlet(folder=tmp_path).play(half)
    (written,) = tmp_path.glob("*.wav")
    before = written.stat().st_ino
    assert FileOutlet(folder=tmp_path).recall(warning()).result is Result.FAILED
    assert FileOutlet(folder=tmp_path).play(warning()) == SpeakerAnswer(result=Result.PLAYED)
    assert written.stat().st_ino == before
    assert len(list(tmp_path.glob("*.wav"))) == 2


def test_a_disk_that_fails_is_an_answer(tmp_path: Path) -> None:
    """A file stands where the folder should be: the ladder decides what a failed warning means."""
    (tmp_path / "said").touch()
    outlet = FileOutlet(folder=tmp_path / "said")
    answer = outlet.play(warning())
    assert answer.result is Result.FAILED
    assert answer.reason.startswith(f"{tmp_path / 'said'} cannot be written: ")
    with pytest.raises(OutsideError, match="said cannot be written: expected a folder"):
        outlet.probe()


def test_a_folder_that_is_not_there_yet_will_be_made(tmp_path: Path) -> None:
    """Looking for it makes nothing."""
    outlet = FileOutlet(folder=tmp_path / "new" / "warnings")
    assert outlet.probe() == f"files into {tmp_path / 'new' / 'warnings'}"
    outlet.close()
    assert list(tmp_path.iterdir()) == []
