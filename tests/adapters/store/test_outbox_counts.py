"""What a store has been given to tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_agent.adapters.store import SqliteStore
from edge_agent.adapters.store.outbox import payloads
from edge_agent.core.errors import OutsideError
from edge_agent.ports import Message
from tests.street import at


def test_delivered_or_not_it_is_told_in_its_order(tmp_path: Path) -> None:
    """A message that the broker has taken is still there."""
    store = SqliteStore(tmp_path / "agent.db")
    store.queue(tuple(Message(id=n, key="k", topic="t", payload=n.encode()) for n in "abc"), at(0))
    store.delivered((1,))
    store.close()
    assert payloads(tmp_path / "agent.db") == (b"a", b"b", b"c")


def test_where_there_is_no_store_it_says_so(tmp_path: Path) -> None:
    """In one sentence."""
    with pytest.raises(OutsideError, match=r"agent\.db"):
        payloads(tmp_path / "agent.db")
