"""Live: the cameras of a box as they are now, for as long as it has power.

::

    a camera:  reader (lookout) ─┐                    ┌─▶ its own thread: fold, keep, act
    a camera:  reader (lookout) ─┼─▶ attention ─▶ detectors (one a core) ─▶ …
    …                            ┘                    speakers · delivery · caretaker

Threads and not tasks: reading, detecting, keeping and sending all block, and release the interpreter while they do.
A camera that fails is health, and is tried again for ever; anything else that ends a thread ends the agent, and whoever
started it starts it again from what the store holds.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.allocator import share_arenas
from edge_agent.adapters.clock import SteadyClock
from edge_agent.adapters.metrics import CONTENT_TYPE, PrometheusMetrics
from edge_agent.adapters.monitoring import MonitoringServer, Page
from edge_agent.adapters.opencv_threads import no_threads
from edge_agent.adapters.state_folder import DATABASE, Shelf, StateFolder
from edge_agent.adapters.store.sqlite import SqliteStore
from edge_agent.adapters.systemd import Supervisor
from edge_agent.app.agent import DRAIN_S, Ended, publisher_of
from edge_agent.app.attention import Attention
from edge_agent.app.caretaker import Caretaker
from edge_agent.app.clerk import Clerk, Stills, main_stills
from edge_agent.app.deliver import Delivery
from edge_agent.app.detectors import Closer, Detectors, detector_for
from edge_agent.app.feed import ClockMark, agent_health
from edge_agent.app.housekeeping import Housekeeper
from edge_agent.app.live_box import Box
from edge_agent.app.live_camera import LiveCamera
from edge_agent.app.live_sources import main_streams, streams_of, watched
from edge_agent.app.lookout import Lookout
from edge_agent.app.phrasebook import phrasebook_of
from edge_agent.app.reload import Reload
from edge_agent.app.scenes import Scenes
from edge_agent.app.sealing import sealed_at_last, sealer_of
from edge_agent.app.speaking import live_announcer, sounds_folder
from edge_agent.app.tallies import WINDOW, json_text, sections
from edge_agent.app.threads import Threads, take_turns
from edge_agent.app.upkeep import Upkeep
from edge_agent.app.watchdog import Watchdog
from edge_agent.app.way_back import way_back
from edge_agent.ports import Measure

if TYPE_CHECKING:
    from threading import Event

    from edge_agent.adapters.mqtt import MqttPublisher
    from edge_agent.app.agent import Plan
    from edge_agent.config.loading import LoadedSite
    from edge_agent.core.effects import SaveSnapshot
    from edge_agent.core.site import Site
    from edge_agent.ports import Caption, Clock, LiveSource, Metrics

Follow = Callable[[str, Lookout, "Clock"], "LiveSource"]  # a camera, who looks out for it, and what time it is
SILENCE: Final = timedelta(seconds=30)  # of a part that must go on
HEALTH: Final = "/healthz"


def run_live(
    plan: Plan,
    *,
    stop: Event,
    supervisor: Supervisor | None = None,
    dated: Callable[[Clock], None] = lambda _: None,
    metrics: PrometheusMetrics | None = None,
    follow: Follow | None = None,
) -> Ended:
    """Watch every camera until ``stop`` is set; ``dated`` is told the clock that dates everything.

    A bench reads the ``metrics`` too, and gives streams that do not come over RTSP to ``follow``.

    Raises:
        LoginRefusedError: The broker does not let us in.
        OutsideError: The disk or the model failed, or the monitoring address is taken; what was stored is kept.
    """
    share_arenas()
    no_threads()
    take_turns()
    with ExitStack() as stack:
        store = SqliteStore(plan.loaded.state / DATABASE)
        stack.callback(store.close)
        clock = SteadyClock.going_on(store.latest())
        dated(clock)
        publisher = publisher_of(plan)
        stack.callback(publisher.close)
        metrics = metrics or PrometheusMetrics()
        delivery = _delivery(plan.loaded.site, store, clock, publisher, metrics)
        around = Around(plan, store, clock, metrics, delivery.wake, supervisor or Supervisor(), stop)
        live = Live(around, follow=follow)
        stack.enter_context(live.monitored())
        delivery.start()
        stack.callback(delivery.close)
        live.run()
        waiting = delivery.drain(within_s=DRAIN_S)
        return Ended(told=store.backlog().taken, waiting=waiting, trouble=str(delivery.trouble or ""))


def _delivery(
    site: Site, store: SqliteStore, clock: SteadyClock, publisher: MqttPublisher, metrics: PrometheusMetrics
) -> Delivery:
    """What is to be said of the delivery itself is queued like everything else."""

    def tell(state: str, reason: str) -> None:
        now = clock.now()
        store.queue((agent_health(site, now, state, reason),), now)

    return Delivery(store, publisher, salt=site.agent, taken=partial(metrics.count, Measure.DELIVERED), tell=tell)


@dataclass(frozen=True, slots=True)
class Around:
    """What a live agent stands on: its site, store and clock, where it measures, whom it wakes, what ends it."""

    plan: Plan
    store: SqliteStore
    clock: SteadyClock
    metrics: PrometheusMetrics
    wake: Callable[[], None]
    supervisor: Supervisor
    stop: Event


class Live:
    """The cameras of a box, and all that serves them."""

    def __init__(self, around: Around, *, follow: Follow | None = None) -> None:
        loaded, clock = around.plan.loaded, around.clock
        self._around = around
        self._loaded = loaded
        self._clock = clock
        self._metrics = around.metrics
        self._supervisor = around.supervisor
        self._stop = around.stop
        self._follow = follow or self._over_rtsp
        self._watchdog = Watchdog(clock, SILENCE)
        self._streams = streams_of(loaded)
        self._phrasebook = phrasebook_of(loaded)
        self._announcer = live_announcer(around, self._site, self._phrasebook.sounds)
        self._clerk = Clerk(loaded.state / "evidence", clock)
        self._attention = Attention(tuple(self._streams))
        self._detectors = Detectors([detector_for(loaded) for _ in range(_detectors(loaded))])
        self._kept = main_streams(loaded, clock)
        self._sealer = sealer_of(loaded, clock, self._site)
        box, scenes = self._box(), Scenes(loaded.state / "scenes")
        self._cameras = {
            name: LiveCamera(name, box, loaded.site, health=scenes.remembered(name)) for name in self._streams
        }
        self._upkeep = self._kept_up(scenes)
        model = self._detectors.model_id
        self._way_back = way_back(around, self._cameras, self._announcer, self._upkeep, model=model)

    def _site(self) -> Site:
        return self._upkeep.reload.site()

    def _box(self) -> Box:
        """What the cameras share."""
        around, loaded, clock = self._around, self._loaded, self._clock
        return Box(
            store=around.store,
            attention=self._attention,
            clock=clock,
            clock_mark=lambda: ClockMark(offset=clock.offset(), synchronised=clock.synchronised()),
            metrics=self._metrics,
            announcer=self._announcer,
            closer=Closer(self._detectors, min_score=loaded.site.policy.seeing.min_score),
            evidence=loaded.state / "evidence",
            logs=around.plan.logs,
            file=self._file,
            wake=around.wake,
            make_room=self._make_room,
            watchdog=self._watchdog,
            stop=self._stop,
            waits=around.store.commands.waits,
        )

    def _kept_up(self, scenes: Scenes) -> Upkeep:
        """The chores beside watching."""
        around = self._around
        return Upkeep(
            site=self._loaded.site,
            cameras=self._cameras,
            store=around.store,
            clock=self._clock,
            metrics=self._metrics,
            watchdog=self._watchdog,
            supervisor=self._supervisor,
            housekeeper=_housekeeper(around.plan, around.store, self._clock, self._metrics),
            scenes=scenes,
            reload=Reload(self._loaded, self._detectors.labels),
            attention=self._attention,
            wake=around.wake,
            adopted=self._phrasebook.adopt,
            seal=self._sealer.turn,
        )

    def monitored(self) -> MonitoringServer:
        """The pages of this agent, to be entered."""
        at = self._loaded.monitoring
        pages = {"/metrics": self._page, HEALTH: self._health, "/stats": self._stats}
        return MonitoringServer(pages, host=at.host, port=at.port)

    def _page(self) -> Page:
        return Page(body=self._metrics.text(), type=CONTENT_TYPE)

    def _health(self) -> Page:
        trouble = self._watchdog.trouble()
        return Page(body=f"{trouble or 'ok'}\n".encode(), ok=not trouble)

    def _stats(self) -> Page:
        outcomes = self._around.store.outcomes(self._clock.now() - WINDOW)
        return Page(body=json_text(sections(outcomes, self._loaded.timezone)).encode(), type="application/json")

    def run(self) -> None:
        """Watch until told to stop; what was folded by then is kept."""
        threads = Threads(self._stop)
        sources = {name: self._follow(name, each.lookout, self._clock) for name, each in self._cameras.items()}
        for mouth in self._announcer.mouths.values():
            threads.start(f"speaker {mouth.name}", mouth.run)
        threads.start("phrasebook", partial(self._phrasebook.run, self._clock))
        threads.start("commands", partial(self._way_back.desk.run, self._stop))
        threads.start("command listener", partial(self._way_back.listener.run, self._stop))
        for name, camera in self._cameras.items():
            threads.start(f"camera {name}", camera.run)
            threads.start(f"reader {name}", partial(camera.lookout.run, sources[name]))
        for name, kept in self._kept.items():
            threads.start(f"main stream {name}", kept.run)
        for number in range(self._detectors.count):
            threads.start(f"detector {number}", partial(self._detect, number))
        threads.start("clerk", partial(self._clerk.run, self._stop))
        threads.start("caretaker", lambda: Caretaker(self._upkeep.chores(), self._clock).run(self._stop))
        self._supervisor.ready()
        self._stop.wait()
        self._supervisor.stopping()
        for source in sources.values():
            source.close()
        for kept in self._kept.values():
            kept.close()
        self._attention.close()
        self._announcer.close()
        self._phrasebook.close()
        threads.join()
        self._announcer.release()
        self._upkeep.remember()
        sealed_at_last(self._sealer)

    def _over_rtsp(self, name: str, lookout: Lookout, clock: Clock) -> LiveSource:
        return watched(self._streams[name].url, lookout, clock, salt=f"{self._loaded.site.agent}/{name}")

    def _file(self, camera: str, request: SaveSnapshot, caption: Callable[[datetime], Caption | None]) -> None:
        if camera in self._kept:
            stills = main_stills(self._loaded.state, camera, self._detectors.model_id, self._site())
            self._clerk.file(request, self._kept[camera].ring, Stills(stills, caption))

    def _make_room(self) -> None:
        self._upkeep.tidy()

    def _detect(self, number: int) -> None:
        """Look at whatever is most urgent, for ever."""
        part = f"detector {number}"
        while (ticket := self._attention.take()) is not None:
            with self._detectors.lent() as detector:  # who waits for second looks is not silent
                self._watchdog.beat(part)
                begun = self._clock.now()
                found = detector.detect(ticket.frame.image)
                self._metrics.span(Measure.DETECTOR, (self._clock.now() - begun).total_seconds())
            self._cameras[ticket.camera].seen(ticket, found)
            self._watchdog.leave(part)  # it may wait for the next picture for as long as there is none


def _housekeeper(plan: Plan, store: SqliteStore, clock: SteadyClock, metrics: Metrics) -> Housekeeper:
    loaded = plan.loaded
    shelves = {Shelf.EVIDENCE: loaded.state / "evidence", Shelf.SOUNDS: sounds_folder(loaded)}
    if plan.logs is not None:
        shelves[Shelf.LOGS] = plan.logs
    return Housekeeper(StateFolder(loaded.state, shelves), store, clock, loaded.storage, metrics)


def _detectors(loaded: LoadedSite) -> int:
    """One a core, where the site does not say: a second thread in one detector gains less than a second detector."""
    return loaded.runtime.detectors or os.cpu_count() or 1
