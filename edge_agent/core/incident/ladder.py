"""The ladder: ask three times, then call a person.

A case climbs by looks at which its thing is *present*. All its spans are readings of the dwell clock
(``presence.py``), never wall times, so an hour without a picture moves nothing and a stored state survives any outage.
A warning is asked for here, played outside, and answered by an event: only a played one counts.

``TRANSITIONS`` is the whole state machine, and it is executed: ``take`` is the only function that makes a state out
of another, and it raises where the table has no row. ``EDGES`` and the picture in ``docs/ladder.md`` are derived from
it. ``deadlines`` says what the clock alone brings about, and when.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType, UnionType
from typing import Final, get_args

from edge_agent.core.errors import Bug
from edge_agent.core.events import Result
from edge_agent.core.incident.ladder_states import (
    Ask,
    Asking,
    Cancelled,
    Candidate,
    Confirm,
    Confirming,
    Escalate,
    Heard,
    Move,
    Open,
    Opened,
    Ordered,
    Resolved,
    State,
    Suppressed,
    Unwarned,
    Warned,
)
from edge_agent.core.site.policy import Rule, Undelivered

CONFIRM_AGAIN: Final = timedelta(seconds=10)


Target = type[State] | UnionType

START: Final = Candidate()


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
    DISPATCHED = "dispatched"  # the centre sends a person before the ladder does
    ALLOWED = "allowed"  # a permit covers it, or the zone's hours are over
    FORBIDDEN_ANEW = "forbidden_anew"  # the permit is over, or the hours have begun again: dwell starts anew
    CENTRE = "centre"  # the centre rejects, cancels or settles it
    LEFT = "left"  # its thing is gone
    RETURNED = "returned"  # the same thing is back within ``return_window``


_OPEN_ENDS: Final[Mapping[Cause, Target]] = {
    Cause.ALLOWED: Suppressed,
    Cause.CENTRE: Cancelled,
    Cause.LEFT: Resolved,
}

TRANSITIONS: Final[Mapping[type[State], Mapping[Cause, Target]]] = MappingProxyType(
    {
        Candidate: {
            Cause.DWELL: Confirming,
            Cause.ALLOWED: Suppressed,
            Cause.FORBIDDEN_ANEW: Candidate,
        },
        Confirming: {
            Cause.NO_ANSWER: Confirming,
            Cause.AGREED: Asking,
            Cause.AGREED_SILENTLY: Unwarned,
            Cause.DISAGREED: Candidate,
            Cause.ALLOWED: Suppressed,
            Cause.FORBIDDEN_ANEW: Candidate,
        },
        Asking: {
            Cause.RETRY: Asking,
            Cause.SILENCE: Asking,
            Cause.PLAYED: Warned,
            Cause.UNDELIVERED: Ordered,
            Cause.QUIET_HOURS: Ordered,
            Cause.DISPATCHED: Ordered,
            **_OPEN_ENDS,
        },
        Warned: {
            Cause.INTERVAL: Asking,
            Cause.UNHEEDED: Ordered,
            Cause.DISPATCHED: Ordered,
            **_OPEN_ENDS,
        },
        Unwarned: {
            Cause.SILENT: Ordered,
            Cause.DISPATCHED: Ordered,
            **_OPEN_ENDS,
        },
        Ordered: {
            Cause.DISPATCHED: Ordered,  # its work order was withdrawn, and the centre sends a person after all
            **_OPEN_ENDS,
        },
        Suppressed: {Cause.FORBIDDEN_ANEW: Candidate},
        Cancelled: {},
        Resolved: {Cause.RETURNED: Open},  # to where it stood
    }
)

# A state that is equal to the one before is no transition: ``Ordered`` and its order dispatched again.
EDGES: Final[frozenset[tuple[type, type]]] = frozenset(
    (state, to)
    for state, row in TRANSITIONS.items()
    for target in row.values()
    for to in get_args(target) or (target,)
    if (state, to) != (Ordered, Ordered)
)


def take(state: State, cause: Cause, clock: timedelta = timedelta(0)) -> tuple[State, tuple[Move, ...]]:
    """Go from ``state`` by ``cause`` at this reading of the dwell clock.

    Returns:
        The next state and what must be done on entering it, in order.

    Raises:
        Bug: ``TRANSITIONS`` has no row for this cause in this state.
    """
    target = TRANSITIONS[type(state)].get(cause)
    if target is None:
        msg = f"case in state {state.state}: expected one of {sorted(TRANSITIONS[type(state)])}, got {cause}"
        raise Bug(msg)
    after = _ENTER[target](state, cause, clock)
    return after, _MOVES[cause](after) if cause in _MOVES else ()


def dwell_reached(clock: timedelta, rule: Rule) -> bool:
    """Whether a thing has stood for as long as its rule asks: the one place where that is decided."""
    return clock >= rule.dwell


def deadlines(state: State, rule: Rule) -> tuple[tuple[Cause, timedelta], ...]:
    """What the clock alone brings about in this state, each with the reading at which it is due, the stronger first."""
    match state:
        case Candidate(not_before=not_before):
            return ((Cause.DWELL, max(rule.dwell, not_before)),)
        case Confirming(asked=asked):
            return ((Cause.NO_ANSWER, asked + CONFIRM_AGAIN),)
        case Asking(began=began, asked=asked):
            retry = (Cause.RETRY, asked + rule.retry)
            given_up = (Cause.UNDELIVERED, began + rule.warn_window)
            return (given_up, retry) if rule.undelivered is Undelivered.ORDER else (retry,)
        case Warned(played=played, mark=mark):
            last = played >= rule.warnings
            return ((Cause.UNHEEDED, mark + rule.final_grace) if last else (Cause.INTERVAL, mark + rule.interval),)
        case Unwarned(mark=mark) if not rule.only_records:
            return ((Cause.SILENT, mark + rule.final_grace),)
        case _:
            return ()


def climb(state: State, clock: timedelta, rule: Rule) -> tuple[State, tuple[Move, ...]]:
    """One look at which the thing is present and not allowed: what is due at this reading of the dwell clock."""
    for cause, reading in deadlines(state, rule):
        if clock >= reading:
            return take(state, cause, clock)
    return state, ()


def due(state: State, rule: Rule) -> timedelta | None:
    """The reading of the dwell clock from which ``climb`` would move on from here; None where no look ever does."""
    return min((reading for _, reading in deadlines(state, rule)), default=None)


def confirm(state: State, clock: timedelta, rule: Rule, *, agreed: bool) -> tuple[State, tuple[Move, ...]]:
    """The second look has answered; one that nobody waits for any more changes nothing."""
    if not isinstance(state, Confirming):
        return state, ()
    if not agreed:
        return take(state, Cause.DISAGREED, clock)
    return take(state, Cause.AGREED_SILENTLY if rule.silent or rule.only_records else Cause.AGREED, clock)


def answer(state: State, clock: timedelta, *, n: int, result: Result) -> tuple[State, tuple[Move, ...]]:
    """A speaker has answered: a played warning counts, anything else waits for ``retry``."""
    match state:
        case Asking(played=played) if n == played + 1 and result is Result.PLAYED:
            return take(state, Cause.PLAYED, clock)
        case _:
            return state, ()


def hold(state: State, clock: timedelta) -> State:
    """One look in a silence: what is due waits, and the window of a warning that waits begins at the silence's end."""
    return take(state, Cause.SILENCE, clock)[0] if isinstance(state, Asking) else state


def played(state: State) -> int:
    """How many warnings have been heard in this state."""
    return state.played if isinstance(state, Asking | Warned | Ordered) else 0


def is_open(state: State) -> bool:
    """Whether an incident is open in this state."""
    return isinstance(state, Open)


def _asking(state: State, cause: Cause, clock: timedelta) -> State:
    """Ask for the next warning, ask for the same one again, or hold its window open in a silence."""
    if not isinstance(state, Asking):
        return Asking(played=played(state), began=clock, asked=clock)
    if cause is Cause.SILENCE:
        return replace(state, began=clock)
    return replace(state, asked=clock, attempts=state.attempts + 1)


def _candidate(_state: State, cause: Cause, clock: timedelta) -> State:
    return Candidate(clock + CONFIRM_AGAIN) if cause is Cause.DISAGREED else START


def _rung(state: State, _cause: Cause, _clock: timedelta) -> State:
    """Back to where it stood."""
    return state.rung if isinstance(state, Resolved) else state


def _resolved(state: State, _cause: Cause, _clock: timedelta) -> State:
    return Resolved(state) if isinstance(state, Open) else state


# How each state is entered: from which one, by which cause, at which reading of the dwell clock.
_ENTER: Final[Mapping[Target, Callable[[State, Cause, timedelta], State]]] = {
    Candidate: _candidate,
    Confirming: lambda _state, _cause, clock: Confirming(clock),
    Asking: _asking,
    Warned: lambda state, _cause, clock: Warned(played=played(state) + 1, mark=clock),
    Unwarned: lambda _state, _cause, clock: Unwarned(clock),
    Ordered: lambda state, _cause, _clock: Ordered(played(state)),
    Suppressed: lambda _state, _cause, _clock: Suppressed(),
    Cancelled: lambda _state, _cause, _clock: Cancelled(),
    Resolved: _resolved,
    Open: _rung,
}


def _ask(after: State) -> Ask:
    return Ask(n=played(after) + 1, attempt=after.attempts if isinstance(after, Asking) else 1)


# What must be done when a state has been entered by this cause. Causes that are not named here ask for nothing: the
# event that brought them says what it does (``casework.py``).
_MOVES: Final[Mapping[Cause, Callable[[State], tuple[Move, ...]]]] = {
    Cause.DWELL: lambda _after: (Confirm(),),
    Cause.NO_ANSWER: lambda _after: (Confirm(),),
    Cause.AGREED: lambda after: (Opened(), _ask(after)),
    Cause.AGREED_SILENTLY: lambda _after: (Opened(),),
    Cause.RETRY: lambda after: (_ask(after),),
    Cause.INTERVAL: lambda after: (_ask(after),),
    Cause.PLAYED: lambda after: (Heard(played(after)),),
    Cause.UNDELIVERED: lambda _after: (Escalate(Cause.UNDELIVERED),),
    Cause.UNHEEDED: lambda _after: (Escalate(Cause.UNHEEDED),),
    Cause.SILENT: lambda _after: (Escalate(Cause.SILENT),),
}
