"""An operations centre for tests: a desk with a real store and one camera behind it, on mains that can be cut.

The camera folds on the thread of the test, at the seconds it is told to look; its store, log and outbox are real.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from edge_agent.adapters.store import SqliteStore
from edge_agent.app.agent.camera import CameraLoop, Outfit
from edge_agent.app.agent.command_handler import CommandHandler, CommandTargets, Done
from edge_agent.app.feed.messages import command_topics
from edge_agent.app.stream.frames import FrameRing
from edge_agent.config.wire.events import instant_text
from edge_agent.core.commands import ForCamera
from edge_agent.core.events import Command
from tests.app.one_camera import Album, Disk, Loudspeaker, Mains, Street, picture
from tests.app.recorded_metrics import RecordedMetrics
from tests.clocks import SimulatedClock
from tests.site import SHORT, site, zone
from tests.street import START, Things, at, stands

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge_agent.config.wire.commands import Given
    from edge_agent.core.commands import ForBox
    from edge_agent.core.site.site import Site

CAR: Final = stands("car", 0, 10_000)


@dataclass(slots=True)
class Centre:
    """One box with its desk, from one start to the next; ``written`` numbers the commands."""

    folder: Path
    things: Things = CAR
    mains: Mains = field(default_factory=Mains)
    site: Site = field(default_factory=lambda: site(zone(rule=SHORT)))
    metrics: RecordedMetrics = field(default_factory=RecordedMetrics)
    clock: SimulatedClock = field(default_factory=lambda: SimulatedClock(start=START))
    box_commands: list[tuple[Given, Callable[[Done], None]]] = field(default_factory=list)
    speaker: Loudspeaker = field(init=False)
    store: SqliteStore = field(init=False)
    loop: CameraLoop = field(init=False)
    desk: CommandHandler = field(init=False)
    ring: FrameRing = field(init=False)
    written: int = 0
    looked: float = 0

    def __post_init__(self) -> None:
        """Start."""
        self.speaker = Loudspeaker(self.mains)
        self.start()

    def start(self) -> None:
        """Begin at what the store holds."""
        self.store = Disk(self.folder / "agent.db", self.mains)
        self.ring = FrameRing()
        outfit = Outfit(
            site=self.site,
            detector=Street(self.things),
            recall=self.speaker.recall,
            snapshots=Album(self.mains),
            store=self.store,
            ring=self.ring,
            ask=self.speaker.say,
        )
        self.loop = CameraLoop("c1", outfit)
        hands = CommandTargets(camera=self._command, errand=self._errand, wake=lambda: None)
        self.desk = CommandHandler(lambda: self.site, self.store.commands, self.clock, self.metrics, hands)

    def restart(self) -> None:
        """The power is back."""
        self.mains.cut = -1
        self.store.close()
        self.start()

    def looks(self, until: float) -> None:
        """Look once a second up to then."""
        while self.looked < until:
            self.looked += 1
            self.clock.start = at(self.looked)
            frame = picture(self.looked)
            self.ring.keep(frame)
            self.loop.look(frame, self.things(self.looked))

    def write(self, verb: str, **keys: object) -> str:
        """Write a command to its topic; returns its id. ``id``, ``issued`` and so on may be given, None leaves out."""
        self.written += 1
        now = self.clock.now()
        heading: dict[str, object] = {
            "id": f"cmd-{self.written}",
            "issued": instant_text(now),
            "expires": instant_text(now + timedelta(minutes=5)),
            "by": "Li Wei",
        }
        body = {key: value for key, value in (heading | keys).items() if value is not None}
        self.hear(verb, json.dumps(body).encode())
        return str(body.get("id"))

    def hear(self, verb: str, payload: bytes) -> None:
        """Let the broker hand over a message, and the desk do what it can."""
        self.desk.hear(command_topics(self.site).replace("+", verb), payload)
        self.desk.turn()

    @property
    def incident(self) -> str:
        """The first incident that was told of."""
        return next(str(data["incident"]) for data in self.events() if data["type"] == "incident.opened")

    def events(self) -> list[dict[str, Any]]:
        """The data of every message that waits, in order."""
        return [{"type": each["type"]} | each["data"] for each in self.messages()]

    def messages(self) -> list[dict[str, Any]]:
        """Every message that waits, in order."""
        return [json.loads(row.message.payload) for row in self.store.pending(10_000)]

    def receipts(self) -> list[dict[str, Any]]:
        """What was answered."""
        return [data for data in self.events() if data["type"] == "command.receipt"]

    def outcomes(self) -> list[str]:
        """How."""
        return [data["outcome"] for data in self.receipts()]

    def happened(self) -> list[str]:
        """The types of what was told of incidents and orders."""
        return [data["type"] for data in self.events() if data["type"] != "command.receipt"]

    def deliver(self) -> None:
        """Let the broker take all that waits."""
        self.store.delivered(tuple(row.order for row in self.store.pending(10_000)))

    def _command(self, camera: str, given: Given) -> None:
        """As the camera's own thread does it."""
        assert camera == "c1"
        if isinstance(given.what, ForCamera) and self.store.commands.waits(given.id):
            when = self.loop.world.at or self.clock.now()
            self.loop.tell(Command(at=when, id=given.id, what=given.what, by=given.by))

    def _errand(self, given: Given, _what: ForBox, answered: Callable[[Done], None]) -> None:
        self.box_commands.append((given, answered))
