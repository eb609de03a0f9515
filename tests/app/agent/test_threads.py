"""Threads that work for one thing: the first error ends them all and comes out."""

from __future__ import annotations

import sys
from threading import Event

import pytest

from edge_agent.app.agent.threads import TURN_S, Threads, take_turns
from edge_agent.core.errors import OutsideError

PATIENCE_S = 30.0


def test_work_that_ends_well_ends_quietly() -> None:
    """Nobody is told to stop."""
    stop, done = Event(), list[int]()
    threads = Threads(stop)
    for n in range(3):
        threads.start(f"worker {n}", lambda n=n: done.append(n))  # type: ignore[misc]
    threads.join()
    assert sorted(done) == [0, 1, 2]
    assert not stop.is_set()


def test_the_first_error_stops_all_and_comes_out() -> None:
    """Whoever waits for the end is woken, and an error of a second thread does not hide the first."""
    stop = Event()
    threads = Threads(stop)

    def fails() -> None:
        raise OutsideError("the first")

    def follows() -> None:
        assert stop.wait(PATIENCE_S)
        raise OutsideError("the second")

    threads.start("follows", follows)
    threads.start("fails", fails)
    with pytest.raises(OutsideError, match="the first"):
        threads.join()
    assert stop.is_set()


def test_even_an_end_of_the_interpreter_is_no_silent_death() -> None:
    """SystemExit in a thread would otherwise be swallowed."""
    threads = Threads(Event())

    def ends() -> None:
        raise SystemExit(3)

    threads.start("ends", ends)
    with pytest.raises(SystemExit):
        threads.join()


def test_turns_are_short() -> None:
    """Shorter than what a detector does before the network, and after it."""
    before = sys.getswitchinterval()
    try:
        sys.setswitchinterval(10 * TURN_S)  # whatever another test has left
        take_turns()
        assert sys.getswitchinterval() == pytest.approx(TURN_S)
    finally:
        sys.setswitchinterval(before)


def test_a_thread_that_does_not_end_is_left_behind(caplog: pytest.LogCaptureFixture) -> None:
    """It is named, and the rest of the end goes on."""
    stuck, threads = Event(), Threads(Event())
    threads.start("works", lambda: None)
    threads.start("stuck", lambda: stuck.wait(PATIENCE_S))
    threads.join(within_s=0.2)
    assert "not ended within 0.2 s, left behind: stuck" in caplog.text
    stuck.set()
    threads.join()
