"""What was said, and what may be said, is for the owner's eyes: also in folders of an earlier version."""

from __future__ import annotations

from datetime import UTC, datetime
from stat import S_IMODE
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.speakers.voice.recorded import PhraseFolder
from edge_agent.app.speak.speaker_state import SpokenLog
from edge_agent.core.speak.limits import Spoken
from edge_agent.ports import Sound

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("there", [True, False])
def test_folders_are_0700_and_files_0600(tmp_path: Path, there: bool) -> None:  # noqa: FBT001 - a case
    """Whatever the umask says."""
    phrases, speakers = tmp_path / "phrases", tmp_path / "speakers"
    if there:
        phrases.mkdir(mode=0o755)
        speakers.mkdir(mode=0o755)
    PhraseFolder(phrases).keep("abc", Sound(samples=bytes(160), rate=8000))
    SpokenLog(speakers).keep("gate", Spoken(ended=datetime(2026, 11, 1, tzinfo=UTC)))
    for folder in (phrases, speakers):
        assert S_IMODE(folder.stat().st_mode) == 0o700
        assert [S_IMODE(file.stat().st_mode) for file in folder.iterdir()] == [0o600]
