"""A file is there whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from edge_agent.config.yaml.rewriting import write_private, write_whole


def test_a_private_file_is_for_nobody_else(tmp_path: Path) -> None:
    """Whatever is already there: an open folder, or a file that a power cut has left half."""
    folder = tmp_path / "inc-1"
    folder.mkdir(mode=0o755)
    (folder / ".a.jpg.part").write_bytes(b"half")
    write_private(folder / "a.jpg", b"whole")
    assert (folder / "a.jpg").read_bytes() == b"whole"
    assert (folder / "a.jpg").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    write_whole(tmp_path / "b.txt", b"for all")
    assert (tmp_path / "b.txt").stat().st_mode & 0o044
    assert tmp_path.stat().st_mode & 0o700


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """Its folder is made, and nothing is left beside it."""
    path = tmp_path / "a" / "b" / "note.json"
    write_whole(path, b"old")
    write_whole(path, b"new and longer")
    assert path.read_bytes() == b"new and longer"
    assert [each.name for each in path.parent.iterdir()] == ["note.json"]


def test_what_cannot_be_written_leaves_the_old_file(tmp_path: Path) -> None:
    """The disk takes half of it: the old content stays, and the error says so."""
    path = tmp_path / "note.json"
    write_whole(path, b"old")
    program = f"""
import resource
from pathlib import Path
from edge_agent.config.yaml.rewriting import write_whole
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
write_whole(Path({str(path)!r}), bytes(5000))
"""
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert done.returncode != 0
    assert "File too large" in done.stderr
    assert path.read_bytes() == b"old"


def test_a_folder_that_cannot_be_made_is_an_error_of_the_system(tmp_path: Path) -> None:
    """For the adapter to put into a sentence."""
    (tmp_path / "a").touch()
    with pytest.raises(OSError, match="a"):
        write_whole(tmp_path / "a" / "note.json", b"")


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_what_is_private_is_the_owners_alone(tmp_path: Path, umask: int) -> None:
    """Every folder that was made for it too; whatever the umask of whoever started the program."""
    path = tmp_path / "a" / "b" / "picture.jpg"
    before = os.umask(umask & 0o077)
    try:
        write_whole(path, b"a face", private=True)
        write_whole(path, b"another", private=True)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert {each.stat().st_mode & 0o777 for each in (path.parent, path.parent.parent)} == {0o700}
