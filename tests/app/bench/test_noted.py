"""Noted: every lag and look by itself, and the pages of the agent as ever."""

from __future__ import annotations

from datetime import datetime

from edge_agent.app.bench.crowd import Percentiles, spread
from edge_agent.app.bench.noted import Noted
from edge_agent.ports.measures import Measure
from tests.street import at


class Hands:
    """A clock whose hands are moved."""

    def __init__(self) -> None:
        self.second = 0.0

    def now(self) -> datetime:
        """Where they are."""
        return at(self.second)

    def sleep(self, seconds: float) -> None:
        """Forwards."""
        self.second += seconds


def test_what_came_before_is_not_counted() -> None:
    """Looks, sweeps, lags and detections alike, and of every camera by itself."""
    clock = Hands()
    noted = Noted(clock)
    for second, camera in ((0, "a"), (1, "b"), (2, "a"), (4.5, "a"), (5, "b")):
        clock.second = second
        noted.count(Measure.LOOKS, camera=camera)
        noted.span(Measure.DECISION_LAG, second / 10)
        noted.span(Measure.DETECTOR, second / 100)
    assert noted.first_look("b") == at(1)
    assert noted.first_look("c") is None
    assert noted.looks(at(2)) == 3
    assert noted.sweeps(at(0)) == (2, 2.5, 4)
    assert noted.sweeps(at(2)) == (2.5,)
    assert noted.lags(at(4)) == (0.45, 0.5)
    assert noted.detector(at(5)) == (0.05,)


def test_the_agents_own_page_tells_them_too() -> None:
    """A bench reads along, it takes nothing away."""
    noted = Noted(Hands())
    noted.count(Measure.LOOKS, camera="a")
    noted.count(Measure.DROPS, camera="a", cause="late")
    assert b'edge_agent_looks_total{camera="a"} 1.0' in noted.text()
    assert noted.looks(at(0)) == 1


def test_a_spread_is_its_middle_and_its_worst() -> None:
    """And nothing where there was nothing."""
    assert spread(tuple(n / 100 for n in range(101))) == Percentiles(p50=0.5, p99=0.99, worst=1.0)
    assert spread(()) == Percentiles(p50=0.0, p99=0.0, worst=0.0)
