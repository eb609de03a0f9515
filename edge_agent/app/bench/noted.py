"""Noted: the agent's own metrics, with every measure that a bench wants kept one by one."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from edge_agent.adapters.metrics import PrometheusMetrics
from edge_agent.ports.measures import Measure

if TYPE_CHECKING:
    from datetime import datetime

    from edge_agent.ports import Clock


class Noted(PrometheusMetrics):
    """Keeps each decision lag and each look with the moment it was told; all else is as in any agent.

    Looks are noted on every camera's own thread, each into a list of its own, so that nobody waits for a lock.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._lags: list[tuple[datetime, float]] = []
        self._detector: list[tuple[datetime, float]] = []
        self._looks: defaultdict[str, list[datetime]] = defaultdict(list)
        self._held: defaultdict[str, list[datetime]] = defaultdict(list)

    def count(self, measure: Measure, by: float = 1, **labels: str) -> None:
        """So many more have happened."""
        super().count(measure, by, **labels)
        if measure is Measure.LOOKS:
            self._looks[labels["camera"]].append(self._clock.now())
        elif measure is Measure.LOOKS_HELD:
            self._held[labels["camera"]].append(self._clock.now())

    def span(self, measure: Measure, seconds: float, **labels: str) -> None:
        """One took so long."""
        super().span(measure, seconds, **labels)
        if measure is Measure.DECISION_LAG:
            self._lags.append((self._clock.now(), seconds))
        elif measure is Measure.DETECTOR:
            self._detector.append((self._clock.now(), seconds))

    def lags(self, since: datetime) -> tuple[float, ...]:
        """The decision lags told from then on, in seconds."""
        return tuple(lag for at, lag in self._lags if at >= since)

    def detector(self, since: datetime) -> tuple[float, ...]:
        """How long the detector took, each time from then on, in seconds on the wall."""
        return tuple(took for at, took in self._detector if at >= since)

    def first_look(self, camera: str) -> datetime | None:
        """When a camera's first look had been folded."""
        return next(iter(self._looks[camera]), None)

    def looks(self, since: datetime) -> int:
        """How many looks of all cameras were folded from then on."""
        return sum(1 for looked in self._looks.values() for at in looked if at >= since)

    def held(self, since: datetime) -> int:
        """For how many of them no detector was asked."""
        return sum(1 for moments in self._held.values() for at in moments if at >= since)

    def sweeps(self, since: datetime) -> tuple[float, ...]:
        """Seconds from one folded look of a camera to its next, of all cameras, from then on."""
        moments = ([at for at in looked if at >= since] for looked in self._looks.values())
        return tuple((after - before).total_seconds() for looked in moments for before, after in pairwise(looked))
