"""One live camera: the thread that owns its world, and everything that thread is told.

::

    follower ── Named, Recovered ──┐
    detector ─ Seen ──────────────┼─▶ inbox ─▶ this thread ─▶ CameraLoop (fold, keep, act)
    speakers ─ Said ──────────────┤               └─ what is decided next ─▶ attention
    reload ─── Adopted ───────────┤
    desk ───── Commanded ─────────┘

While nothing comes it ticks, so that what has been out of sight for too long ends without a picture. A look that is
older than what has been folded is dropped and counted: the world's time never goes back.

An error of any kind, here or in the reader, is contained: this camera begins again from what the store holds, after a
pause, and no other notices.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from queue import Empty
from typing import TYPE_CHECKING, Final, assert_never

from edge_agent.adapters.detection_log import LogHeader
from edge_agent.app.agent.camera import CameraLoop, Outfit
from edge_agent.app.agent.failings import Failings
from edge_agent.app.agent.full_disk import through_full_disk
from edge_agent.app.agent.inbox import Inbox
from edge_agent.app.agent.narration import OK, measure, measure_look, narrate
from edge_agent.app.agent.shared import CommandGiven, LookDone, PlateDone, SiteChanged, WarningDone
from edge_agent.app.detect.holding import Holding
from edge_agent.app.evidence.captions import caption_of
from edge_agent.app.stream.follower import StreamFollower
from edge_agent.app.stream.frames import FrameRing
from edge_agent.app.stream.log_book import HourlyLog
from edge_agent.core.commands import ForCamera
from edge_agent.core.effects import SaveSnapshot
from edge_agent.core.events import Command, StreamBack, StreamLost, Tick
from edge_agent.core.incident.scheduling import next_chance, next_decision
from edge_agent.core.stream.trouble import FrameTrust, Named, Recovered
from edge_agent.ports import DropCause, Measure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge_agent.app.agent.shared import SharedParts
    from edge_agent.app.detect.holding import Detect
    from edge_agent.app.detect.scheduling import Ticket
    from edge_agent.config.wire.commands import Given
    from edge_agent.core.effects import Effect, Speak
    from edge_agent.core.site.site import Site
    from edge_agent.core.stream.health import Health
    from edge_agent.ports import Caption, Frame

PULSE_S: Final = 1.0
QUIET: Final = timedelta(seconds=10)  # without a look, before time passes by itself
ALLOWANCE: Final = timedelta(seconds=5)  # a look may arrive so much later than it is dated
STARTING: Final = "starting"  # the state of a camera that has not been looked at yet
_log = logging.getLogger(__name__)


class LiveCamera:
    """Folds what one camera shows; ``run`` belongs to the thread that owns its world.

    Args:
        camera: Which of the site.
        box: What it shares with the others.
        site: To judge by at first.
        health: What was remembered of its view.
        inbox: Where it is told things; a queue of its own by default.
    """

    def __init__(
        self,
        camera: str,
        box: SharedParts,
        site: Site,
        *,
        health: Health | None = None,
        inbox: Inbox | None = None,
    ) -> None:
        self.camera = camera
        self._box = box
        self._site = site
        self._dropped = partial(box.metrics.count, Measure.DROPS, camera=camera)
        self._inbox = Inbox(partial(self._dropped, cause=DropCause.INBOX_FULL)) if inbox is None else inbox
        self._ring = FrameRing()
        self._log: HourlyLog | None = None
        self._trouble = None if health is None else health.named
        self._asked: set[str] = set()  # requests that no speaker has answered yet
        self._full = False  # of the disk; a commit has gone through again since:
        self._kept_again = False
        self.failings = Failings(camera, box)
        self.holding = Holding(camera, on=box.holds)
        self.follower = StreamFollower(
            camera, clock=box.clock, attention=box.attention, changed=self._inbox.put, health=health
        )
        box.metrics.level(Measure.CAMERA_STATE, 0, camera=camera, state=OK)  # for the alarm on one that never came up
        box.metrics.state(Measure.CAMERA_STATE, STARTING, camera=camera)

    @property
    def _part(self) -> str:
        return f"camera {self.camera}"

    @property
    def log_path(self) -> Path | None:
        """The detection log being written, if one is."""
        return None if self._log is None else self._log.path

    def look(self, ticket: Ticket, detect: Detect) -> None:
        """Say what is in a picture, by ``detect`` or by what was seen before; from any thread."""
        self._inbox.put(LookDone(ticket=ticket, seen=self.holding.look(ticket, detect)))

    def adopt(self, site: Site) -> None:
        """Say that the site has changed; from any thread."""
        self._inbox.put(SiteChanged(site))

    def command(self, given: Given) -> None:
        """Hand over what the operations centre commanded; from any thread."""
        self._inbox.put(CommandGiven(given))

    def shown(self, at: datetime) -> Frame | None:
        """The picture looked at nearest to ``at``, unless it may not be trusted; from any thread."""
        return self._ring.at(at) if self._trouble is None else None

    def run(self) -> None:
        """Fold until the box stops; what was folded is kept, also over a full disk, and an error of any kind."""
        self.failings.contain(self._run, "judging", self._pause)

    def _run(self) -> None:
        while not self._box.stop.is_set():
            through_full_disk(self._follow, make_room=self._box.make_room, report=self._disk, pause=self._pause)

    def _disk(self, state: str) -> None:
        self._full = bool(state)
        state_now = state or (OK if self._trouble is None else self._trouble.trouble)
        self._box.metrics.state(Measure.CAMERA_STATE, state_now, camera=self.camera)

    def _pause(self, seconds: float) -> bool:
        """Wait for room; who does is not silent."""
        self._box.watchdog.leave(self._part)
        return self._box.stop.wait(seconds)

    def _follow(self) -> None:
        """From what the store holds to the end, or to the first commit after the disk was full.

        An error leaves it as a power cut would: what was not committed is not tried again from here.
        """
        self._kept_again = False
        self.holding.forget()
        with ExitStack() as stack:
            loop = CameraLoop(self.camera, self._outfit(stack))
            loop.recover(self._box.clock.now())
            if self._trouble is not None and loop.world.lost is None:
                self._lost(loop, self._trouble)
            while not (self._box.stop.is_set() or self._kept_again):
                self._turn(loop)
            loop.close()

    def _outfit(self, stack: ExitStack) -> Outfit:
        box, model = self._box, self._box.closer.model_id
        log = None
        if box.logs is not None:
            size = self.follower.health.size or (0, 0)  # not known before the first picture
            header = LogHeader(camera=self.camera, size=size, model=model, started=box.clock.now())
            log = self._log = HourlyLog(box.logs, header, count=box.store.progress(self.camera).events)
            stack.callback(log.close)
        return Outfit(
            site=self._site,
            detector=box.closer,
            recall=box.announcer.recall,
            ask=self._ask,
            snapshots=box.pictures(self.camera, self._site),
            store=box.store,
            ring=self._ring,
            log=log,
            views=box.views,
            judges=box.judges,
            disagreed=box.proposing(self.camera, self._ring),
            committed=self._committed,
            clock=box.clock_mark,
            main_still=partial(box.main_still, self.camera),
            read=lambda what: box.plates(what, self.camera, self._site.plates.mode, self._ring, self._inbox.put),
        )

    def _ask(self, request: Speak) -> None:
        if request.id not in self._asked:
            self._asked.add(request.id)
            self._box.announcer.ask(request, lambda pending, answer: self._inbox.put(WarningDone(pending, answer)))

    def _committed(self, effects: tuple[Effect, ...]) -> None:
        self._kept_again = self._full
        narrate(effects)
        measure(effects, self._box.metrics)
        for effect in (each for each in effects if isinstance(each, SaveSnapshot)):
            self._box.file(self.camera, effect, self._captions(effect, effects))
        self._box.judged(self._site, self.camera, effects)
        if effects:
            self._box.wake()

    def _captions(self, request: SaveSnapshot, effects: tuple[Effect, ...]) -> Callable[[datetime], Caption | None]:
        site, mark = self._site, self._box.clock_mark()
        return lambda shown: caption_of(request, shown, effects, site, mark)

    def _turn(self, loop: CameraLoop) -> None:
        """Take in what one turn brings: a thing that was told, or a second without any."""
        self._box.watchdog.beat(self._part)
        try:
            item = self._inbox.get(timeout=PULSE_S)
        except Empty:
            self.follower.wait()
            self._tick(loop)
            return
        match item:
            case LookDone():
                self._look(loop, item)
            case WarningDone() | PlateDone():
                self._answered(loop, item)
            case SiteChanged(site=site):
                self._site = site
                self.holding.forget()
                loop.adopt(site)
            case CommandGiven(given=given):
                self._obey(loop, given)
            case Named():
                self._trouble = item
                self._lost(loop, item)
            case Recovered(at=at):
                self._trouble = None
                self._back(loop, at)
            case _:
                assert_never(item)

    def _answered(self, loop: CameraLoop, answer: WarningDone | PlateDone) -> None:
        if isinstance(answer, PlateDone):
            loop.identify(answer.read)
            return
        self._asked.discard(answer.request.id)
        loop.answer(answer.request, answer.answer)

    def _obey(self, loop: CameraLoop, given: Given) -> None:
        """Fold a command, unless it was answered since; in media time at what was seen last, as an answer is."""
        if isinstance(given.what, ForCamera) and self._box.waits(given.id):
            now = self._box.clock.now()
            at = loop.world.at or now - ALLOWANCE
            done_at = max(at, now, given.issued)  # the centre's clock may be a little ahead of ours
            loop.tell(Command(at=at, id=given.id, what=given.what, by=given.by, done_at=done_at))

    def _look(self, loop: CameraLoop, done: LookDone) -> None:
        """Fold a look; whatever becomes of it, the camera may be looked at again."""
        frame, seen, at, decision, chance, again = done.ticket.frame, done.seen, None, None, None, None
        try:
            if isinstance(seen, Exception):
                raise seen
            if not self._may_be_folded(loop, frame.at):
                return
            if seen.unchanged is not None and loop.would_act(frame.at, seen.detections):
                self.holding.forget()  # nothing is decided but by a look
                again = frame
                return
            self._back(loop, frame.at)
            self._ring.keep(frame)
            loop.look(frame, seen.detections, seen.unchanged)
            at = frame.at
            decision, chance = next_decision(loop.world, self._site), next_chance(loop.world, self._site)
            self.holding.folded(loop.world, self._site)
            measure_look(done, self._box, late=QUIET)
            self.failings.looked(self._box.clock.now())
        finally:
            self._box.attention.looked(self.camera, at, decision, chance=chance, again=again)

    def _may_be_folded(self, loop: CameraLoop, at: datetime) -> bool:
        if loop.world.at is not None and at < loop.world.at:
            self._dropped(cause=DropCause.LATE)
        elif self._trouble is not None:  # it was under way when the trouble was named
            self._dropped(cause=DropCause.UNTRUSTED)
        else:
            return True
        return False

    def _lost(self, loop: CameraLoop, named: Named) -> None:
        self.holding.forget()
        loop.tell(StreamLost(at=max(named.since, loop.world.at or named.since), reason=named.trouble))

    def _back(self, loop: CameraLoop, at: datetime) -> None:
        """The stream may be trusted again: said once, and also where the trouble was named before a restart."""
        if loop.world.lost is not None:
            loop.tell(StreamBack(max(at, loop.world.at or at)))

    def _tick(self, loop: CameraLoop) -> None:
        """Let time pass; not while something is suspected, for what is named then began at the last look."""
        now, at = self._box.clock.now(), loop.world.at
        settled = self._trouble is not None or self.follower.health.verdict is FrameTrust.TRUST
        if settled and at is not None and now - at > QUIET:
            loop.tell(Tick(now - ALLOWANCE))
