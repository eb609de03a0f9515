"""Upkeep: what a live agent does every so often, beside watching.

::

    every second has somebody asked for the files to be read again?
    every 5 s    are the files of the site others than they were?
    every 10 s   how much waits for the broker; is there more to look at than the box can; is the database there?
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

from edge_agent.app.agent.threads import PeriodicJob
from edge_agent.app.feed.messages import agent_health
from edge_agent.app.feed.statistics import WINDOW, measure
from edge_agent.app.health.contained import report
from edge_agent.app.health.instructions import Instructions
from edge_agent.app.health.timekeeper import STATE
from edge_agent.core.errors import OutsideError
from edge_agent.core.incident.scheduling import SWEEP
from edge_agent.ports import Measure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from threading import Event

    from edge_agent.adapters.clock import SteadyClock
    from edge_agent.adapters.store.sqlite import SqliteStore
    from edge_agent.adapters.systemd import Supervisor
    from edge_agent.app.agent.live_camera import LiveCamera
    from edge_agent.app.agent.reload import Reloaded, SiteReloader
    from edge_agent.app.agent.threads import Watchdog
    from edge_agent.app.detect.scheduling import Attention
    from edge_agent.app.evidence.housekeeping import Housekeeper
    from edge_agent.app.health.timekeeper import Timekeeper
    from edge_agent.app.stream.reference_views import Scenes
    from edge_agent.core.site.site import Site
    from edge_agent.ports import Metrics

SECOND: Final = timedelta(seconds=1)
SECONDS: Final = timedelta(seconds=5)
MINUTE: Final = timedelta(minutes=1)
MINUTES: Final = timedelta(minutes=5)
LOST: Final = "state_damaged"  # as health says it
OVERLOADED: Final = 3 * SWEEP
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Load:
    """Whether it has been said that there is too much to do."""

    too_much: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """The chores of one agent, and all that they touch; ``site`` is the one of the start.

    ``adopted`` is told of every site that is taken over; ``anew`` ends the agent so that it begins again at once.
    ``reread`` is set by whoever wants the files read again now, ``seal`` seals what was added to the evidence.
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
    reload: SiteReloader
    attention: Attention
    wake: Callable[[], None]
    adopted: Callable[[Site], None] = lambda _: None
    timekeeper: Timekeeper | None = None
    anew: Callable[[], None] = lambda: None
    reread: Event | None = None
    seal: Callable[[], None] = lambda: None
    instructions: Instructions = field(init=False)
    load: _Load = field(default_factory=_Load)
    one_at_a_time: AbstractContextManager[object] = field(default_factory=Lock)

    def __post_init__(self) -> None:
        """Look after the instructions of all cameras."""
        instructions = Instructions(self.cameras, self.store.load, self.metrics, self.tell)
        object.__setattr__(self, "instructions", instructions)

    def chores(self) -> tuple[PeriodicJob, ...]:
        """All of them, for an upkeep thread."""
        return (
            PeriodicJob("reload", SECONDS, self.adopt),
            PeriodicJob("reread", SECOND, self._reload_requested),
            PeriodicJob("outbox", 2 * SECONDS, self._measure),
            PeriodicJob("database", 2 * SECONDS, self._mend),
            PeriodicJob("load", 2 * SECONDS, self._weigh),
            PeriodicJob("clock", MINUTE, self._steer),
            PeriodicJob("seal", MINUTE, self.seal),
            PeriodicJob("housekeeping", MINUTES, self.tidy),
            PeriodicJob("scenes", MINUTES, self.remember),
            PeriodicJob("outcomes", MINUTES, self._count),
            PeriodicJob("instructions", 2 * SECONDS, lambda: self.instructions.look(self.clock.now())),
            PeriodicJob("watchdog", (self.supervisor.patience or MINUTE) / 3, self._feed),
        )

    def remember(self) -> None:
        """Keep what the cameras show."""
        for name, camera in self.cameras.items():
            try:
                self.scenes.remember(name, camera.follower.health)
            except OutsideError:
                raise
            except Exception as error:  # noqa: BLE001 - one view that cannot be written is no matter of the others
                report(f"camera {name}, its view", error, "not remembered")

    def adopt(self, *, anew: bool = False) -> Reloaded | None:
        """Take over what the files say now; what is wrong with them is told, once, and changes nothing.

        Returns what was found, None where nothing has changed and they are not to be read ``anew``; may be called from
        any thread.
        """
        with self.one_at_a_time:
            change = self.reload.changed(anew=anew)
            if change is not None:
                self._adopt(change)
            return change

    def _reload_requested(self) -> None:
        """Read the files again where somebody has asked for it (SIGHUP)."""
        if self.reread is not None and self.reread.is_set():
            self.reread.clear()
            _log.info("asked to read the files of the site again")
            self.adopt(anew=True)

    def _adopt(self, change: Reloaded) -> None:
        if change.refused:
            _log.error("the files were not taken over: %s", change.refused)
            self.tell("config_refused", change.refused)
            return
        for name, camera in self.cameras.items():
            camera.adopt(change.site)
            if name in change.redrawn:  # whoever drew them has looked at what the camera shows
                camera.follower.confirm()
        self.adopted(change.site)
        if change.waiting:
            _log.warning("for a change of %s the agent must be started anew", ", ".join(change.waiting))
        _log.info("the files were taken over")
        self.tell("restart_needed" if change.waiting else "ok", ", ".join(change.waiting))

    def _weigh(self) -> None:
        """Say when there is more to look at than the box can, and when that is over; all fall behind alike."""
        behind = self.attention.behind()
        if behind >= OVERLOADED and not self.load.too_much:
            _log.warning("too many looks for this box: they come %.1f s late", behind.total_seconds())
            self.tell("overloaded", f"looks come {behind.total_seconds():.1f} s late")
            self.load.too_much = True
        elif behind <= SWEEP and self.load.too_much:
            self.tell("ok", "")
            self.load.too_much = False

    def tell(self, state: str, reason: str) -> None:
        """Say on the feed how the agent is doing, and why; from any thread."""
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
        why = self.timekeeper.strayed() if self.timekeeper is not None else ""
        if why:
            _log.error("%s", why)
            self.tell(STATE, why)
            self.anew()

    def _mend(self) -> None:
        """Look whether the database still lies where it was opened."""
        mended = self.store.mend(self.clock.now())
        if mended:
            _log.error("%s", mended)
            self.tell(LOST, mended)

    def _count(self) -> None:
        measure(self.store.outcomes(self.clock.now() - WINDOW), self.reload.site(), self.metrics)

    def _measure(self) -> None:
        self.metrics.level(Measure.OUTBOX, self.store.backlog().messages)
