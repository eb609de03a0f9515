"""The states of a case on the ladder, and the moves that it makes there.

The states carry only what is true in them; every span in them is a reading of the dwell clock. Only ``ladder.take``
makes one state out of another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal


@dataclass(frozen=True, slots=True)
class Candidate:
    """Standing in the zone; nothing is said. ``not_before``: a second look disagreed, try again from here on."""

    not_before: timedelta = timedelta(0)
    state: Literal["candidate"] = "candidate"


@dataclass(frozen=True, slots=True)
class Confirming:
    """The dwell is reached and a second look has been asked for."""

    asked: timedelta
    state: Literal["confirming"] = "confirming"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Warning ``played + 1`` has been asked for ``attempts`` times since ``began``, last at ``asked``."""

    played: int
    began: timedelta
    asked: timedelta
    attempts: int = 1
    state: Literal["asking"] = "asking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """``played`` warnings have been heard, the last one at ``mark``."""

    played: int
    mark: timedelta
    state: Literal["warned"] = "warned"


@dataclass(frozen=True, slots=True)
class Unwarned:
    """The incident is open since ``mark`` and nobody is spoken to: its rule only records, or is silent."""

    mark: timedelta
    state: Literal["unwarned"] = "unwarned"


@dataclass(frozen=True, slots=True)
class Ordered:
    """A work order is with a person."""

    played: int
    state: Literal["ordered"] = "ordered"


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Allowed where it stands, and recorded as such."""

    state: Literal["suppressed"] = "suppressed"


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Rejected by the centre; this occupant is left alone until it has left."""

    state: Literal["cancelled"] = "cancelled"


Open = Asking | Warned | Unwarned | Ordered


@dataclass(frozen=True, slots=True)
class Resolved:
    """It is over; ``rung`` is where it stood, should the thing come back."""

    rung: Open
    state: Literal["resolved"] = "resolved"


State = Candidate | Confirming | Asking | Warned | Unwarned | Ordered | Suppressed | Cancelled | Resolved


@dataclass(frozen=True, slots=True)
class Confirm:
    """Ask for a second look."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The case is an incident from here on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask for warning ``n``, for the ``attempt``-th time."""

    n: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Heard:
    """Warning ``n`` has been played."""

    n: int


@dataclass(frozen=True, slots=True)
class Escalate:
    """Hand it to a person, for this ``reason``: undelivered, unheeded or silent."""

    reason: str


Move = Confirm | Opened | Ask | Heard | Escalate
