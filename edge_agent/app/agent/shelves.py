"""Which folders a live agent's housekeeper keeps in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_agent.adapters.state_folder import Shelf, StateFolder
from edge_agent.app.evidence.housekeeping import Housekeeper
from edge_agent.app.speak.announcers import sounds_folder

if TYPE_CHECKING:
    from edge_agent.adapters.clock import SteadyClock
    from edge_agent.adapters.store.sqlite import SqliteStore
    from edge_agent.app.plan import Plan
    from edge_agent.ports import Metrics

EVIDENCE: Final = "evidence"
VIEWS: Final = "views"


def housekeeper_of(plan: Plan, store: SqliteStore, clock: SteadyClock, metrics: Metrics) -> Housekeeper:
    """The one who looks after evidence, sounds and, where they are kept, detection logs."""
    loaded = plan.loaded
    shelves = {Shelf.EVIDENCE: loaded.state / EVIDENCE, Shelf.SOUNDS: sounds_folder(loaded)}
    if plan.logs is not None:
        shelves[Shelf.LOGS] = plan.logs
    folder = StateFolder(loaded.state, shelves)
    return Housekeeper(folder, store, clock, loaded.storage, metrics, jumps=store.jumps.all)
