"""The key of a box's plates: made once, readable by nobody else."""

from __future__ import annotations

from pathlib import Path
from stat import S_IMODE

import pytest

from edge_agent.adapters.plates.key import NAME, plate_key
from edge_agent.core.errors import BadInputError, OutsideError


def test_a_key_is_made_once(tmp_path: Path) -> None:
    """32 bytes of mode 0600; the next start finds the same, and nothing else lies beside it."""
    key = plate_key(tmp_path / "keys")
    assert len(key) == 32
    assert plate_key(tmp_path / "keys") == key
    assert plate_key(tmp_path / "other") != key
    assert S_IMODE((tmp_path / "keys" / NAME).stat().st_mode) == 0o600
    assert [each.name for each in (tmp_path / "keys").iterdir()] == [NAME]


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """Who copied it can undo the hashes."""
    plate_key(tmp_path)
    (tmp_path / NAME).chmod(0o640)
    with pytest.raises(BadInputError, match=r"others may read it \(mode 0640\), expected mode 0600"):
        plate_key(tmp_path)


def test_a_key_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    """Another one would make every plate a new one, so it is not replaced in silence."""
    (tmp_path / NAME).write_bytes(b"short")
    (tmp_path / NAME).chmod(0o600)
    with pytest.raises(BadInputError, match="has 5 bytes, expected 32"):
        plate_key(tmp_path)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A file stands in its place."""
    (tmp_path / "keys").write_text("")
    with pytest.raises(OutsideError, match=r"plates\.key: cannot be read or made"):
        plate_key(tmp_path / "keys")
