"""The states of a case on the ladder, why it goes from one to another, and the moves that it makes there.

The states carry only what is true in them; every span in them is a reading of the dwell clock. Only ``ladder.take``
makes one state out of another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Literal


class Cause(StrEnum):
    """Why a case goes from one state to another."""

    DWELL = "dwell"  # it is present, its dwell is reached, and nothing allows it
    NO_ANSWER = "no_answer"  # no second look has answered within ``CONFIRM_AGAIN``
    AGREED = "agreed"  # the second look sees it too
    AGREED_SILENTLY = "agreed_silently"  # so it does, and nobody is spoken to about this kind
    DISAGREED = "disagreed"  # the second look does not see it
    RETRY = "retry"  # a warning was not played, and ``retry`` is over
    SILENCE = "silence"  # nothing may be said now: the window of a warning begins anew
    PLAYED = "played"  # the warning that was asked for was heard
    INTERVAL = "interval"  # ``interval`` is over since the last warning was played
    QUIET_HOURS = "quiet_hours"  # a warning is due in hours in which nobody is asked, but a person is sent
    UNDELIVERED = "undelivered"  # the warning could not be played within ``warn_window``
    SILENT = "silent"  # nobody is spoken to, and ``final_grace`` is over since it opened
    UNHEEDED = "unheeded"  # ``final_grace`` is over since the last warning of all was played
    REFER_WARNING = "refer_warning"  # the second look agrees; a person is asked before anything is said aloud
    REFER_ORDER = "refer_order"  # a work order is due; a person is asked before it is opened
    REFER_QUIET = "refer_quiet"  # the same in hours in which nobody is asked aloud
    CONFIRMED = "confirmed"  # a person has confirmed it, or the zone asks for no review any more
    UNREVIEWED = "unreviewed"  # nobody has said anything within ``review_limit``, and the zone goes on without
    DROPPED = "dropped"  # nobody has, and the zone gives it up
    DISPATCHED = "dispatched"  # the centre sends a person before the ladder does
    ALLOWED = "allowed"  # a permit covers it, or the zone's hours are over
    FORBIDDEN_ANEW = "forbidden_anew"  # the permit is over, or the hours have begun again: dwell starts anew
    CENTRE = "centre"  # the centre rejects, cancels or settles it
    LEFT = "left"  # its thing is gone
    RETURNED = "returned"  # the same thing is back within ``return_window``


class OrderReason(StrEnum):
    """Why a work order is due."""

    UNHEEDED = "unheeded"  # the last warning of all was played, and it still stands
    UNDELIVERED = "undelivered"  # a warning could not be played
    QUIET_HOURS = "quiet_hours"  # nobody is asked at this hour
    SILENT = "silent"  # nobody is ever asked about this kind


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
class WarningReview:
    """Since ``since`` a person is asked to confirm it; nothing has been said aloud."""

    since: timedelta
    state: Literal["warning_review"] = "warning_review"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReview:
    """A work order is due for ``reason``; since ``since`` a person is asked to confirm it. ``played`` as elsewhere."""

    played: int
    since: timedelta
    reason: OrderReason
    state: Literal["order_review"] = "order_review"


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
    """Rejected by the centre, or not confirmed in time; this occupant is left alone until it has left."""

    state: Literal["cancelled"] = "cancelled"


Open = WarningReview | Asking | Warned | OrderReview | Unwarned | Ordered


@dataclass(frozen=True, slots=True)
class Resolved:
    """It is over; ``rung`` is where it stood, should the thing come back."""

    rung: Open
    state: Literal["resolved"] = "resolved"


State = (
    Candidate
    | Confirming
    | WarningReview
    | Asking
    | Warned
    | OrderReview
    | Unwarned
    | Ordered
    | Suppressed
    | Cancelled
    | Resolved
)


@dataclass(frozen=True, slots=True)
class AskedAgain:
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
class WarningPlayed:
    """Warning ``n`` has been played."""

    n: int


@dataclass(frozen=True, slots=True)
class Refer:
    """Ask a person to confirm it or to reject it."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Nobody has confirmed or rejected it in time."""


@dataclass(frozen=True, slots=True)
class Drop:
    """It is given up at this rung, because nobody has confirmed it."""

    rung: State


@dataclass(frozen=True, slots=True)
class Escalate:
    """Hand it to a person, for this reason."""

    reason: OrderReason


Move = AskedAgain | Opened | Ask | WarningPlayed | Refer | Unanswered | Drop | Escalate
