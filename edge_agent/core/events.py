"""What the core can be told: the left-hand seam, one JSON line each in the detection log.

Every event carries ``at``, an aware UTC instant of media time. The core has no other clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from edge_agent.core.commands import ForCamera
from edge_agent.core.geometry import Box
from edge_agent.core.plate.reading import PlateReading, VehicleLook

Appearance = tuple[float, ...]
OBJECT: Final = "object"  # the label of what appeared and stays, whatever it is: from the changes of the view, no model


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """One thing the detector saw in one frame.

    ``box`` is in fractions of the picture; ``score`` is 0 to 1; ``appearance`` is a vector of any length (the
    same within one log) compared by cosine distance, or None, which says nothing either way. ``age_s`` is for how long
    an ``object`` has stood there.
    """

    label: str
    score: float
    box: Box
    appearance: Appearance | None = None
    age_s: float | None = None


class Result(StrEnum):
    """How a warning that was asked for went; only a played one counts on the ladder."""

    PLAYED = "played"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameSeen:
    """One look: a frame was analysed and this is all that was in it.

    With ``unchanged`` the detector was not asked: the frame shows what it showed at the last look that was, whose
    detections hold. It is by how much that is so, 1 where nothing differs, 0 where any more would have been a change.
    """

    at: datetime
    detections: tuple[Detection, ...]
    unchanged: float | None = None
    type: Literal["frame"] = "frame"


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed; nothing was seen. Lets deadlines fire where no frame comes."""

    at: datetime
    type: Literal["tick"] = "tick"


@dataclass(frozen=True, slots=True)
class StreamLost:
    """From here on the stream shows nothing that may be trusted (gone, frozen, dark, corrupt, moved)."""

    at: datetime
    reason: str
    type: Literal["lost"] = "lost"


@dataclass(frozen=True, slots=True)
class StreamBack:
    """The stream may be trusted again from the next look on."""

    at: datetime
    type: Literal["back"] = "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningAnswered:
    """What became of warning ``n`` of ``incident``; ``at`` is when it had been played, or had failed.

    ``speaker`` is the one that played it, or may have; nobody is named where it failed.
    """

    at: datetime
    incident: str
    n: int
    result: Result
    reason: str = ""
    speaker: str | None = None
    type: Literal["warning"] = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """One who was heard at a second look: how sure it is that the thing is there (0 to 1), and what its word weighs.

    ``mark`` is what the taught classifier takes it for, ``examples`` the ids of those it went by, the nearest first.
    """

    name: str
    says: float
    weight: float
    mark: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAgain:
    """What the second look at a case found: ``agreed`` of ``of`` crops showed the thing again.

    ``witnesses`` are those who were heard, where there was more than the detector.
    """

    at: datetime
    case: str
    confirmed: bool
    agreed: int = 0
    of: int = 0
    witnesses: tuple[Witness, ...] = ()
    type: Literal["second_look"] = "second_look"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateRead:
    """What was read of the vehicle of a case: its plate (``text``, or its hash), and its colour and body.

    Fields as in ``PlateReading`` and ``VehicleLook``; without ``text`` no plate could be read.
    """

    at: datetime
    case: str
    text: str | None = None
    hashed: bool = False
    confidence: float = 0.0
    looks: int = 0
    province_sure: bool = True
    plate_colour: str | None = None
    colour: str | None = None
    body: str | None = None
    type: Literal["plate"] = "plate"

    def __post_init__(self) -> None:
        """Refuse figures that no reading has."""
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"confidence: expected 0 to 1, got {self.confidence!r}")
        if self.text is not None and (not self.text or self.looks < 1):
            raise ValueError(f"plate {self.text!r}: expected a text and at least 1 look, got {self.looks}")

    @property
    def reading(self) -> PlateReading | None:
        """The plate, or None where none could be read."""
        if self.text is None:
            return None
        return PlateReading(
            text=self.text,
            hashed=self.hashed,
            confidence=self.confidence,
            looks=self.looks,
            province_sure=self.province_sure,
            colour=self.plate_colour,
        )

    @property
    def look(self) -> VehicleLook | None:
        """What the vehicle looks like, or None where nobody is sure."""
        return None if self.colour is None and self.body is None else VehicleLook(colour=self.colour, body=self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What the operations centre told the camera to do; ``by`` is the person who did, ``id`` names the command.

    ``done_at`` is when it is carried out by the box's clock, never before it was issued; None where that is ``at``, the
    instant of the last look, which the world's time cannot leave behind.
    """

    at: datetime
    id: str
    what: ForCamera
    by: str = ""
    done_at: datetime | None = None
    type: Literal["command"] = "command"

    @property
    def dated(self) -> datetime:
        """The instant that the feed dates it to."""
        return self.at if self.done_at is None else self.done_at

    @property
    def media_at(self) -> datetime | None:
        """What the camera had come to then, where that is another instant."""
        return None if self.dated == self.at else self.at


Event = FrameSeen | Tick | StreamLost | StreamBack | WarningAnswered | LookedAgain | PlateRead | Command
