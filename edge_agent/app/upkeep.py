"""Upkeep: what a live agent does every so often, beside watching.

::

    every 5 s    are the files of the site others than they were?
    every 10 s   how much waits for the broker; is there more to look at than the box can?
    every minute which way does the clock lean; is there evidence to seal?
    every 5 min  is there room on the disk; what do the cameras show, should the power go; who puts it right when asked?
    as asked     tell the service manager that all goes on
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final

from edge_agent.app.caretaker import Chore
from edge_agent.app.feed import agent_health
from edge_agent.app.tallies import WINDOW, measure
from edge_agent.core.attention import SWEEP
from edge_agent.ports import Measure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from edge_agent.adapters.clock import SteadyClock
    from edge_agent.adapters.store.sqlite import SqliteStore
    from edge_agent.adapters.systemd import Supervisor
    from edge_agent.app.attention import Attention
    from edge_agent.app.housekeeping import Housekeeper
    from edge_agent.app.live_camera import LiveCamera
    from edge_agent.app.reload import Reload, Reloaded
    from edge_agent.app.scenes import Scenes
    from edge_agent.app.watchdog import Watchdog
    from edge_agent.core.site import Site
    from edge_agent.ports import Metrics

SECONDS: Final = timedelta(seconds=5)
MINUTE: Final = timedelta(minutes=1)
MINUTES: Final = timedelta(minutes=5)
OVERLOADED: Final = 3 * SWEEP
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Load:
    """Whether it has been said that there is too much to do."""

    too_much: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """The chores of one agent, and all that they touch; ``site`` is the one of the start.

    ``adopted`` is told of every site that is taken over, ``seal`` seals what was added to the evidence.
    """

    site: Site
    cameras: Mapping[str, LiveCamera]
    store: SqliteStore
    clock: SteadyClock
    metrics: Metrics
    watchdog: Watchdog
    supervisor: Supervisor
    housekeeper: Housekeeper
    scenes: Scenes
    reload: Reload
    attention: Attention
    wake: Callable[[], None]
    adopted: Callable[[Site], None] = lambda _: None
    seal: Callable[[], None] = lambda: None
    load: _Load = field(default_factory=_Load)
    one_at_a_time: AbstractContextManager[object] = field(default_factory=Lock)

    def chores(self) -> tuple[Chore, ...]:
        """All of them, for a caretaker."""
        return (
            Chore("reload", SECONDS, self.adopt),
            Chore("outbox", 2 * SECONDS, self._measure),
            Chore("load", 2 * SECONDS, self._weigh),
            Chore("clock", MINUTE, self._steer),
            Chore("seal", MINUTE, self.seal),
            Chore("housekeeping", MINUTES, self.tidy),
            Chore("scenes", MINUTES, self.remember),
            Chore("outcomes", MINUTES, self._count),
            Chore("watchdog", (self.supervisor.patience or MINUTE) / 3, self._feed),
        )

    def remember(self) -> None:
        """Keep what the cameras show."""
        for name, camera in self.cameras.items():
            self.scenes.remember(name, camera.lookout.health)

    def adopt(self) -> Reloaded | None:
        """Take over what the files say now; what is wrong with them is told, once, and changes nothing.

        Returns what was found, None where nothing has changed; may be called from any thread.
        """
        with self.one_at_a_time:
            found = self.reload.changed()
            if found is not None:
                self._adopt(found)
            return found

    def _adopt(self, found: Reloaded) -> None:
        if found.refused:
            _log.error("the files were not taken over: %s", found.refused)
            self._tell("config_refused", found.refused)
            return
        for name, camera in self.cameras.items():
            camera.adopt(found.site)
            if name in found.redrawn:  # whoever drew them has looked at what the camera shows
                camera.lookout.confirm()
        self.adopted(found.site)
        if found.waiting:
            _log.warning("for a change of %s the agent must be started anew", ", ".join(found.waiting))
        _log.info("the files were taken over")
        self._tell("restart_needed" if found.waiting else "ok", ", ".join(found.waiting))

    def _weigh(self) -> None:
        """Say when there is more to look at than the box can, and when that is over; all fall behind alike."""
        behind = self.attention.behind()
        if behind >= OVERLOADED and not self.load.too_much:
            _log.warning("too many looks for this box: they come %.1f s late", behind.total_seconds())
            self._tell("overloaded", f"looks come {behind.total_seconds():.1f} s late")
            self.load.too_much = True
        elif behind <= SWEEP and self.load.too_much:
            self._tell("ok", "")
            self.load.too_much = False

    def _tell(self, state: str, reason: str) -> None:
        now = self.clock.now()
        self.store.queue((agent_health(self.site, now, state, reason),), now)
        self.wake()

    def tidy(self) -> None:
        """Make room on the disk; the logs being written stay."""
        self.housekeeper.tidy(frozenset(path for each in self.cameras.values() if (path := each.log_path) is not None))

    def _feed(self) -> None:
        """Tell the service manager that all goes on; where it does not, silence makes it start us again."""
        trouble = self.watchdog.trouble()
        if trouble:
            _log.error("not well: %s", trouble)
        else:
            self.supervisor.alive()
        self.supervisor.status(trouble or f"watching {len(self.cameras)} cameras")

    def _steer(self) -> None:
        self.metrics.level(Measure.CLOCK_OFFSET, self.clock.steer().total_seconds())
        synchronised = self.clock.synchronised()
        if synchronised is not None:
            self.metrics.level(Measure.CLOCK_SYNCHRONISED, synchronised)

    def _count(self) -> None:
        measure(self.store.outcomes(self.clock.now() - WINDOW), self.reload.site(), self.metrics)

    def _measure(self) -> None:
        self.metrics.level(Measure.OUTBOX, self.store.backlog().messages)
