"""Parts of a live agent, each made once at its start."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING

from edge_agent.app.feed import agent_health

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.adapters.clock import SteadyClock
    from edge_agent.adapters.metrics import PrometheusMetrics
    from edge_agent.adapters.store.sqlite import SqliteStore
    from edge_agent.adapters.systemd import Supervisor
    from edge_agent.app.agent import Plan
    from edge_agent.app.degraded import Degraded
    from edge_agent.app.timekeeper import Timekeeper
    from edge_agent.core.site import Site

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Around:
    """What a live agent stands on: its site, store and clock, where it measures, whom it wakes, what ends it.

    ``degraded`` is told of what it has to do without.
    """

    plan: Plan
    store: SqliteStore
    clock: SteadyClock
    metrics: PrometheusMetrics
    wake: Callable[[], None]
    supervisor: Supervisor
    stop: Event
    degraded: Degraded
    again: Event
    timekeeper: Timekeeper
    reread: Event | None

    def anew(self) -> None:
        """End, and begin again from what the store holds."""
        self.again.set()
        self.stop.set()


def relayed(stop: Event) -> Event:
    """An event that is set when ``stop`` is, and may be set without it."""
    ends = Event()

    def relay() -> None:
        stop.wait()
        ends.set()

    Thread(target=relay, daemon=True, name="stop").start()
    return ends


def begun(site: Site, store: SqliteStore, clock: SteadyClock, told: dict[str, str]) -> None:
    """Say what was found amiss at the start, by its state."""
    now = clock.now()
    for state, why in told.items():
        if why:
            _log.error("%s", why)
            store.queue((agent_health(site, now, state, why),), now)
