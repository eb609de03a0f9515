"""What to run, and what a running agent stands on: handed to every part that needs more than one of it."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING

from edge_agent.app.health.degraded import Degraded

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta
    from pathlib import Path

    from edge_agent.adapters.clock import SteadyClock
    from edge_agent.adapters.metrics import PrometheusMetrics
    from edge_agent.adapters.store.sqlite import SqliteStore
    from edge_agent.adapters.systemd import Supervisor
    from edge_agent.app.feed.standing import StandingMessages
    from edge_agent.app.health.timekeeper import Timekeeper
    from edge_agent.config.broker.broker_settings import BrokerSettings
    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.site.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to run: the site, how long recordings are repeated, and the folder for detection logs, if any are kept."""

    loaded: LoadedSite
    broker: BrokerSettings
    loops: timedelta | None = None
    logs: Path | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
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
    standing: StandingMessages

    def adopted(self, also: Callable[[Site], None]) -> Callable[[Site], None]:
        """Who is told of a site that is taken over: what the broker keeps of us, and ``also``."""

        def tell(site: Site) -> None:
            self.standing.site = site
            also(site)

        return tell

    def anew(self) -> None:
        """End, and begin again from what the store holds."""
        self.again.set()
        self.stop.set()
