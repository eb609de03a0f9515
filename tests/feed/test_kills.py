"""Whatever is killed between an incident and the centre: nothing is lost, nothing is doubled, order is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.feed.brokers import MOSQUITTO, broker_of
from tests.feed.killing import killed_and_counted

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(MOSQUITTO is None, reason="the embedded broker's memory ends with it: what it had taken is lost")
def test_twenty_blows_over_a_hundred_incidents(tmp_path: Path) -> None:
    """Agent and broker by SIGKILL, cut cables, a full disk; `lab/bench/feed_kills.py` gives ten times as many."""
    outcome = killed_and_counted(tmp_path, broker_of(tmp_path), kills=20, incidents=100, pause_s=0.3, rate=60)
    assert (outcome.lost, outcome.doubled, outcome.disordered) == ((), (), ())
    assert outcome.received == outcome.expected == 500
    assert sum(outcome.blows.values()) == 20
