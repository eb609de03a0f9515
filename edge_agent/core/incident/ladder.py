"""The ladder: ask three times, then call a person.

A case climbs by looks at which its thing is *present*. All its spans are readings of the dwell clock
(``presence.py``), never wall times, so an hour without a picture moves nothing and a stored state survives any outage.
A warning is asked for here, played outside, and answered by an event: only a played one counts.

``TRANSITIONS`` is the whole state machine, and it is executed: ``take`` is the only function that makes a state out
of another, and it raises where the table has no row. ``EDGES`` and the picture in ``docs/ladder.md`` are derived from
it. What the clock alone brings about, and when, says ``deadlines.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType, UnionType
from typing import Final, get_args

from edge_agent.core.errors import Bug
from edge_agent.core.events import Result
from edge_agent.core.incident.deadlines import CONFIRM_AGAIN, asks_first, deadlines
from edge_agent.core.incident.ladder_states import (
    Ask,
    AskedAgain,
    Asking,
    Cancelled,
    Candidate,
    Cause,
    Confirming,
    Drop,
    Escalate,
    Move,
    Open,
    Opened,
    Ordered,
    OrderReason,
    OrderReview,
    Refer,
    Resolved,
    State,
    Suppressed,
    Unanswered,
    Unwarned,
    Warned,
    WarningPlayed,
    WarningReview,
)
from edge_agent.core.site.policy import Review, Rule

Target = type[State] | UnionType

START: Final = Candidate()
_OPEN_ENDS: Final[Mapping[Cause, Target]] = {
    Cause.ALLOWED: Suppressed,
    Cause.CENTRE: Cancelled,
    Cause.LEFT: Resolved,
}

_REVIEW_ENDS: Final[Mapping[Cause, Target]] = {
    Cause.DROPPED: Cancelled,
    Cause.DISPATCHED: Ordered,  # who sends somebody has confirmed it
    **_OPEN_ENDS,
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
            Cause.REFER_WARNING: WarningReview,
            Cause.AGREED_SILENTLY: Unwarned,
            Cause.DISAGREED: Candidate,
            Cause.ALLOWED: Suppressed,
            Cause.FORBIDDEN_ANEW: Candidate,
        },
        WarningReview: {Cause.CONFIRMED: Asking, Cause.UNREVIEWED: Asking, **_REVIEW_ENDS},
        Asking: {
            Cause.RETRY: Asking,
            Cause.SILENCE: Asking,
            Cause.PLAYED: Warned,
            Cause.UNDELIVERED: Ordered,
            Cause.QUIET_HOURS: Ordered,
            Cause.REFER_ORDER: OrderReview,
            Cause.REFER_QUIET: OrderReview,
            Cause.DISPATCHED: Ordered,
            **_OPEN_ENDS,
        },
        Warned: {
            Cause.INTERVAL: Asking,
            Cause.UNHEEDED: Ordered,
            Cause.REFER_ORDER: OrderReview,
            Cause.DISPATCHED: Ordered,
            **_OPEN_ENDS,
        },
        OrderReview: {Cause.CONFIRMED: Ordered, Cause.UNREVIEWED: Ordered, **_REVIEW_ENDS},
        Unwarned: {
            Cause.SILENT: Ordered,
            Cause.REFER_ORDER: OrderReview,
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
    return after, _MOVES[cause](state, after) if cause in _MOVES else ()


def climb(state: State, clock: timedelta, rule: Rule, *, confirmed: bool = False) -> tuple[State, tuple[Move, ...]]:
    """One look at which the thing is present and not allowed: what is due at this reading of the dwell clock."""
    for cause, reading in deadlines(state, rule, confirmed=confirmed):
        if clock >= reading:
            return take(state, cause, clock)
    return state, ()


def confirm(state: State, clock: timedelta, rule: Rule, *, agreed: bool) -> tuple[State, tuple[Move, ...]]:
    """The second look has answered; one that nobody waits for any more changes nothing."""
    if not isinstance(state, Confirming):
        return state, ()
    if not agreed:
        return take(state, Cause.DISAGREED, clock)
    if rule.silent or rule.only_records:
        return take(state, Cause.AGREED_SILENTLY, clock)
    ask = asks_first(rule, Review.BEFORE_WARNING, confirmed=False)
    return take(state, Cause.REFER_WARNING if ask else Cause.AGREED, clock)


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
    return state.played if isinstance(state, Asking | Warned | OrderReview | Ordered) else 0


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


_WAITED_FOR: Final = {Asking: OrderReason.UNDELIVERED, Unwarned: OrderReason.SILENT}


def _order_review(state: State, cause: Cause, clock: timedelta) -> State:
    waiting = _WAITED_FOR.get(type(state), OrderReason.UNHEEDED)
    reason = OrderReason.QUIET_HOURS if cause is Cause.REFER_QUIET else waiting
    return OrderReview(played=played(state), since=clock, reason=reason)


# How each state is entered: from which one, by which cause, at which reading of the dwell clock.
_ENTER: Final[Mapping[Target, Callable[[State, Cause, timedelta], State]]] = {
    Candidate: _candidate,
    Confirming: lambda _state, _cause, clock: Confirming(clock),
    Asking: _asking,
    Warned: lambda state, _cause, clock: Warned(played=played(state) + 1, mark=clock),
    WarningReview: lambda _state, _cause, clock: WarningReview(clock),
    OrderReview: _order_review,
    Unwarned: lambda _state, _cause, clock: Unwarned(clock),
    Ordered: lambda state, _cause, _clock: Ordered(played(state)),
    Suppressed: lambda _state, _cause, _clock: Suppressed(),
    Cancelled: lambda _state, _cause, _clock: Cancelled(),
    Resolved: _resolved,
    Open: _rung,
}


def _ask(after: State) -> Ask:
    return Ask(n=played(after) + 1, attempt=after.attempts if isinstance(after, Asking) else 1)


def _reviewed(before: State, after: State) -> tuple[Move, ...]:
    """What a review held up: the first warning, or the order."""
    return (Escalate(before.reason),) if isinstance(before, OrderReview) else (_ask(after),)


# What must be done when a state has been entered by this cause, by the state before and after. Causes that are not
# named here ask for nothing: the event that brought them says what it does (``case_actions.py``).
_MOVES: Final[Mapping[Cause, Callable[[State, State], tuple[Move, ...]]]] = {
    Cause.DWELL: lambda _before, _after: (AskedAgain(),),
    Cause.NO_ANSWER: lambda _before, _after: (AskedAgain(),),
    Cause.AGREED: lambda _before, after: (Opened(), _ask(after)),
    Cause.AGREED_SILENTLY: lambda _before, _after: (Opened(),),
    Cause.RETRY: lambda _before, after: (_ask(after),),
    Cause.INTERVAL: lambda _before, after: (_ask(after),),
    Cause.PLAYED: lambda _before, after: (WarningPlayed(played(after)),),
    Cause.UNDELIVERED: lambda _before, _after: (Escalate(OrderReason.UNDELIVERED),),
    Cause.UNHEEDED: lambda _before, _after: (Escalate(OrderReason.UNHEEDED),),
    Cause.SILENT: lambda _before, _after: (Escalate(OrderReason.SILENT),),
    Cause.REFER_WARNING: lambda _before, _after: (Opened(), Refer()),
    Cause.REFER_ORDER: lambda _before, _after: (Refer(),),
    Cause.REFER_QUIET: lambda _before, _after: (Refer(),),
    Cause.CONFIRMED: _reviewed,
    Cause.UNREVIEWED: lambda before, after: (Unanswered(), *_reviewed(before, after)),
    Cause.DROPPED: lambda before, _after: (Unanswered(), Drop(before)),
}
