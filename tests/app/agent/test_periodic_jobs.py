"""the upkeep: each chore at the start and then in its own time, whatever the outside makes of it."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

import pytest

from edge_agent.app.agent.threads import PeriodicJob, PeriodicJobs
from edge_agent.core.errors import OutsideError
from tests.clocks import SimulatedClock


def test_each_chore_has_its_own_time() -> None:
    """Both at the start; then one every ten seconds and one every minute."""
    clock, done = SimulatedClock(), list[str]()
    chores = (
        PeriodicJob("often", timedelta(seconds=10), lambda: done.append("often")),
        PeriodicJob("rarely", timedelta(seconds=60), lambda: done.append("rarely")),
    )
    upkeep_jobs = PeriodicJobs(chores, clock)
    for _ in range(61):
        upkeep_jobs.turn()
        clock.sleep(1)
    assert done.count("often") == 7
    assert done.count("rarely") == 2
    assert done[:2] == ["often", "rarely"]


def test_a_chore_that_the_outside_fails_is_tried_again_in_its_time(caplog: pytest.LogCaptureFixture) -> None:
    """It is written down, and keeps no other from being done."""
    clock, done = SimulatedClock(), list[str]()

    def failing() -> None:
        done.append("tried")
        raise OutsideError("the disk is away")

    upkeep_jobs = PeriodicJobs(
        (
            PeriodicJob("disk", timedelta(seconds=5), failing),
            PeriodicJob("clock", timedelta(seconds=5), lambda: done.append("clock")),
        ),
        clock,
    )
    upkeep_jobs.turn()
    upkeep_jobs.turn()
    clock.sleep(5)
    upkeep_jobs.turn()
    assert done == ["tried", "clock"] * 2
    assert caplog.messages == ["disk: the disk is away"] * 2


def test_a_bug_in_a_chore_comes_out() -> None:
    """What is not the outside's fault ends the agent."""

    def broken() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        PeriodicJobs((PeriodicJob("sums", timedelta(seconds=5), broken),), SimulatedClock()).turn()


def test_it_ends_when_it_is_told_to() -> None:
    """After what is due has been done."""
    stop, done = Event(), list[str]()

    def last() -> None:
        done.append("done")
        stop.set()

    PeriodicJobs((PeriodicJob("once", timedelta(seconds=5), last),), SimulatedClock()).run(stop)
    assert done == ["done"]
