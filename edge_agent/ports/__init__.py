"""What the application needs of the outside, as protocols; the adapters fulfil them.

Images are BGR, ``uint8``, height x width x 3, as decoded.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from edge_agent.core.errors import OutsideError
from edge_agent.ports.clocks import Chronometer as Chronometer
from edge_agent.ports.clocks import Clock as Clock
from edge_agent.ports.measures import DropCause as DropCause
from edge_agent.ports.measures import Measure as Measure
from edge_agent.ports.measures import Metrics as Metrics
from edge_agent.ports.pictures import NO_PICTURES as NO_PICTURES
from edge_agent.ports.pictures import StoredFile as StoredFile
from edge_agent.ports.pictures import StoredPictures as StoredPictures
from edge_agent.ports.pictures import Thumbnail as Thumbnail

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping
    from concurrent.futures import Future
    from datetime import datetime, timedelta

    import numpy as np
    from numpy.typing import NDArray

    from edge_agent.core.effects import Effect, SaveSnapshot, Speak
    from edge_agent.core.events import Detection, Event, Result
    from edge_agent.core.geometry import Polygon
    from edge_agent.core.incident.world import World
    from edge_agent.core.stream.pictures import LiveFrame, LiveItem, StreamFault, StreamFormat

    Answered = Callable[[Speak, "SpeakerAnswer"], None]
    Image = NDArray[np.uint8]  # not at run time: folding a log needs no numpy, and waits a tenth of a second for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One decoded picture and the media time it shows.

    ``again`` makes the same picture from what was decoded, which takes half of its memory: for whoever keeps it.
    ``full`` makes it at the stream's own size, where ``image`` is smaller.
    """

    at: datetime
    image: Image
    again: Callable[[], Image] | None = None
    full: Callable[[], Image] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What a picture of evidence says of itself: the zone to outline, and lines, each of parts that stay together."""

    zone: Polygon | None
    lines: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerAnswer:
    """What became of a message: played, failed with a reason, or unknown; ``speaker`` is the one that played it."""

    result: Result
    reason: str = ""
    speaker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """Something to be heard: ``rate`` samples a second, 16-bit little-endian, mono."""

    rate: int
    samples: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message for the operations centre: ``id`` is the event's; messages of one ``key`` must keep their order.

    ``expires`` is how long health is worth telling; a record has none and is never given up.
    """

    id: str
    key: str
    topic: str
    payload: bytes
    expires: timedelta | None = None

    @property
    def retain(self) -> bool:
        """Whether the broker keeps it for whoever comes later: the health of a camera, of which the last holds."""
        return "/cam/" in self.topic


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message in the outbox; ``order`` is its place in the queue, ``again`` how often it was taken, not settled."""

    order: int
    message: Message
    again: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a camera has come: ``events`` told to its core and kept, the last of them that was a look."""

    events: int = 0
    looked: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits in the store: messages for the broker, warnings for an answer, work orders for a person.

    ``taken`` counts the messages that the broker has taken so far, ``dead`` those it never will.
    """

    messages: int
    warnings: int
    work_orders: int
    taken: int = 0
    dead: int = 0


class LoginRefusedError(OutsideError):
    """The broker is there, but will not let us in; waiting does not help, a person must look at the login."""


class DiskFullError(OutsideError):
    """There is no room on the disk; once some has been made, the same can be done again."""


def unwritten(error: OSError, sentence: str) -> OutsideError:
    """The error of a disk that took no more, in our words: DiskFullError where room is all that is missing."""
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    return DiskFullError(sentence) if full else OutsideError(sentence)


class StreamError(OutsideError):
    """A camera's stream could not be opened, or broke off; the message shows no login."""

    def __init__(self, reason: StreamFault, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class FrameSource(Protocol):
    """Gives frames in the order of their media time."""

    def frames(self) -> Iterator[Frame]:
        """Every frame due for a look; raises OutsideError when the stream breaks."""


class LiveSession(Protocol):
    """One connection to a camera, until it breaks."""

    def open(self) -> StreamFormat:
        """Connect; raises StreamError."""

    def frames(self) -> Iterator[LiveFrame]:
        """Pictures as they come; ends after `close`, raises StreamError when the stream breaks."""

    def close(self) -> None:
        """Hang up, from any thread; a read that waits ends at once."""


class LiveSource(Protocol):
    """A camera that is connected to again and again."""

    def items(self) -> Generator[LiveItem]:
        """Pictures, and what becomes of the connection; ends after `close`, and may be called again."""

    def close(self) -> None:
        """End `items`, from any thread."""


class Detector(Protocol):
    """Finds things in a picture."""

    @property
    def labels(self) -> frozenset[str]:
        """Every label the model can give."""

    @property
    def model_id(self) -> str:
        """The sha256 of the model file."""

    def detect(self, image: Image) -> tuple[Detection, ...]:
        """The things in ``image``, boxes in fractions of it."""


class Voice(Protocol):
    """Turns text into sound."""

    def speak(self, text: str, language: str) -> Sound:
        """The sound of ``text``; raises OutsideError where there is no such voice."""


class Announcer(Protocol):
    """Has warnings said aloud by the speakers of a site; may be asked from any thread."""

    def ask(self, request: Speak, answered: Answered) -> None:
        """Have it said; ``answered`` is called once, perhaps from another thread, with what became of it."""

    def recall(self, request: Speak) -> SpeakerAnswer:
        """What became of a request asked before a crash, as far as the speakers can tell."""


class Snapshots(Protocol):
    """Keeps pictures of the moment."""

    def save(
        self,
        request: SaveSnapshot,
        frame: Frame,
        caption: Caption | None = None,
        seen: tuple[Detection, ...] | None = None,
    ) -> StoredPictures:
        """Keep the full frame and redacted copies of it; ``seen`` is what is in it, None where nobody has looked."""

    def latest(self, incident: str) -> StoredPictures:
        """What was kept of the last stage of an incident; nothing where nothing of it is there."""


class Publisher(Protocol):
    """Delivers messages with at-least-once quality, several under way at a time."""

    @property
    def window(self) -> int:
        """How many messages may be under way at once."""

    @property
    def connections(self) -> int:
        """How many connections it has made: another number means that the one before broke, whoever noticed."""

    def connect(self) -> None:
        """Connect now instead of at the first message, where not connected; raises OutsideError."""

    def send(self, message: Message) -> Future[bool]:
        """Send one message, or raise OutsideError for any; the answer is whether somebody listens, or RefusedError."""

    def keep(self, standing: Mapping[str, bytes]) -> None:
        """Have the broker keep a payload on each topic for whoever comes later; raises OutsideError."""

    def give_up(self) -> None:
        """Throw the connection away, for the broker has stopped answering; the next message makes another."""


class Store(Protocol):
    """The one durable place: world, outbox and unanswered requests, one transaction a step."""

    def load(self, camera: str) -> World | None:
        """The world as last committed, or None on a first start."""

    def progress(self, camera: str) -> Progress:
        """How far the committed world of a camera has come."""

    def commit(
        self, world: World, events: tuple[Event, ...], effects: tuple[Effect, ...], messages: tuple[Message, ...] = ()
    ) -> None:
        """Keep the world after ``events``, their effects, and the messages these become: all or nothing."""

    def unanswered(self, camera: str) -> tuple[Speak, ...]:
        """Requests to speak whose outcome the core has not been told."""

    def pending(self, limit: int, *, after: int = 0) -> tuple[Outgoing, ...]:
        """The oldest undelivered rows of the outbox behind place ``after``, in the order they were committed."""

    def delivered(self, orders: tuple[int, ...]) -> None:
        """Mark rows as taken by the broker, which may not have saved them."""

    def settle(self, orders: tuple[int, ...]) -> None:
        """Mark rows as saved by the broker."""

    def offer_again(self, times: int) -> int:
        """Have what was taken and not settled wait again, but for what has done so ``times``; returns how many do."""

    def bury(self, order: int, reason: str) -> None:
        """Put a row that the broker will never take among the dead letters."""

    def shed(self, limit: int) -> int:
        """Drop the oldest health that waits, so that no more than ``limit`` messages do; returns how many went."""

    def backlog(self) -> Backlog:
        """How much waits."""


class Log(Protocol):
    """The detection log of one camera."""

    def append(self, event: Event) -> None:
        """Write one event; when this returns, killing the process does not lose it."""
