"""The state folder is measured and cleared on a real disk."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.state_folder import Shelf, StateFolder
from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    """A state with a database, one incident, one sound, and no logs yet."""
    for name in (
        "agent.db",
        "agent.db-wal",
        "evidence/i-1/a.jpg",
        "evidence/i-1/a.json",
        "sounds/i-1-warning-1-en.wav",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(5000))
    return StateFolder(tmp_path, {shelf: tmp_path / shelf for shelf in Shelf})


def names(folder: StateFolder, shelf: Shelf) -> set[str]:
    """The files on one shelf."""
    return {file.path.name for file in folder.files() if file.shelf is shelf}


def test_every_file_is_on_its_shelf(folder: StateFolder) -> None:
    """With its incident, the room it takes on the disk (no less than its bytes), and its time."""
    assert names(folder, Shelf.EVIDENCE) == {"a.jpg", "a.json"}
    assert names(folder, Shelf.SOUNDS) == {"i-1-warning-1-en.wav"}
    assert names(folder, Shelf.LOGS) == set()
    assert {file.incident for file in folder.files()} == {"i-1", None}
    for file in folder.files():
        assert file.size >= 5000
        assert abs((datetime.fromtimestamp(file.path.stat().st_mtime, UTC) - file.written).total_seconds()) < 1


def test_only_what_is_named_as_ours_is_ours(folder: StateFolder, tmp_path: Path) -> None:
    """A person who keeps logs in a folder of their own must not lose the rest of it."""
    for name in (
        "logs/c1.detections.jsonl",
        "logs/c1.000000001800.detections.jsonl",
        "logs/thesis.txt",
        "sounds/a.wav",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert names(folder, Shelf.LOGS) == {"c1.detections.jsonl", "c1.000000001800.detections.jsonl"}
    assert names(folder, Shelf.SOUNDS) == {"i-1-warning-1-en.wav"}


def test_the_room_counts_the_database_with_its_log(folder: StateFolder) -> None:
    """And the disk as it is for us."""
    room = folder.room()
    assert room.database >= 10_000
    assert room.free > 0


def test_deleting_frees_what_was_counted(folder: StateFolder, tmp_path: Path) -> None:
    """The emptied folder goes with its files, the shelf stays; what is gone already is no error."""
    evidence = [file for file in folder.files() if file.shelf is Shelf.EVIDENCE]
    assert folder.delete(evidence) == sum(file.size for file in evidence)
    assert names(folder, Shelf.EVIDENCE) == set()
    assert list((tmp_path / "evidence").iterdir()) == []
    assert folder.delete(evidence) == sum(file.size for file in evidence)
    assert names(folder, Shelf.SOUNDS) == {"i-1-warning-1-en.wav"}


def test_a_link_leads_nowhere(folder: StateFolder, tmp_path: Path) -> None:
    """Housekeeping must not be led to what is not ours."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("mine")
    (tmp_path / "evidence" / "i-2").symlink_to(outside)
    (tmp_path / "evidence" / "precious").symlink_to(outside / "precious")
    assert names(folder, Shelf.EVIDENCE) == {"a.jpg", "a.json"}


def test_what_cannot_be_deleted_is_named(folder: StateFolder, tmp_path: Path) -> None:
    """A folder has taken the place of the file, as a stand-in for a disk that refuses."""
    (sound,) = (file for file in folder.files() if file.shelf is Shelf.SOUNDS)
    sound.path.unlink()
    sound.path.mkdir()
    with pytest.raises(OutsideError, match=r"warning-1-en\.wav: cannot be deleted"):
        folder.delete([sound])
    with pytest.raises(OutsideError, match="cannot be measured"):
        StateFolder(tmp_path / "gone", {}).room()
