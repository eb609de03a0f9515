"""Kills lose nothing and double nothing; ``python -m tests.centre.killing 200`` does it longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.centre.killing import killed_and_compared
from tests.feed.brokers import MOSQUITTO


def test_kills_of_workers_broker_and_database_change_nothing(tmp_path: Path) -> None:
    """Every message once, whole, and every subject where its last message says."""
    if MOSQUITTO is None:
        pytest.skip("the embedded broker's memory ends with it")
    outcome = killed_and_compared(tmp_path, kills=10, incidents=20, pause_s=0.8)
    assert (outcome.lost, outcome.wrong) == ([], [])
    assert outcome.kept == outcome.published == 20 * 12
