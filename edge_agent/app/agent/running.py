"""A live agent from its start to its end: its store, its clock and its delivery, and what was amiss at the start."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from threading import Event, Thread
from typing import TYPE_CHECKING

from edge_agent.adapters.clock import SteadyClock, SystemClock
from edge_agent.adapters.metrics import PrometheusMetrics
from edge_agent.adapters.process import share_arenas
from edge_agent.adapters.state_folder import DATABASE
from edge_agent.adapters.store.recovery import opened_store
from edge_agent.adapters.systemd import Supervisor
from edge_agent.adapters.video.still import no_threads
from edge_agent.app.agent.live import Follow, Live
from edge_agent.app.agent.live_delivery import delivery_of, show
from edge_agent.app.agent.recordings import DRAIN_S, RunSummary, unconnected
from edge_agent.app.agent.shelves import EVIDENCE
from edge_agent.app.agent.threads import take_turns
from edge_agent.app.agent.upkeep import LOST
from edge_agent.app.feed.messages import agent_health
from edge_agent.app.health.degraded import Degraded
from edge_agent.app.health.timekeeper import STATE, Timekeeper
from edge_agent.app.plan import Surroundings

if TYPE_CHECKING:
    from edge_agent.adapters.store.sqlite import SqliteStore
    from edge_agent.app.plan import Plan
    from edge_agent.core.site.site import Site
    from edge_agent.ports import Clock


_log = logging.getLogger(__name__)


def relayed(stop: Event) -> Event:
    """An event that is set when ``stop`` is, and may be set without it."""
    ends = Event()

    def relay() -> None:
        stop.wait()
        ends.set()

    Thread(target=relay, daemon=True, name="stop").start()
    return ends


def begun(site: Site, store: SqliteStore, clock: SteadyClock, begun_at: dict[str, str]) -> None:
    """Say what was found amiss at the start, by its state."""
    now = clock.now()
    for state, why in begun_at.items():
        if why:
            _log.error("%s", why)
            store.queue((agent_health(site, now, state, why),), now)


def run_live(
    plan: Plan,
    *,
    stop: Event,
    reread: Event | None = None,
    supervisor: Supervisor | None = None,
    dated: Callable[[Clock], None] = lambda _: None,
    metrics: PrometheusMetrics | None = None,
    follow: Follow | None = None,
) -> RunSummary:
    """Watch every camera until ``stop`` is set; ``dated`` is told the clock that dates everything.

    Whenever ``reread`` is set, the files of the site are read again, whether or not they look changed.

    A bench reads the ``metrics`` too, and gives streams that do not come over RTSP to ``follow``.

    Raises:
        OutsideError: The disk or the model failed; what was stored is kept.
    """
    for settle in (share_arenas, no_threads, take_turns):
        settle()
    measured = metrics or PrometheusMetrics()
    while True:
        ends, anew = relayed(stop), Event()
        ended = _once(plan, ends, anew, reread, supervisor or Supervisor(), dated, measured, follow)
        if stop.is_set() or not anew.is_set():
            return ended


def _once(
    plan: Plan,
    stop: Event,
    anew: Event,
    reread: Event | None,
    supervisor: Supervisor,
    dated: Callable[[Clock], None],
    metrics: PrometheusMetrics,
    follow: Follow | None,
) -> RunSummary:
    """Watch until ``stop``; ``anew`` is set too where it is to begin again."""
    with ExitStack() as stack:
        state = plan.loaded.state
        store, lost = opened_store(state / DATABASE, SystemClock().now(), evidence=state / EVIDENCE)
        stack.callback(store.close)
        before = store.latest()
        clock = SteadyClock.going_on(before)
        dated(clock)
        timekeeper = Timekeeper(clock=clock, before=before)
        begun(plan.loaded.site, store, clock, {LOST: lost, STATE: timekeeper.begin(store.jumps)})
        degraded = Degraded(partial(show, metrics))
        # Connected by the delivery: a broker that keeps us waiting must not keep the cameras waiting.
        publisher = unconnected(plan)
        stack.callback(publisher.close)
        delivery, sender = delivery_of(plan.loaded, store, publisher, metrics, clock=clock, degraded=degraded)
        wake = delivery.wake
        around = Surroundings(
            plan, store, clock, metrics, wake, supervisor, stop, degraded, anew, timekeeper, reread, sender
        )
        live = Live(around, follow=follow)
        publisher.ears = live.ears if plan.broker.one_connection else None
        stack.enter_context(live.monitored())
        delivery.start()
        stack.callback(delivery.close)
        live.run()
        waiting = delivery.drain(within_s=DRAIN_S)
        return RunSummary(delivered=store.backlog().taken, waiting=waiting, trouble=str(delivery.trouble or ""))
