"""Figures of a score as plain JSON: rounded, with the ranges beside them, and null where there is no figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from edge_agent.core.matching import Extra, Miss
from edge_agent.core.scoring import Rate, Score, Spread

if TYPE_CHECKING:
    from datetime import timedelta

    from edge_agent.core.certainty import Range, Share
    from edge_agent.core.matching import Outcome

DIGITS: Final = 4
Figures = dict[str, Any]


def figures(score: Score) -> Figures:
    """All of a score."""
    return {
        "hits": score.hits,
        "misses": score.misses,
        "false": score.extras,
        "allowed": score.allowed,
        "unwarned": score.unwarned,
        "precision": _share(score.precision),
        "recall": _share(score.recall),
        "f1": {"value": _rounded(score.f1), "range": _range(score.f1_range)},
        "first_warning_error_s": _spread(score.warning),
        "first_warning_after_s": _spread(score.waited),
        "dwell_error_s": _spread(score.dwell),
        "false_orders": score.false_orders,
        "false_orders_a_day": _rate(score.order_rate),
        "camera_days": _rounded(score.days),
    }


def fault(outcome: Outcome) -> Figures | None:
    """A miss or a false incident as somebody looks it up in the recording; None for what is right."""
    match outcome:
        case Miss(expected=expected):
            truth = expected.truth
            spans = {"from_s": _seconds(truth.since), "to_s": _seconds(truth.until), "due_s": _seconds(expected.due)}
            return {"fault": "missed", "kind": truth.kind, "zone": truth.zone, **spans}
        case Extra(found=found):
            spans = {"opened_s": _seconds(found.opened)}
            return {"fault": "false", "kind": found.kind, "zone": found.zone, "incident": found.incident, **spans}
        case _:
            return None


def _share(share: Share) -> Figures:
    return {"value": _rounded(share.value), "range": _range(share.range)}


def _rate(rate: Rate | None) -> Figures | None:
    return None if rate is None else {"value": _rounded(rate.value), "range": _range(rate.range)}


def _spread(spread: Spread | None) -> Figures | None:
    if spread is None:
        return None
    return {"median": _seconds(spread.median), "p95": _seconds(spread.p95), "count": spread.count}


def _range(found: Range) -> list[float]:
    return [round(found.low, DIGITS), round(found.high, DIGITS)]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def _seconds(span: timedelta) -> float:
    return round(span.total_seconds(), 3)
