"""A part that falls silent is named; one that ended orderly, or merely has trouble, is not."""

from __future__ import annotations

from datetime import timedelta

from edge_agent.app.agent.threads import Watchdog
from tests.clocks import SimulatedClock


def test_a_silent_part_is_named_until_it_beats_again() -> None:
    """With how long it has been silent."""
    clock = SimulatedClock()
    watchdog = Watchdog(clock, timedelta(seconds=60))
    watchdog.beat("camera c1")
    watchdog.beat("delivery")
    clock.sleep(60)
    assert watchdog.trouble() == ""
    watchdog.beat("delivery")
    clock.sleep(1)
    assert watchdog.trouble() == "camera c1 has been silent for 61 s"
    watchdog.beat("camera c1")
    assert watchdog.trouble() == ""


def test_a_part_that_has_ended_is_not_waited_for() -> None:
    """Nor is one that never began."""
    clock = SimulatedClock()
    watchdog = Watchdog(clock, timedelta(seconds=60))
    watchdog.leave("camera c2")
    watchdog.beat("camera c1")
    watchdog.leave("camera c1")
    clock.sleep(3600)
    assert watchdog.trouble() == ""
