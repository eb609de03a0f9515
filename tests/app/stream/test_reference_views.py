"""Scenes: what a camera shows is known again after a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_agent.app.stream.reference_views import Scenes
from edge_agent.core.errors import OutsideError
from edge_agent.core.stream.health import Health
from edge_agent.core.stream.reference_view import ReferenceView
from edge_agent.core.stream.trouble import Trouble
from tests.street import at, span

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = Health(
    at=at(9),
    good=at(7),
    trouble=Trouble.MOVED,
    since=at(7),
    marks=(1, 2),
    size=(640, 360),
    landmarks=ReferenceView(scene="AAAA" * 1200, at=at(7), learned=span(60), agreement=0.9, contrast=0.2),
)


def test_what_was_known_is_known_again(tmp_path: Path) -> None:
    """To the last value."""
    Scenes(tmp_path / "scenes").remember("c1", KNOWN)
    assert Scenes(tmp_path / "scenes").remembered("c1") == KNOWN
    assert Scenes(tmp_path / "scenes").remembered("c2") is None


def test_a_damaged_file_is_forgotten(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The view is learned anew, and the log says so."""
    (tmp_path / "c1.json").write_text('{"at": "yesterday"}', encoding="utf-8")
    assert Scenes(tmp_path).remembered("c1") is None
    assert "the view of camera c1 is learned anew: stored health: at" in caplog.text


def test_a_disk_that_refuses_is_named(tmp_path: Path) -> None:
    """In one sentence."""
    (tmp_path / "taken").write_text("no folder", encoding="utf-8")
    with pytest.raises(OutsideError, match=r"taken/c1\.json: cannot be written: File exists"):
        Scenes(tmp_path / "taken").remember("c1", KNOWN)
