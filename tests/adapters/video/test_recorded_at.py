"""When a recording began, by its container."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge_agent.adapters.video.recorded_at import recorded_at
from tests.adapters.video.test_video_file import film as plain_film
from tests.footage.dated import film


@pytest.mark.parametrize("name", ["road.mp4", "road.mkv"])
def test_what_a_container_says_is_read(tmp_path: Path, name: str) -> None:
    """Of MP4 and of Matroska."""
    at = datetime(2026, 11, 1, 8, 0, 5, tzinfo=UTC)
    assert recorded_at(film(tmp_path / name, moment=at)) == at


def test_a_clock_that_was_never_set_is_not_believed(tmp_path: Path) -> None:
    """1970 is when the clocks of recorders begin."""
    assert recorded_at(film(tmp_path / "road.mp4", moment=datetime(1970, 1, 1, 0, 1, tzinfo=UTC))) is None


def test_one_that_says_nothing_says_nothing(tmp_path: Path) -> None:
    """Nor does a file that is no video, or is not there."""
    assert recorded_at(plain_film(tmp_path / "road.mp4", range(0, 400, 40))) is None
    (tmp_path / "none.mp4").write_bytes(b"nothing")
    assert recorded_at(tmp_path / "none.mp4") is None
    assert recorded_at(tmp_path / "missing.mp4") is None
