"""The ladder: ask three times, then call a person.

Theory. A case climbs by looks at which its thing is *present*; its spans run on the dwell clock (``presence.py``),
so an hour without a picture moves nothing. A warning is asked for here, played outside, and answered by an event:
only a played one counts. The states carry only what is true in them; every span in them is a reading of the dwell
clock, never a wall time, so a stored state survives any outage. ``EDGES`` is the whole table; the picture in
``docs/ladder.md`` is generated from it and a test proves that each edge is taken and no other.

::

    Candidate ─dwell─▶ Confirming ─agreed─▶ Asking(0) ─played─▶ Warned(1) ─5 min─▶ Asking(1) ─▶ … ─▶ Warned(3)
        ▲─────not agreed────┘                  └─never played─▶ Ordered ◀─────────final grace────────────┘

Any open state ends as Resolved (left, or out of sight for too long), Suppressed (a permit, the end of the hours)
or Cancelled (by the centre). Resolved goes back to where it stood when the thing returns within ``return_window``.

What I dislike about it: a warning that is answered after its case has ended is lost to the record.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Literal

from edge_agent.core.events import Result
from edge_agent.core.policy import Rule, Undelivered

CONFIRM_AGAIN: Final = timedelta(seconds=10)


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


Open = Asking | Warned | Ordered


@dataclass(frozen=True, slots=True)
class Resolved:
    """It is over; ``rung`` is where it stood, should the thing come back."""

    rung: Open
    state: Literal["resolved"] = "resolved"


State = Candidate | Confirming | Asking | Warned | Ordered | Suppressed | Cancelled | Resolved

EDGES: Final[frozenset[tuple[type, type]]] = frozenset(
    {
        (Candidate, Confirming),  # dwell reached, present, no permit
        (Candidate, Suppressed),  # dwell reached under a permit
        (Confirming, Confirming),  # no answer: asked again
        (Confirming, Candidate),  # the second look disagreed
        (Confirming, Asking),  # it agreed: opened, warning 1 asked
        (Confirming, Ordered),  # opened in hours so quiet that nobody is asked
        (Confirming, Suppressed),  # a permit began, or the hours ended, before anything was said
        (Asking, Asking),  # asked again after ``retry``
        (Asking, Warned),  # played
        (Asking, Ordered),  # could not be played within ``warn_window``
        (Warned, Asking),  # ``interval`` after a played warning
        (Warned, Ordered),  # ``final_grace`` after the last
        (Suppressed, Candidate),  # the permit ended: dwell starts anew
        *((rung, end) for rung in (Asking, Warned, Ordered) for end in (Resolved, Suppressed, Cancelled)),
        *((Resolved, rung) for rung in (Asking, Warned, Ordered)),  # back again
    }
)


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
    """Hand it to a person: ``undelivered`` when the last warning could not be played."""

    undelivered: bool


Move = Confirm | Opened | Ask | Heard | Escalate


def climb(state: State, clock: timedelta, rule: Rule) -> tuple[State, tuple[Move, ...]]:
    """One look at which the thing is present and not allowed: what is due at this reading of the dwell clock."""
    match state:
        case Candidate(not_before=not_before) if clock >= max(rule.dwell, not_before):
            return Confirming(clock), (Confirm(),)
        case Confirming(asked=asked) if clock - asked >= CONFIRM_AGAIN:
            return Confirming(clock), (Confirm(),)
        case Asking():
            return _ask_again(state, clock, rule)
        case Warned(played=played, mark=mark) if played >= rule.warnings:
            due = clock - mark >= rule.final_grace
            return (Ordered(played), (Escalate(undelivered=False),)) if due else (state, ())
        case Warned(played=played, mark=mark) if clock - mark >= rule.interval:
            return Asking(played=played, began=clock, asked=clock), (Ask(n=played + 1, attempt=1),)
        case _:
            return state, ()


def due(state: State, rule: Rule) -> timedelta | None:
    """The reading of the dwell clock from which ``climb`` would move on from here; None where no look ever does."""
    match state:
        case Candidate(not_before=not_before):
            return max(rule.dwell, not_before)
        case Confirming(asked=asked):
            return asked + CONFIRM_AGAIN
        case Asking(began=began, asked=asked):
            again = asked + rule.retry
            return min(again, began + rule.warn_window) if rule.undelivered is Undelivered.ORDER else again
        case Warned(played=played, mark=mark):
            return mark + (rule.final_grace if played >= rule.warnings else rule.interval)
        case _:
            return None


def confirm(state: State, clock: timedelta, *, agreed: bool) -> tuple[State, tuple[Move, ...]]:
    """The second look has answered."""
    match state:
        case Confirming() if agreed:
            return Asking(played=0, began=clock, asked=clock), (Opened(), Ask(n=1, attempt=1))
        case Confirming():
            return Candidate(clock + CONFIRM_AGAIN), ()
        case _:
            return state, ()


def answer(state: State, clock: timedelta, *, n: int, result: Result) -> tuple[State, tuple[Move, ...]]:
    """A speaker has answered: a played warning counts, anything else waits for ``retry``."""
    match state:
        case Asking(played=played) if n == played + 1 and result is Result.PLAYED:
            return Warned(played=n, mark=clock), (Heard(n),)
        case _:
            return state, ()


def hold(state: State, clock: timedelta) -> State:
    """One look in a silence: what is due waits, and the window of a warning that waits begins at the silence's end."""
    return replace(state, began=clock) if isinstance(state, Asking) else state


def played(state: State) -> int:
    """How many warnings have been heard in this state."""
    return state.played if isinstance(state, Asking | Warned | Ordered) else 0


def is_open(state: State) -> bool:
    """Whether an incident is open in this state."""
    return isinstance(state, Asking | Warned | Ordered)


def _ask_again(state: Asking, clock: timedelta, rule: Rule) -> tuple[State, tuple[Move, ...]]:
    if clock - state.began >= rule.warn_window and rule.undelivered is Undelivered.ORDER:
        return Ordered(state.played), (Escalate(undelivered=True),)
    if clock - state.asked < rule.retry:
        return state, ()
    again = Asking(played=state.played, began=state.began, asked=clock, attempts=state.attempts + 1)
    return again, (Ask(n=state.played + 1, attempt=again.attempts),)
