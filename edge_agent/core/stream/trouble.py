"""Trouble: the names of what can be wrong with a camera, and what its health is told and tells.

Left are observations, right what follows from them::

    Looked ───────┐                                         ┌▶ Verdict  may this very look be believed?
    Waited        ├─▶ observe(health, observation, tuning) ─┤
    Disconnected  │                                         └▶ Change   Named or Recovered, rarely
    Connected     │
    Paced         │
    Confirmed ────┘

Every observation carries ``at`` on the timeline of the looks. Spans, never counts of frames: looks come every other
second or five a second, and the same trouble is named after the same time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from edge_agent.core.stream.frame_statistics import FrameStatistics


class Trouble(StrEnum):
    """Why a camera shows nothing that may be trusted; where several hold, the first of this list is named."""

    NO_CONNECTION = "no_connection"
    STALLED = "stalled"  # connected, and no picture comes
    CLOCK_JUMPED = "clock_jumped"
    WRONG_SPEED = "wrong_speed"
    RESIZED = "resized"
    CORRUPT = "corrupt"
    DARK = "dark"  # black: a cap, a cable, a night without a lamp
    BLINDED = "blinded"  # light, and nothing to be seen in it: glare, spray, fog, a hand
    FROZEN = "frozen"  # the same picture again and again
    MOVED = "moved"


class FrameTrust(StrEnum):
    """Whether a look may be told to the core: only a trusted one may."""

    TRUST = "trust"
    DOUBT = "doubt"  # withhold it: it may turn out to have been trouble
    TROUBLE = "trouble"


class Pace(StrEnum):
    """What the stream's own clock does, against a steady clock of the box."""

    STEADY = "steady"
    UNSETTLED = "unsettled"  # not known yet, or not any more
    JUMPED = "clock_jumped"
    WRONG_SPEED = "wrong_speed"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Looked:
    """A picture came. ``size`` is its width and height in pixels, ``damaged`` what the decoder says of it."""

    at: datetime
    glance: FrameStatistics
    size: tuple[int, int]
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class Waited:
    """No picture came up to ``at``; to be told every few seconds while none comes."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The connection is gone, or could not be made."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Connected:
    """The connection stands; pictures are still to come."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Paced:
    """The stream's pace is now another; to be told before the look at the frame that showed it."""

    at: datetime
    pace: Pace


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A person says that the camera's view is right as it is, and its zones with it."""

    at: datetime


Observation = Looked | Waited | Disconnected | Connected | Paced | Confirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """From ``since``, the last look that could be trusted, the camera has been in ``trouble``; known at ``at``."""

    at: datetime
    since: datetime
    trouble: Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """The camera is to be trusted again, from the look at ``at`` on, that one included."""

    at: datetime


Change = Named | Recovered


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """How long the evidence of a trouble lasts before it is named, and its absence before it is over.

    ``connecting`` is how long a lost connection may take to come back unnamed; ``silence`` how long a connected
    stream may show nothing; ``static`` how long one picture may stand, which must exceed the longest way from
    keyframe to keyframe; ``unseen`` how long it may be dark, blinded or corrupt; ``turned`` how long the scene must
    be found elsewhere to have moved, ``vanished`` how long it must be found nowhere. ``fine`` ends any of them.
    """

    connecting: timedelta = timedelta(seconds=5)
    silence: timedelta = timedelta(seconds=10)
    static: timedelta = timedelta(seconds=10)
    unseen: timedelta = timedelta(seconds=5)
    resized: timedelta = timedelta(seconds=2)
    turned: timedelta = timedelta(seconds=10)
    vanished: timedelta = timedelta(seconds=60)
    fine: timedelta = timedelta(seconds=3)
