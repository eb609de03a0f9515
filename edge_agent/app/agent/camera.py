"""One camera, live: look, fold, keep, act. One thread owns it and its world.

The order of every piece of work, and why a power cut anywhere in it loses nothing and repeats nothing wrongly::

    look ──▶ fold (with the second look) ──▶ pictures ──▶ log ──▶ commit ──▶ speak ──▶ fold the answer ──▶ …
                                              │            │        │          │
       cut here: the look is made again ──────┘            │        │          └ cut here: the speaker is asked what
       cut here: the log is cut back to what the store counted      │            became of the warning (``recover``)
       cut before: nothing happened; after: world, events and outbox are all kept

Looks without effects are committed together, at most ``COMMIT_EVERY`` of media time apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from edge_agent.app.evidence.captions import caption_of
from edge_agent.app.feed.messages import messages
from edge_agent.app.feed.reports import CameraModel
from edge_agent.app.folding import fold
from edge_agent.app.stream.changes import Changes
from edge_agent.app.stream.frames import Others, look_again
from edge_agent.core.detect.vote import split
from edge_agent.core.effects import LookAgain, OpenWorkOrder, ReadPlate, SaveSnapshot, Speak, UpdateWorkOrder
from edge_agent.core.events import FrameSeen, Result, StreamLost, WarningAnswered
from edge_agent.core.incident.world import World
from edge_agent.core.step import step
from edge_agent.core.stream.trouble import Trouble
from edge_agent.ports import NO_PICTURES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from threading import Event as Stop

    from edge_agent.app.detect.judging import Judges
    from edge_agent.app.feed.messages import ClockMark
    from edge_agent.app.stream.frames import FrameRing
    from edge_agent.core.effects import Effect
    from edge_agent.core.events import Detection, Event, LookedAgain, PlateRead
    from edge_agent.core.geometry import Box
    from edge_agent.core.site.site import Site
    from edge_agent.core.teach.taught import Judgement
    from edge_agent.ports import Caption, Detector, Frame, Image, Log, Snapshots, SpeakerAnswer, Store, StoredPictures

COMMIT_EVERY: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outfit:
    """What a camera works with; ``committed`` is told the effects that have just been kept.

    ``clock`` tells how far the time of a live camera may be trusted; a recording's is what its file says.

    ``main_still`` keeps the picture of the camera's main stream as well, where it has one.

    ``views`` is the folder in which it is kept what a view looked like before something appeared in it.

    ``judges`` tell what things are by what cameras were taught; ``disagreed`` hears of second looks whose witnesses are
    not of one mind. ``ask`` has a warning played: it returns what became of it, or None where that will be told later
    (``answer``); ``read`` has a plate read, in the same way.
    ``recall`` tells what became of one that was asked for before a power cut.
    """

    site: Site
    detector: Detector
    recall: Callable[[Speak], SpeakerAnswer]
    ask: Callable[[Speak], SpeakerAnswer | None]
    snapshots: Snapshots
    store: Store
    ring: FrameRing
    log: Log | None = None
    views: Path | None = None
    judges: Judges | None = None
    disagreed: Callable[[LookAgain, LookedAgain], None] = lambda _request, _answer: None
    committed: Callable[[tuple[Effect, ...]], None] = lambda _: None
    clock: Callable[[], ClockMark | None] = lambda: None
    main_still: Callable[[SaveSnapshot, Callable[[datetime], Caption | None]], StoredPictures] = lambda *_: NO_PICTURES
    read: Callable[[ReadPlate], PlateRead | None] = lambda _: None


class CameraLoop:
    """Folds the looks of one camera and carries out what they ask for."""

    def __init__(self, camera: str, outfit: Outfit) -> None:
        self._outfit = outfit
        self._world = outfit.store.load(camera) or World(camera=camera)
        self._changes = Changes(camera, outfit.views, outfit.store.progress(camera).looked, outfit.judges)
        self._committed = self._world.at
        self._events: tuple[Event, ...] = ()
        self._effects: tuple[Effect, ...] = ()
        self._seen: FrameSeen | None = None  # the last look since the start

    def recover(self, now: datetime | None = None) -> None:
        """Ask the speaker what became of the warnings that were asked for before a power cut.

        One that was not played is played now, unless it is too late at ``now`` (the first look after the cut); of one
        that may have been played nobody says a word twice: the core hears ``unknown`` and asks again in its own time.
        """
        now = now or self._world.at
        for request in self._outfit.store.unanswered(self._world.camera):
            answer: SpeakerAnswer | None = self._outfit.recall(request)
            if answer is not None and answer.result is Result.FAILED and now is not None and now < request.expires_at:
                answer = self._outfit.ask(request)
            if answer is not None:
                self.answer(request, answer)

    @property
    def world(self) -> World:
        """What is remembered of the camera, committed or not."""
        return self._world

    def adopt(self, site: Site) -> None:
        """Judge by another site from here on; what has been folded by the old one is kept first."""
        self._commit()
        self._outfit = replace(self._outfit, site=site)

    def look(self, frame: Frame, detections: tuple[Detection, ...], unchanged: float | None = None) -> None:
        """Fold one look and carry out what it asks for; ``unchanged`` where its detections are held."""
        self._seen = FrameSeen(
            at=frame.at,
            detections=self._changes.with_appeared(frame, detections, self._outfit.site),
            unchanged=unchanged,
        )
        self.tell(self._seen)

    def would_act(self, at: datetime, detections: tuple[Detection, ...]) -> bool:
        """Whether anything would follow from a look with these detections; nothing is folded."""
        return bool(step(self._world, FrameSeen(at=at, detections=detections), self._outfit.site).effects)

    def close(self) -> None:
        """Commit what has been folded since the last commit."""
        self._commit()

    def tell(self, event: Event) -> None:
        """Fold one event and carry out what it asks for."""
        if isinstance(event, StreamLost) and event.reason == Trouble.MOVED:
            self._changes.forget()
        folded = fold(self._world, event, self._outfit.site, self._respond)
        self._world = folded.world
        self._events += folded.events
        self._effects += folded.effects
        due = self._committed is None or event.at - self._committed >= COMMIT_EVERY
        if folded.effects or due:
            self._commit()
            for effect in folded.effects:
                if isinstance(effect, Speak) and (answer := self._outfit.ask(effect)) is not None:
                    self.answer(effect, answer)
                elif isinstance(effect, ReadPlate) and (read := self._outfit.read(effect)) is not None:
                    self.identify(read)

    def answer(self, request: Speak, answer: SpeakerAnswer) -> None:
        """Fold what became of a warning; it is dated to the last look, for what is played is heard by who was seen."""
        at = request.at if self._world.at is None else max(request.at, self._world.at)
        self.tell(
            WarningAnswered(
                at=at,
                incident=request.incident,
                n=request.n,
                result=answer.result,
                reason=answer.reason,
                speaker=answer.speaker,
            )
        )

    def identify(self, read: PlateRead) -> None:
        """Fold what was read of a vehicle; it is dated to the last look, as an answer is."""
        self.tell(read if self._world.at is None else replace(read, at=max(read.at, self._world.at)))

    def _respond(self, effect: Effect) -> Event | None:
        if not isinstance(effect, LookAgain):
            return None
        outfit = self._outfit
        others = Others(appeared=self._changes.appeared_at, judge=self._judgement)
        answer = look_again(effect, outfit.ring, outfit.detector, self._changes.boxes, others)
        if split(answer.witnesses):
            outfit.disagreed(effect, answer)
        return answer

    def _judgement(self, picture: Callable[[], Image], box: Box) -> Judgement | None:
        """What the camera was taught to take the thing at ``box`` for."""
        if self._outfit.judges is None:
            return None
        return self._outfit.judges.judge(self._outfit.site.taught.get(self._world.camera), picture, box)

    def _commit(self) -> None:
        if not self._events:
            return
        outfit = self._outfit
        shown = self._keep_pictures()
        if outfit.log is not None:
            for event in self._events:
                outfit.log.append(event)
        calibration = outfit.site.calibrations.get(self._world.camera)
        sight = CameraModel(model_sha256=outfit.detector.model_id, calibration=calibration)
        outgoing = messages(self._effects, outfit.site, outfit.clock(), sight=sight, shown=shown)
        self._changes.keep()
        outfit.store.commit(self._world, self._events, self._effects, outgoing)
        self._changes.forget_earlier()
        self._committed = self._world.at
        effects, self._events, self._effects = self._effects, (), ()
        outfit.committed(effects)

    def _keep_pictures(self) -> dict[str, StoredPictures]:
        """Keep the pictures asked for; what is kept by event, and of an incident with news of its order by incident."""
        outfit, shown = self._outfit, {}
        for effect in self._effects:
            if isinstance(effect, SaveSnapshot) and (frame := outfit.ring.at(effect.at)) is not None:
                caption = partial(caption_of, effect, effects=self._effects, site=outfit.site, clock=outfit.clock())
                watched = outfit.snapshots.save(effect, frame, caption(frame.at), self._detections_in(frame))
                main = outfit.main_still(effect, caption)
                shown[effect.event] = shown[effect.incident] = main.and_also(watched)
        for effect in self._effects:
            if isinstance(effect, OpenWorkOrder | UpdateWorkOrder) and effect.order.incident not in shown:
                shown[effect.order.incident] = outfit.snapshots.latest(effect.order.incident)
        return shown

    def _detections_in(self, frame: Frame) -> tuple[Detection, ...] | None:
        """What the last look found, where the detector was shown this very picture."""
        seen = self._seen
        return seen.detections if seen is not None and seen.at == frame.at and seen.unchanged is None else None


def watch(
    loop: CameraLoop,
    looks: Iterator[tuple[Frame, tuple[Detection, ...]]],
    ring: FrameRing,
    *,
    progress: Callable[[datetime], None],
    stop: Stop,
) -> None:
    """Run a camera to the end of its looks, or until ``stop`` is set; what was folded is kept whatever happens."""
    recovered = False
    try:
        for frame, detections in looks:
            ring.keep(frame)
            if not recovered:
                loop.recover(frame.at)
                recovered = True
            loop.look(frame, detections)
            progress(frame.at)
            if stop.is_set():
                break
        else:
            if not recovered:
                loop.recover()
    finally:
        loop.close()
