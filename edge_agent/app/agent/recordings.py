"""The agent: one site's cameras, their store, the speaker and the way to the operations centre, wired together.

Each camera has a thread and a world of its own; the store and the outbox are shared. When a camera fails the others
run on to their end, and its error comes out then.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final

from edge_agent import __version__
from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.detection_log import LogHeader, LogWriter
from edge_agent.adapters.mqtt import MqttPublisher, StatusTopic
from edge_agent.adapters.store.recovery import opened_store
from edge_agent.app.agent.camera import CameraLoop, Outfit, watch
from edge_agent.app.agent.live_delivery import standing_of
from edge_agent.app.agent.narration import narrate
from edge_agent.app.agent.shelves import VIEWS
from edge_agent.app.detect.detectors import detector_for, opened_detector
from edge_agent.app.detect.judging import judges_of
from edge_agent.app.detect.plates import PICTURES, PlateReader
from edge_agent.app.evidence.pictures import pictures_of
from edge_agent.app.evidence.sealing import sealed_at_last, sealer_of
from edge_agent.app.feed.delivery import Delivery
from edge_agent.app.feed.messages import agent_health, status_topic
from edge_agent.app.health.degraded import AgentPart, Degraded
from edge_agent.app.plan import Plan
from edge_agent.app.speak.announcers import RecordedAnnouncer, only_files
from edge_agent.app.speak.phrase_cache import phrase_cache_of
from edge_agent.app.stream.frames import FrameRing
from edge_agent.app.stream.looks import looks
from edge_agent.app.stream.recording import Recording
from edge_agent.app.teach.proposing import proposing
from edge_agent.config.site.site_file import VideoFileSettings
from edge_agent.core.errors import BadInputError, OutsideError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.effects import Effect, ReadPlate
    from edge_agent.core.events import PlateRead
    from edge_agent.ports import Store

DRAIN_S: Final = 30.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """How a run ended: the messages the broker has taken, those it has not, and what stands in their way."""

    delivered: int
    waiting: int
    trouble: str


def run_agent(plan: Plan, *, progress: Callable[[str, datetime], None], stop: Event) -> RunSummary:
    """Run every camera to its end, or until ``stop`` is set, and deliver what there is to say.

    Raises:
        OutsideError: A camera, the disk or the model failed; what was stored is kept. (The broker is no reason.)
    """
    state = plan.loaded.state
    recordings, degraded = recordings_of(plan.loaded, plan.loops), Degraded()
    with ExitStack() as stack:
        now = SystemClock().now()
        store, lost = opened_store(state / "agent.db", now, evidence=state / "evidence")
        stack.callback(store.close)
        if lost:
            _log.error("%s", lost)
            store.queue((agent_health(plan.loaded.site, now, "state_damaged", lost),), now)
        without = partial(degraded.without, AgentPart.BROKER)
        publisher = publisher_of(plan, without)
        stack.callback(publisher.close)
        delivery = Delivery(store, publisher, salt=plan.loaded.site.agent, without=without)
        delivery.standing = standing_of(plan.loaded, store)
        delivery.start()
        stack.callback(delivery.close)
        crew = Crew(plan, store, delivery.wake, progress, stop)
        crew.run(recordings)
        sealed_at_last(sealer_of(plan.loaded, SystemClock(), lambda: plan.loaded.site))
        waiting = delivery.drain(within_s=DRAIN_S)
        return RunSummary(delivered=store.backlog().taken, waiting=waiting, trouble=str(delivery.trouble or ""))


def recordings_of(loaded: LoadedSite, loops: timedelta | None) -> list[Recording]:
    """The recordings that stand for the cameras; raises BadInputError for one that is a stream, or would be heard."""
    only_files(loaded)
    return [_recording(loaded, camera, loops) for camera in loaded.cameras]


def _recording(loaded: LoadedSite, camera: str, loops: timedelta | None) -> Recording:
    source = loaded.cameras[camera].source
    if not isinstance(source, VideoFileSettings):
        raise BadInputError(f"camera {camera}: found a stream, expected a video file; live streams are not read yet")
    return Recording(loaded=loaded, camera=camera, path=source.path, loops=loops)


def unconnected(plan: Plan) -> MqttPublisher:
    """The way to the broker, which is connected when it is first needed."""
    site = plan.loaded.site
    clock = SystemClock()
    status = StatusTopic(
        topic=status_topic(site), agent=site.agent, software=__version__, started=clock.now(), clock=clock
    )
    return MqttPublisher(plan.broker, client_id=plan.broker.client(site.agent), status=status)


def publisher_of(plan: Plan, without: Callable[[str], None]) -> MqttPublisher:
    """The way to the broker, connected if it is there and lets us in; ``without`` is told why else."""
    publisher = unconnected(plan)
    try:
        publisher.connect()
    except OutsideError as error:
        _log.error("starting without the broker, what there is to say waits in the outbox: %s", error)
        without(str(error))
    return publisher


class Crew:
    """The cameras of a site, a thread each."""

    def __init__(
        self,
        plan: Plan,
        store: Store,
        queued: Callable[[], None],
        progress: Callable[[str, datetime], None],
        stop: Event,
    ) -> None:
        self._plan = plan
        self._store = store
        self._sounds = phrase_cache_of(plan.loaded).sounds
        self._queued = queued
        self._progress = progress
        self._stop = stop
        self._errors: list[BaseException] = []
        self._lock = Lock()

    def run(self, recordings: list[Recording]) -> None:
        """Run all to their end; raises the first error once the others have ended."""
        threads = [Thread(target=self._guarded, args=(each,), name=f"camera {each.camera}") for each in recordings]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._errors:
            raise self._errors[0]

    def _guarded(self, recording: Recording) -> None:
        try:
            self._run(recording)
        except BaseException as error:  # noqa: BLE001 - it comes out of `run`
            with self._lock:
                self._errors.append(error)

    def _run(self, recording: Recording) -> None:
        plan, camera = self._plan, recording.camera
        detector = detector_for(plan.loaded)
        done = self._store.progress(camera)
        source = recording.opened(skip_to=done.looked)
        ring, announcer = FrameRing(), RecordedAnnouncer(plan.loaded, self._sounds)
        with ExitStack() as stack:
            log = None
            if plan.logs is not None:
                header = LogHeader(camera=camera, size=source.size, model=detector.model_id, started=recording.begins)
                log = stack.enter_context(LogWriter(plan.logs / log_name(camera), header, keep=done.events))
            # Its own, for the other one is busy on another thread; a second look is no easier to please.
            closer = opened_detector(plan.loaded, min_score=plan.loaded.site.policy.seeing.min_score)
            outfit = Outfit(
                site=plan.loaded.site,
                detector=closer,
                recall=announcer.recall,
                ask=announcer.say,
                snapshots=pictures_of(plan.loaded, camera, closer),
                store=self._store,
                ring=ring,
                log=log,
                views=plan.loaded.state / VIEWS,
                judges=judges_of(plan.loaded),
                disagreed=proposing(plan.loaded.state, camera, ring),
                committed=self._committed,
                read=partial(_read_plate, plan.loaded, PlateReader(plan.loaded), ring),
            )
            loop = CameraLoop(camera, outfit)
            stream = stack.enter_context(closing(looks(source, detector)))
            watch(loop, stream, ring, progress=lambda at: self._progress(camera, at), stop=self._stop)

    def _committed(self, effects: tuple[Effect, ...]) -> None:
        narrate(effects)
        self._queued()


def _read_plate(loaded: LoadedSite, reader: PlateReader, ring: FrameRing, request: ReadPlate) -> PlateRead | None:
    """What is read of a vehicle of a recording, at once; None, and a word in the log, where nothing can be."""
    pictures = [each.image for each in ring.last(PICTURES, until=request.at)]
    try:
        return reader.read(request, pictures, loaded.site.plates.mode)
    except OutsideError as error:
        _log.warning("no plate is read: %s", error)
        return None


def log_name(camera: str) -> str:
    """The file name of a camera's detection log."""
    return f"{camera}.detections.jsonl"
