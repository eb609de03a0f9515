"""A bench for one camera: its loop with a real store and log, a street for the detector, and a mains that can be cut.

A picture here is one flat colour that tells its second, so that the detector sees what stands on the street then, in
the whole picture as in a crop of it. Every step that reaches the outside passes the ``Mains``, which fails at the
chosen one and at all after it, as a power cut would; what is in the store, in the log and spoken by then stays.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from threading import Event as Stop
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_agent.adapters.detection_log import LogHeader, LogWriter, read_events
from edge_agent.adapters.store import SqliteStore
from edge_agent.app.agent.camera import CameraLoop, Outfit, watch
from edge_agent.app.feed.messages import messages
from edge_agent.app.stream.frames import FrameRing
from edge_agent.core.effects import Effect, ReadPlate, SaveSnapshot, Speak
from edge_agent.core.events import Detection, Event, PlateRead, Result
from edge_agent.core.geometry import Box
from edge_agent.core.incident.world import World
from edge_agent.core.site.site import Site
from edge_agent.ports import NO_PICTURES, Frame, Message, SpeakerAnswer, StoredFile, StoredPictures
from tests.feed.contract import held
from tests.site import SHORT, site, zone
from tests.street import START, Things, at, detection, moments

if TYPE_CHECKING:
    from edge_agent.ports import Caption, Image

HEIGHT, WIDTH = 48, 64
MIDDLE: Final = Box(0.3, 0.3, 0.7, 0.7)


class PowerCutError(BaseException):
    """The box has no power: no code of ours may catch this."""


@dataclass(slots=True)
class Mains:
    """Counts the steps that reach the outside and fails at number ``cut`` and ever after; -1 never fails."""

    cut: int = -1
    steps: list[str] = field(default_factory=list)

    def passed(self, step: str) -> None:
        """One step is about to be made, or has just been made."""
        if len(self.steps) == self.cut:
            raise PowerCutError(step)
        self.steps.append(step)


class Street:
    """A detector that knows what stands on the street at the second a picture tells; ``closer`` is for crops."""

    labels = frozenset({"car"})
    model_id = "0" * 64

    def __init__(self, things: Things, closer: Callable[[float], bool] = lambda _second: True) -> None:
        self._things = things
        self._closer = closer

    def detect(self, image: Image) -> tuple[Detection, ...]:
        """What is there; in a crop, the thing fills its middle."""
        second = float(image[0, 0, 0]) * 256 + float(image[0, 0, 1])
        if image.shape[:2] == (HEIGHT, WIDTH):
            return self._things(second)
        return (detection("car", MIDDLE),) if self._things(second) and self._closer(second) else ()


@dataclass(slots=True)
class Loudspeaker:
    """Plays on paper; ``heard`` outlives a power cut, as what people heard does."""

    mains: Mains
    heard: list[tuple[str, int]] = field(default_factory=list)
    works: bool = True
    remembers: bool = True

    def say(self, request: Speak) -> SpeakerAnswer:
        """Play it."""
        self.mains.passed("speak")
        if not self.works:
            return SpeakerAnswer(result=Result.FAILED, reason="no current")
        self.heard.append((request.incident, request.n))
        self.mains.passed("spoken")
        return SpeakerAnswer(result=Result.PLAYED)

    def recall(self, request: Speak) -> SpeakerAnswer:
        """Whether it was played, if it remembers."""
        if not self.remembers:
            return SpeakerAnswer(result=Result.UNKNOWN)
        was = (request.incident, request.n) in self.heard
        return SpeakerAnswer(result=Result.PLAYED if was else Result.FAILED)


@dataclass(slots=True)
class Album:
    """Keeps the pictures asked for, by event; saving again is the same picture."""

    mains: Mains
    kept: dict[tuple[str, str], Frame] = field(default_factory=dict)
    last: dict[str, StoredPictures] = field(default_factory=dict)
    seen: dict[tuple[str, str], tuple[Detection, ...] | None] = field(default_factory=dict)

    def save(
        self,
        request: SaveSnapshot,
        frame: Frame,
        caption: Caption | None = None,  # noqa: ARG002
        seen: tuple[Detection, ...] | None = None,
    ) -> StoredPictures:
        """Keep one; it is named by the event that it shows."""
        self.seen[request.event, request.stage] = seen
        self.mains.passed("snapshot")
        self.kept[request.event, request.stage] = frame
        digest = sha256(request.event.encode()).hexdigest()
        file = StoredFile(role="panorama", media_type="image/jpeg", bytes=1, sha256=digest, width=WIDTH, height=HEIGHT)
        self.last[request.incident] = StoredPictures(files=(file,))
        return self.last[request.incident]

    def latest(self, incident: str) -> StoredPictures:
        """The last of an incident."""
        return self.last.get(incident, NO_PICTURES)


class Disk(SqliteStore):
    """The real store, on the mains."""

    def __init__(self, path: Path, mains: Mains) -> None:
        super().__init__(path)
        self._mains = mains

    def commit(
        self, world: World, events: tuple[Event, ...], effects: tuple[Effect, ...], messages: tuple[Message, ...] = ()
    ) -> None:
        """Commit, if there is power."""
        self._mains.passed("commit")
        super().commit(world, events, effects, messages)
        self._mains.passed("committed")


class Paper(LogWriter):
    """The real log, on the mains."""

    def __init__(self, path: Path, header: LogHeader, mains: Mains, *, keep: int) -> None:
        super().__init__(path, header, keep=keep)
        self._mains = mains

    def append(self, event: Event) -> None:
        """Write a line, if there is power."""
        self._mains.passed("log")
        super().append(event)


@dataclass(slots=True)
class Bench:
    """One camera over a street, from one start to the next."""

    folder: Path
    things: Things
    until: float
    per_second: float = 0.2
    site: Site = field(default_factory=lambda: site(zone(rule=SHORT)))
    closer: Callable[[float], bool] = lambda _second: True
    read: Callable[[ReadPlate], PlateRead | None] = lambda _request: None
    mains: Mains = field(default_factory=Mains)
    away_until: float = 0  # no look before this second: the box was without power meanwhile
    speaker: Loudspeaker = field(init=False)
    album: Album = field(init=False)

    def __post_init__(self) -> None:
        """What lasts from one start to the next."""
        self.speaker, self.album = Loudspeaker(self.mains), Album(self.mains)

    @property
    def log(self) -> Path:
        """Where the log lies."""
        return self.folder / "c1.detections.jsonl"

    def starts(self) -> None:
        """Run from where the store left off to the end of the street, or to the power cut."""
        store, ring = Disk(self.folder / "agent.db", self.mains), FrameRing()
        with ExitStack() as stack:
            stack.callback(store.close)
            done = store.progress("c1")
            header = LogHeader(camera="c1", size=(WIDTH, HEIGHT), model=Street.model_id, started=START)
            paper = stack.enter_context(Paper(self.log, header, self.mains, keep=done.events))
            detector = Street(self.things, self.closer)
            outfit = Outfit(
                site=self.site,
                detector=detector,
                recall=self.speaker.recall,
                snapshots=self.album,
                store=store,
                ring=ring,
                log=paper,
                ask=self.speaker.say,
                read=self.read,
                committed=lambda effects: self.mains.passed("queued") if messages(effects, self.site) else None,
            )
            seconds = [s for s in moments(self.until, self.per_second, self.away_until) if not looked(s, done.looked)]
            looks = ((frame, detector.detect(frame.image)) for frame in map(picture, seconds))
            watch(CameraLoop("c1", outfit), looks, ring, progress=lambda _at: None, stop=Stop())

    def logged(self) -> tuple[Event, ...]:
        """What the log says went into the core."""
        return tuple(read_events(self.log))

    def messages(self) -> tuple[Message, ...]:
        """What waits for the operations centre, held to the contract of the feed."""
        store = SqliteStore(self.folder / "agent.db")
        try:
            arrived = tuple(row.message for row in store.pending(1000))
            held(arrived)
            return arrived
        finally:
            store.close()


def looked(second: float, last: datetime | None) -> bool:
    """Whether a look was made before a cut."""
    return last is not None and at(second) <= last


def picture(second: float) -> Frame:
    """A picture that tells its second."""
    colour = (int(second) // 256, int(second) % 256, 0)
    return Frame(at=at(second), image=np.full((HEIGHT, WIDTH, 3), colour, np.uint8))
