"""Scoring: what the matches of a replay with the truth are worth, as the few figures somebody tunes by.

All figures follow from counts, so that recordings are added up before they are divided: a camera with one incident does
not weigh as much as one with a hundred.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Final, assert_never

from edge_agent.core.score.intervals import Range, Share, count_range
from edge_agent.core.score.matching import Allowed, Extra, Hit, Miss, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DAY: Final = timedelta(days=1)
P95: Final = 0.95
FEW: Final = 20  # true incidents below which a figure is not to be trusted without its range


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Spans of several cases: the middle one with its sign, and what 95 of 100 do not exceed without it."""

    count: int
    median: timedelta
    p95: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """``count`` cases in so many camera-days."""

    count: int
    days: float

    @property
    def value(self) -> float:
        """Cases a camera-day."""
        return self.count / self.days

    @property
    def range(self) -> Range:
        """How many a camera-day there may really be."""
        counts = count_range(self.count)
        return Range(counts.low / self.days, counts.high / self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How a replay did against the truth.

    ``hits``, ``misses`` and ``extras`` are counts of incidents; ``allowed`` were told and might have been left untold.
    ``warning`` is first warning minus when it was due, ``waited`` first warning minus when the thing came, ``dwell``
    the dwell clock at the end minus how long the thing stood; None of no cases. ``unwarned`` hits had none played.
    ``false_orders`` went out where nothing stood, or no more; a rate where it is known how long was looked.
    """

    hits: int
    misses: int
    extras: int
    allowed: int
    unwarned: int
    false_orders: int
    warning: Spread | None
    waited: Spread | None
    dwell: Spread | None
    days: float | None

    @property
    def precision(self) -> Share:
        """The share of what was told that is true."""
        return Share(self.hits, self.hits + self.extras)

    @property
    def recall(self) -> Share:
        """The share of what is true that was told."""
        return Share(self.hits, self.hits + self.misses)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall; None where nothing was due and nothing told."""
        return _f1(self._agreed.value)

    @property
    def f1_range(self) -> Range:
        """What F1 may really be: it rises with the share of hits among all that is due or told, which has a range."""
        agreed = self._agreed.range
        return Range(2 * agreed.low / (1 + agreed.low), 2 * agreed.high / (1 + agreed.high))

    @property
    def order_rate(self) -> Rate | None:
        """False work orders a camera-day."""
        return None if not self.days else Rate(count=self.false_orders, days=self.days)

    @property
    def _agreed(self) -> Share:
        return Share(self.hits, self.hits + self.misses + self.extras)


def _f1(agreed: float | None) -> float | None:
    """F1 = 2h / (2h + m + e) = 2a / (1 + a), where a = h / (h + m + e)."""
    return None if agreed is None else 2 * agreed / (1 + agreed)


def score(outcomes: Sequence[Outcome], observed: timedelta | None = None) -> Score:
    """The figures of ``outcomes`` of recordings that lasted ``observed`` together (None: nobody knows)."""
    hits = tuple(each for each in outcomes if isinstance(each, Hit))
    return Score(
        hits=len(hits),
        misses=sum(isinstance(each, Miss) for each in outcomes),
        extras=sum(isinstance(each, Extra) for each in outcomes),
        allowed=sum(isinstance(each, Allowed) for each in outcomes),
        unwarned=sum(hit.found.warned is None for hit in hits if not hit.returned),
        false_orders=sum(map(false_order, outcomes)),
        warning=_spread(_warning(hit) for hit in hits),
        waited=_spread(_waited(hit) for hit in hits),
        dwell=_spread(_dwell(hit) for hit in hits),
        days=None if observed is None else observed / DAY,
    )


def by_matter(outcomes: Iterable[Outcome]) -> dict[tuple[str, str], tuple[Outcome, ...]]:
    """The outcomes by kind and zone, in the order of their names."""
    parts: dict[tuple[str, str], list[Outcome]] = {}
    for each in outcomes:
        matter = each.expected.truth if isinstance(each, Hit | Miss | Allowed) else each.found
        parts.setdefault((matter.kind, matter.zone), []).append(each)
    return {matter: tuple(parts[matter]) for matter in sorted(parts)}


def instant(outcome: Outcome) -> timedelta:
    """When an outcome came about: as the thing came, or as the false incident was opened."""
    return outcome.found.opened if isinstance(outcome, Extra) else outcome.expected.truth.since


def false_order(outcome: Outcome) -> bool:
    """Whether somebody was sent to where nothing stood that was owed an order, or nothing any more."""
    match outcome:
        case Extra(found=incident):
            return incident.ordered is not None
        case Hit(expected=expected, found=incident) | Allowed(expected=expected, found=incident):
            gone = expected.truth.until + expected.truth.tolerance
            return incident.ordered is not None and len(incident.spells) == 1 and incident.ordered > gone
        case Miss():
            return False
        case _:
            assert_never(outcome)


def _warning(hit: Hit) -> timedelta | None:
    return None if hit.returned or hit.found.warned is None else hit.found.warned - hit.expected.due


def _waited(hit: Hit) -> timedelta | None:
    return None if hit.returned or hit.found.warned is None else hit.found.warned - hit.expected.truth.since


def _dwell(hit: Hit) -> timedelta | None:
    """Only of what stood once: the clock of a thing that came back holds both times."""
    once = len(hit.found.spells) == 1
    return hit.found.dwell - hit.expected.stood if once and hit.found.dwell is not None else None


def _spread(spans: Iterable[timedelta | None]) -> Spread | None:
    """The middle and the 95th of 100, by nearest rank; of an even number the lower middle one."""
    known = sorted(span for span in spans if span is not None)
    if not known:
        return None
    sizes = sorted(map(abs, known))
    return Spread(count=len(known), median=known[(len(known) - 1) // 2], p95=sizes[ceil(P95 * len(sizes)) - 1])
