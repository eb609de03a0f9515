"""What the clock alone brings about in each state of the ladder, and at which reading of the dwell clock it is due."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.core.incident.ladder_states import (
    Asking,
    Candidate,
    Cause,
    Confirming,
    OrderReview,
    State,
    Unwarned,
    Warned,
    WarningReview,
)
from edge_agent.core.site.policy import Review, Undelivered, Unreviewed

if TYPE_CHECKING:
    from edge_agent.core.site.policy import Rule

CONFIRM_AGAIN: Final = timedelta(seconds=10)


def dwell_reached(clock: timedelta, rule: Rule) -> bool:
    """Whether a thing has stood for as long as its rule asks: the one place where that is decided."""
    return clock >= rule.dwell


def asks_first(rule: Rule, before: Review, *, confirmed: bool) -> bool:
    """Whether a person is to be asked at this point; not for what one of them has confirmed already."""
    return rule.review is before and not confirmed


def deadlines(state: State, rule: Rule, *, confirmed: bool = False) -> tuple[tuple[Cause, timedelta], ...]:
    """What the clock alone brings about in this state, each with the reading at which it is due, the stronger first.

    ``confirmed`` says that a person has confirmed the incident.
    """
    match state:
        case Candidate(not_before=not_before):
            return ((Cause.DWELL, max(rule.dwell, not_before)),)
        case Confirming(asked=asked_at):
            return ((Cause.NO_ANSWER, asked_at + CONFIRM_AGAIN),)
        case OrderReview() if not rule.orders:
            return ()  # its party is only taught now: fewer strikes were counted elsewhere than when it was referred
        case WarningReview(since=since) | OrderReview(since=since):
            return (_review_over(since, rule, confirmed=confirmed),)
        case Asking() | Warned() | Unwarned():
            return _asked_or_ordered(state, rule, refer=asks_first(rule, Review.BEFORE_ORDER, confirmed=confirmed))
        case _:
            return ()


def _asked_or_ordered(
    state: Asking | Warned | Unwarned, rule: Rule, *, refer: bool
) -> tuple[tuple[Cause, timedelta], ...]:
    """When the next warning is due, or the work order; that is referred to a person first where ``refer`` says so."""
    match state:
        case Asking(began=began, asked=asked_at):
            retry = (Cause.RETRY, asked_at + rule.retry)
            given_up = (Cause.REFER_ORDER if refer else Cause.UNDELIVERED, began + rule.warn_window)
            return (given_up, retry) if rule.orders and rule.undelivered is Undelivered.ORDER else (retry,)
        case Warned(played=played, mark=mark) if played < rule.warnings:
            return ((Cause.INTERVAL, mark + rule.interval),)
        case Warned(mark=mark):
            order = (Cause.REFER_ORDER if refer else Cause.UNHEEDED, mark + rule.final_grace)
            return (order,) if rule.orders else ()
        case _:
            order = (Cause.REFER_ORDER if refer else Cause.SILENT, state.mark + rule.final_grace)
            return (order,) if rule.orders and not rule.only_records else ()


def _review_over(since: timedelta, rule: Rule, *, confirmed: bool) -> tuple[Cause, timedelta]:
    """At once where a person has confirmed it, or the rule asks nobody any more; else when the limit is over."""
    if confirmed or rule.review is Review.OFF:
        return Cause.CONFIRMED, since
    over = Cause.UNREVIEWED if rule.unreviewed is Unreviewed.PROCEED else Cause.DROPPED
    return over, since + rule.review_limit


def due(state: State, rule: Rule, *, confirmed: bool = False) -> timedelta | None:
    """The reading of the dwell clock from which ``climb`` would move on from here; None where no look ever does."""
    return min((reading for _, reading in deadlines(state, rule, confirmed=confirmed)), default=None)
