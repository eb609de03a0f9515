"""A store in a folder of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the state lies; its folder does not exist yet."""
    return tmp_path / "state" / "agent.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    """A store that was never used."""
    opened = SqliteStore(path)
    yield opened
    opened.close()
