"""Parts of a live agent, each made once at its start."""

from __future__ import annotations

import logging
from threading import Event, Thread
from typing import TYPE_CHECKING

from edge_agent import __version__
from edge_agent.adapters.software import software_sha256
from edge_agent.app.feed.messages import agent_health
from edge_agent.ports import Measure

if TYPE_CHECKING:
    from edge_agent.adapters.clock import SteadyClock
    from edge_agent.adapters.store.sqlite import SqliteStore
    from edge_agent.core.site.site import Site
    from edge_agent.ports import Metrics

_log = logging.getLogger(__name__)


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


def measure_build(metrics: Metrics, model: str) -> None:
    """Say which program runs, and by which model it sees."""
    metrics.level(Measure.BUILD, 1, version=__version__, software=software_sha256()[:12], model=model[:12])
