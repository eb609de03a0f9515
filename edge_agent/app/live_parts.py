"""Parts of a live agent, each made once at its start."""

from __future__ import annotations

import logging
import os
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.state_folder import Shelf, StateFolder
from edge_agent.app.feed import agent_health
from edge_agent.app.housekeeping import Housekeeper
from edge_agent.app.live_sources import Kept
from edge_agent.app.speaking import sounds_folder

if TYPE_CHECKING:
    from edge_agent.adapters.clock import SteadyClock
    from edge_agent.adapters.store.sqlite import SqliteStore
    from edge_agent.app.agent import Plan
    from edge_agent.config.loading import LoadedSite
    from edge_agent.core.site import Site
    from edge_agent.ports import Metrics

EVIDENCE: Final = "evidence"
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


def main_streams(loaded: LoadedSite, clock: SteadyClock) -> dict[str, Kept]:
    """The streams of which clips are kept, by camera."""
    return {
        name: Kept(name, settings.main.url, clock, salt=f"{loaded.site.agent}/{name}/main")
        for name, settings in loaded.cameras.items()
        if settings.main is not None
    }


def housekeeper_of(plan: Plan, store: SqliteStore, clock: SteadyClock, metrics: Metrics) -> Housekeeper:
    """Whoever keeps the folders of this agent within their limits."""
    loaded = plan.loaded
    shelves = {Shelf.EVIDENCE: loaded.state / EVIDENCE, Shelf.SOUNDS: sounds_folder(loaded)}
    if plan.logs is not None:
        shelves[Shelf.LOGS] = plan.logs
    folder = StateFolder(loaded.state, shelves)
    return Housekeeper(folder, store, clock, loaded.storage, metrics, jumps=store.jumps.all)


def detector_count(loaded: LoadedSite) -> int:
    """One a core, where the site does not say: a second thread in one detector gains less than a second detector."""
    return loaded.runtime.detectors or os.cpu_count() or 1
