"""A box with one live camera in simulated time, on one thread: the same story every time it is told.

The camera's own loop runs as it does on the street. Wherever it would wait (for its inbox, for room on the disk), the
rest of the world goes on instead::

    LiveCamera.run ──waits──▶ Agenda.until ─┬▶ the stream's next picture ─▶ Follower ─▶ Attention
                                            ├▶ a detector takes it, and answers ``detector_s`` later
                                            └▶ the queue answers ``speech_s`` later
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.evidence.snapshots import SnapshotFolder
from edge_agent.adapters.store import SqliteStore
from edge_agent.app.agent.live_camera import LiveCamera
from edge_agent.app.agent.shared import SharedParts
from edge_agent.app.agent.threads import Watchdog
from edge_agent.app.health.first_looks import FirstLooks
from edge_agent.core.geometry import Box as Place
from tests.app.live.feed_log import replayed, told_by
from tests.app.live.stream import PICTURE, RATE, CameraScript
from tests.app.live.views import SHIFT, WIDTH
from tests.app.live.waiting import Agenda, Desk, Ending, Voice, WaitingInbox
from tests.app.one_camera import MIDDLE, Loudspeaker, Mains
from tests.app.recorded_metrics import RecordedMetrics
from tests.street import Things, detection

if TYPE_CHECKING:
    from collections.abc import Generator

    from edge_agent.core.effects import Effect
    from edge_agent.core.events import Detection
    from edge_agent.core.site.site import Site
    from edge_agent.core.stream.health import Health
    from edge_agent.core.stream.pictures import LiveItem
    from edge_agent.ports import Announcer, Image
    from tests.app.live.feed_log import FeedLog as Feed

NO_ORDERS: Final[Mapping[float, Callable[[LiveCamera], None]]] = {}
SILENCE: Final = timedelta(seconds=30)  # as the agent's own watchdog


class Eyes:
    """A detector that reads in a picture which second it shows, and sees what stands there then."""

    labels = frozenset({"car"})
    model_id = "0" * 64

    def __init__(self, things: Things) -> None:
        self._things = things

    def detect(self, image: Image) -> tuple[Detection, ...]:
        """What is there; in a crop, the thing fills its middle."""
        high, low, rest = (int(value) for value in image[0, 0])
        if high == low == rest:  # white: nothing can be seen
            return ()
        raw = self._things(high * 256 + low + rest / 100)
        if image.shape[:2] != PICTURE:
            return (detection("car", MIDDLE),) if raw else ()
        moved = SHIFT / WIDTH if image[0, -1, 0] == 255 else 0.0
        return tuple(_moved(each, moved) for each in raw)


def _moved(thing: Detection, by: float) -> Detection:
    place = thing.box
    return detection(thing.label, Place(place.x0 + by, place.y0, place.x1 + by, place.y1), look=thing.appearance)


@dataclass(slots=True)
class Simulation:
    """One camera's box over a street; ``runs`` until a second, ``starts`` again from what the store holds."""

    folder: Path
    things: Things
    site: Site
    script: CameraScript = field(default_factory=CameraScript)
    detector_s: Callable[[float], float] = lambda _second: 0.05  # how long it looks, by the second at which it begins
    speech_s: float = 0.0
    store_at: Callable[[Path], SqliteStore] = SqliteStore
    agenda: Agenda = field(default_factory=Agenda)
    metrics: RecordedMetrics = field(default_factory=RecordedMetrics)
    speaker: Loudspeaker = field(default_factory=lambda: Loudspeaker(Mains()))
    announcer: Announcer | None = None  # instead of the speaker
    room_asked: list[float] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)  # what the watchdog would have restarted the agent for
    health: Health | None = None
    holds: bool = False  # what was seen, where nothing has changed
    judged: Callable[[Site, str, tuple[Effect, ...]], None] = lambda _site, _camera, _effects: None
    agent_told: list[tuple[str, str]] = field(default_factory=list)  # states of the agent, and why

    def starts(self, until: float, *, orders: Mapping[float, Callable[[LiveCamera], None]] = NO_ORDERS) -> None:
        """Run the box from now to the second ``until``; ``orders`` are done to the camera at their seconds.

        What goes wrong in an order comes out, as a power cut would: nothing is tidied up, and the view is forgotten.
        """
        self.agenda.clear()
        self.script.hang_up()
        ending = Ending()
        ending.agenda = self.agenda
        inbox = WaitingInbox()
        inbox.agenda, inbox.beyond = self.agenda, ending
        desk = Desk(("c1",))
        store = self.store_at(self.folder / "agent.db")
        try:
            box = self._box(store, desk, ending)
            camera = LiveCamera("c1", box, self.site, health=self.health, inbox=inbox)
            camera.follower.run(_Nothing())
            for second, order in orders.items():
                self.agenda.put(second, partial(order, camera))
            self._film(camera, desk, ending, until)
            self._watch(box.watchdog, 0)
            camera.run()
            self.health = camera.follower.health
        finally:
            store.close()

    @property
    def feed(self) -> Feed:
        """What the operations centre would have received by now."""
        return told_by(self.folder / "agent.db")

    @property
    def replayed(self) -> tuple[Feed, int]:
        """What a replay of the detection log says, and how many work orders it opens."""
        return replayed(self.folder / "logs", self.site)

    def _box(self, store: SqliteStore, desk: Desk, ending: Ending) -> SharedParts:
        return SharedParts(
            store=store,
            attention=desk,
            clock=self.agenda,
            metrics=self.metrics,
            announcer=self.announcer or Voice(self.speaker, self.agenda, self.speech_s),
            closer=Eyes(self.things),
            pictures=lambda name, site: SnapshotFolder(
                self.folder / "evidence", camera=name, model="5e" * 32, policy_sha256=site.policy.sha256
            ),
            logs=self.folder / "logs",
            judged=self.judged,
            file=lambda _camera, _request, _caption: None,
            wake=lambda: None,
            make_room=lambda: self.room_asked.append(self.agenda.second),
            watchdog=Watchdog(self.agenda, SILENCE),
            stop=ending,
            tell=lambda state, reason: self.agent_told.append((state, reason)),
            first_looks=FirstLooks(("c1",)),
            holds=self.holds,
        )

    def _film(self, camera: LiveCamera, desk: Desk, ending: Ending, until: float) -> None:
        """Put the stream's next picture on the agenda, and every one after it, until the end."""
        eyes = Eyes(self.things)

        def look() -> None:
            if desk.ready and (ticket := desk.take()) is not None:
                seen = partial(camera.look, ticket, eyes.detect)
                self.agenda.put(self.agenda.second + self.detector_s(self.agenda.second), seen)

        def moment(n: int) -> None:
            if n / RATE > until:
                ending.set()
                return
            for item in self.script.moment(n, camera.follower):
                camera.follower.follow(item)
            look()
            self.agenda.put((n + 1) / RATE, lambda: moment(n + 1))

        first = int(self.agenda.second * RATE) + 1
        self.agenda.put(first / RATE, lambda: moment(first))

    def _watch(self, watchdog: Watchdog, waited: float) -> None:
        """Ask every second whether a part has fallen silent."""
        if waited and (trouble := watchdog.trouble()):
            self.silent.append(trouble)
        self.agenda.put(self.agenda.second + 1, lambda: self._watch(watchdog, 1))


class _Nothing:
    """A stream that has not begun."""

    def items(self) -> Generator[LiveItem]:
        """None."""
        yield from ()

    def close(self) -> None:
        """Nothing to close."""
