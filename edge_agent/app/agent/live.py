"""Live: the cameras of a box as they are now, for as long as it has power.

::

    a camera:  reader (follower) ─┐                    ┌─▶ its own thread: fold, keep, act
    a camera:  reader (follower) ─┼─▶ attention ─▶ detectors (one a core) ─▶ …
    …                            ┘                    speakers · delivery · upkeep

Threads and not tasks: reading, detecting, keeping and sending all block, and release the interpreter while they do.
A camera that fails, by whatever error in its reading, looking, judging or keeping, is health, and is tried again for
ever (``contained.py``); anything else that ends a thread ends the agent, and whoever started it starts it again from
what the store holds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.rtsp import options_of
from edge_agent.adapters.video.decoding_marks import DecodingMarks, hold_s
from edge_agent.app.agent.box_commands import command_link
from edge_agent.app.agent.live_camera import LiveCamera
from edge_agent.app.agent.live_uploads import run_uploads
from edge_agent.app.agent.monitored import Monitored
from edge_agent.app.agent.narration import measure_build
from edge_agent.app.agent.pages import Pages
from edge_agent.app.agent.plate_desk import PlateDesk
from edge_agent.app.agent.reload import SiteReloader
from edge_agent.app.agent.shared import SharedParts
from edge_agent.app.agent.shelves import EVIDENCE, VIEWS, housekeeper_of
from edge_agent.app.agent.threads import PeriodicJobs, Threads, Watchdog
from edge_agent.app.agent.upkeep import Upkeep
from edge_agent.app.detect.detectors import Closer, Detectors, detector_for, how_many
from edge_agent.app.detect.judging import judges_of
from edge_agent.app.detect.plates import PlateReader
from edge_agent.app.detect.scheduling import Attention
from edge_agent.app.evidence.clip_copies import ClipCopies
from edge_agent.app.evidence.clip_writer import ClipWriter, Stills
from edge_agent.app.evidence.main_stills import MainStills
from edge_agent.app.evidence.pictures import live_pictures, may_leave
from edge_agent.app.evidence.sealing import sealed_at_last, sealer_of
from edge_agent.app.feed.messages import ClockMark
from edge_agent.app.feed.statistics import WINDOW
from edge_agent.app.health.degraded import AgentPart
from edge_agent.app.health.first_looks import FirstLooks
from edge_agent.app.plan import Surroundings
from edge_agent.app.speak.announcers import live_announcer
from edge_agent.app.speak.phrase_cache import phrase_cache_of
from edge_agent.app.stream.follower import StreamFollower, streams_of, watched
from edge_agent.app.stream.main_stream import main_streams
from edge_agent.app.stream.reference_views import Scenes
from edge_agent.app.teach.proposing import propose_judged, proposing
from edge_agent.ports import DropCause, Measure

if TYPE_CHECKING:
    from edge_agent.adapters.evidence.snapshots import SnapshotFolder
    from edge_agent.adapters.mqtt.subscriber import CommandListener
    from edge_agent.core.effects import SaveSnapshot
    from edge_agent.core.events import Detection
    from edge_agent.core.site.site import Site
    from edge_agent.ports import Caption, Clock, Image, LiveSource

Follow = Callable[[str, StreamFollower, "Clock"], "LiveSource"]  # a camera, who looks out for it, and what time it is
SILENCE: Final = timedelta(seconds=30)  # of a part that must go on
ENDING_S: Final = 10.0  # for every thread to end once it is told to


class Live:
    """The cameras of a box, and all that serves them."""

    def __init__(self, around: Surroundings, *, follow: Follow | None = None) -> None:
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
        self._marks = DecodingMarks(loaded.state / "decoding", tuple(self._streams), clock.now)
        self._phrase_cache = phrase_cache_of(loaded, self._metrics)
        self._announcer = live_announcer(around, self._site, self._phrase_cache.sounds)
        self._clip_writer = ClipWriter(loaded.state / EVIDENCE, clock)
        self._attention = Attention(tuple(self._streams), self._dropped)
        self._first_looks = FirstLooks(self._streams)
        self._detectors = Detectors([detector_for(loaded) for _ in range(how_many(loaded))])
        self._closer = Closer(self._detectors, min_score=loaded.site.policy.seeing.min_score)
        self._pictures = partial(live_pictures, loaded, Closer(self._detectors, min_score=0.0))  # hides all it can
        self._kept = main_streams(loaded, clock, self._dropped)
        self._main_stills = MainStills(
            folder=loaded.state / EVIDENCE,
            rings={name: stream.ring for name, stream in self._kept.items()},
            pictures=self._main_pictures,
        )
        patient = Closer(self._detectors, min_score=0.0, first=False)
        self._clip_copies = ClipCopies(state=loaded.state, redacted=partial(may_leave, loaded, patient), clock=clock)
        self._plates = PlateDesk(PlateReader(loaded), self._kept, clock, self._dropped)
        self._sealer = sealer_of(loaded, clock, self._site)
        box, scenes = self._box(), Scenes(loaded.state / "scenes")
        self._cameras = {
            name: LiveCamera(name, box, loaded.site, health=scenes.remembered(name)) for name in self._streams
        }
        self._upkeep = self._maintenance(scenes)
        measure_build(self._metrics, self._detectors.model_id)
        self._recovering = command_link(around, self._cameras, self._announcer, self._upkeep, pictures=self._pictures)

    def _site(self) -> Site:
        return self._upkeep.reload.site()

    def _box(self) -> SharedParts:
        """What the cameras share."""
        around, clock = self._around, self._clock
        return SharedParts(
            store=around.store,
            attention=self._attention,
            clock=clock,
            clock_mark=lambda: ClockMark(offset=clock.offset(), synchronised=clock.synchronised()),
            metrics=self._metrics,
            announcer=self._announcer,
            closer=self._closer,
            pictures=self._pictures,
            views=self._loaded.state / VIEWS,
            judges=judges_of(self._loaded),
            proposing=partial(proposing, self._loaded.state),
            judged=partial(propose_judged, self._loaded.state),
            logs=around.plan.logs,
            file=self._file,
            wake=around.wake,
            make_room=self._make_room,
            watchdog=self._watchdog,
            stop=self._stop,
            waits=around.store.commands.waits,
            first_looks=self._first_looks,
            holds=self._loaded.runtime.unchanged == "hold",
            main_still=self._main_stills.save,
            plates=self._plates.ask,
            tell=lambda state, reason: self._upkeep.tell(state, reason),  # noqa: PLW0108 - made after the cameras
        )

    def _maintenance(self, scenes: Scenes) -> Upkeep:
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
            housekeeper=housekeeper_of(around.plan, around.store, self._clock, self._metrics),
            scenes=scenes,
            reload=SiteReloader(self._loaded, self._detectors.labels),
            attention=self._attention,
            wake=around.wake,
            adopted=around.adopted(self._phrase_cache.adopt),
            timekeeper=around.timekeeper,
            anew=around.anew,
            reread=around.reread,
            seal=self._sealer.turn,
        )

    def monitored(self) -> Monitored:
        """The pages of this agent, to be entered; that their address is taken is no reason not to watch."""
        around, at = self._around, self._loaded.monitoring
        pages = Pages(
            metrics=self._metrics,
            watchdog=self._watchdog,
            degraded=around.degraded,
            instructions=lambda: self._upkeep.instructions.in_force,
            outcomes=lambda: around.store.outcomes(self._clock.now() - WINDOW),
            timezone=self._loaded.timezone,
            unseen=self._first_looks.sentence,
        )
        without = partial(around.degraded.without, AgentPart.MONITORING)
        return Monitored(pages.by_path(), host=at.host, port=at.port, without=without)

    @property
    def ears(self) -> CommandListener:
        """Who hears commands, on a connection of its own or on that of the delivery."""
        return self._recovering.listener

    def run(self) -> None:
        """Watch until told to stop; what was folded by then is kept."""
        threads = Threads(self._stop)
        sources = {name: self._follow(name, each.follower, self._clock) for name, each in self._cameras.items()}
        for queue in self._announcer.queues.values():
            threads.start(f"speaker {queue.name}", queue.run)
        threads.start("phrases", partial(self._phrase_cache.run, self._clock))
        threads.start("commands", partial(self._recovering.desk.run, self._stop))
        threads.start("command listener", partial(self._recovering.listener.run, self._stop))
        for name, camera in self._cameras.items():
            threads.start(f"camera {name}", camera.run)
            threads.start(f"reader {name}", partial(self._read, name, sources[name]))
        for name, shelf in self._kept.items():
            threads.start(
                f"main stream {name}", partial(self._cameras[name].failings.contain, shelf.run, "main stream")
            )
        for number in range(self._detectors.count):
            threads.start(f"detector {number}", partial(self._detect, number))
        threads.start("plates", partial(self._plates.run, self._stop))
        threads.start("clerk", partial(self._clip_writer.run, self._stop))
        threads.start("clip copies", partial(self._clip_copies.run, self._stop))
        threads.start("uploads", partial(run_uploads, self._around, self._stop))
        threads.start("upkeep", lambda: PeriodicJobs(self._upkeep.chores(), self._clock).run(self._stop))
        self._supervisor.ready()
        self._stop.wait()
        if not self._around.again.is_set():
            self._supervisor.stopping()
        for source in sources.values():
            source.close()
        for shelf in self._kept.values():
            shelf.close()
        self._attention.close()
        self._announcer.close()
        self._phrase_cache.close()
        threads.join(within_s=ENDING_S)
        self._clip_writer.finish()
        self._announcer.release()
        self._upkeep.remember()
        sealed_at_last(self._sealer)

    def _over_rtsp(self, name: str, follower: StreamFollower, clock: Clock) -> LiveSource:
        salt = f"{self._loaded.site.agent}/{name}"
        decoding, dropped = self._marks.of(name), partial(self._dropped, name)
        options = options_of(self._loaded.cameras[name])
        return watched(
            self._streams[name].url, follower, clock, salt=salt, decoding=decoding, dropped=dropped, options=options
        )

    def _dropped(self, camera: str, cause: DropCause) -> None:
        self._metrics.count(Measure.DROPS, camera=camera, cause=cause)

    def _read(self, name: str, source: LiveSource) -> None:
        """Follow a camera's stream; held back where its pictures may have ended the process again and again."""
        camera, deaths = self._cameras[name], self._marks.deaths[name]
        if hold := hold_s(deaths):
            camera.failings.hold_back(hold, f"it was being decoded when the agent died, {deaths} times in a row")
        camera.failings.contain(partial(camera.follower.run, source), "reading")

    def _file(self, camera: str, request: SaveSnapshot, caption: Callable[[datetime], Caption | None]) -> None:
        if camera in self._kept:
            stills = Stills(self._main_pictures(camera), caption)
            clip = not self._loaded.cameras[camera].mask  # as the camera codes it, nothing in it can be black
            if not self._clip_writer.file(request, self._kept[camera].ring, stills, clip=clip, camera=camera):
                self._dropped(camera, DropCause.CLIPS_FULL)

    def _main_pictures(self, camera: str) -> SnapshotFolder:
        return self._pictures(camera, self._site(), stream="main")

    def _make_room(self) -> None:
        self._upkeep.tidy()

    def _detect(self, number: int) -> None:
        """Look at whatever is most urgent, for ever."""
        part = f"detector {number}"
        while (ticket := self._attention.take()) is not None:
            self._cameras[ticket.camera].look(ticket, partial(self._detections, part))
            self._watchdog.leave(part)  # it may wait for the next picture for as long as there is none

    def _detections(self, part: str, image: Image) -> tuple[Detection, ...]:
        """What the next free detector finds."""
        with self._detectors.lent() as detector:  # who waits for second looks is not silent
            self._watchdog.beat(part)
            begun = self._clock.now()
            try:
                return detector.detect(image)
            finally:
                self._metrics.span(Measure.DETECTOR, (self._clock.now() - begun).total_seconds())
