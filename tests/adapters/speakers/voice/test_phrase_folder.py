"""Phrases kept on the disk: what was kept comes back, what is damaged counts as missing, a full disk is no failure."""

from __future__ import annotations

import logging
import os
import wave
from typing import TYPE_CHECKING

from edge_agent.adapters.speakers.voice.recorded import PhraseFolder
from edge_agent.ports import Sound

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

HUM = Sound(rate=8000, samples=b"\x00\x10\x00\xf0" * 100)


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    """Sample by sample, also to the next process; another key has nothing."""
    PhraseFolder(tmp_path / "phrases").keep("ab12", HUM)
    assert PhraseFolder(tmp_path / "phrases").get("ab12") == HUM
    assert PhraseFolder(tmp_path / "phrases").get("cd34") is None


def test_a_damaged_file_counts_as_missing(tmp_path: Path) -> None:
    """Cut off anywhere, of another program, or of another shape."""
    folder = PhraseFolder(tmp_path)
    folder.keep("ab12", HUM)
    (path,) = tmp_path.glob("*.wav")
    whole = path.read_bytes()
    for content in (b"", whole[:10], whole[:-4], b"noise" * 20):
        path.write_bytes(content)
        assert folder.get("ab12") is None
    with wave.open(str(path), "wb") as stereo:
        stereo.setnchannels(2)
        stereo.setsampwidth(2)
        stereo.setframerate(8000)
        stereo.writeframes(bytes(400))
    assert folder.get("ab12") is None


def test_what_is_wanted_is_young_again(tmp_path: Path) -> None:
    """Housekeeping gives up what nobody has wanted for long."""
    folder = PhraseFolder(tmp_path)
    folder.keep("ab12", HUM)
    (path,) = tmp_path.glob("*.wav")
    os.utime(path, (1, 1))
    folder.get("ab12")
    assert path.stat().st_mtime > 1


def test_a_disk_that_takes_nothing_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The phrase is said all the same; once the disk is back, the next trouble is told again."""
    (tmp_path / "phrases").write_text("a file where a folder should be")
    folder = PhraseFolder(tmp_path / "phrases")
    with caplog.at_level(logging.WARNING):
        folder.keep("ab12", HUM)
        folder.keep("cd34", HUM)
    assert [record.getMessage() for record in caplog.records] == [
        f"phrases cannot be kept in {tmp_path / 'phrases'}: File exists"
    ]
