"""The clock tells aware UTC time that does not stand still, and waits."""

from __future__ import annotations

from datetime import UTC, timedelta

from edge_agent.adapters.clock import SystemClock


def test_now_is_aware_and_goes_on() -> None:
    """In UTC, so that no two parts of the agent disagree about the hour; a wait lets it pass."""
    clock = SystemClock()
    before = clock.now()
    clock.sleep(0.01)
    assert before.tzinfo is UTC
    assert clock.now() - before >= timedelta(milliseconds=9)


def test_a_wait_that_is_over_already_returns_at_once() -> None:
    """A deadline in the past is no error."""
    clock = SystemClock()
    before = clock.now()
    clock.sleep(-3600)
    assert clock.now() - before < timedelta(seconds=60)
