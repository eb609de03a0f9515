"""Outcomes: what became of each incident, and how many people put it right after how many warnings.

Every event of an incident is complete in itself, so its outcome is told by its last one. Of those who heard warning n,
some *left* without hearing another, some *stayed* until the next warning or the work order. Their share is the
**self-correction rate** of that warning; what is still open, was allowed, cancelled or went out of sight says nothing
about warnings and counts neither way::

    heard n = left + stayed + undecided          rate = left / (left + stayed)

What people said of them in a review is counted beside that: of those that were judged, the share of the rejected is
that of **false reports**.

Times to leave are from the last warning that was heard to the last sighting, on the clock that dates the records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from statistics import median

from edge_agent.core.events import Result
from edge_agent.core.feed.incidents import Happening, IncidentEvent, ReviewStatus
from edge_agent.core.score.intervals import Share

LEFT = "left"
ENDS = (Happening.RESOLVED, Happening.SUPPRESSED, Happening.CANCELLED)


class Judged(StrEnum):
    """What became of an incident's review by a person."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    UNANSWERED = "unanswered"  # nobody said anything in time


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOutcome:
    """How far one incident has come: it has ``heard`` so many warnings, the last at ``heard_at``.

    ``seq`` numbers the event that this is told by. ``ended`` is the last sighting of what is over, ``how`` why it is:
    ``left``, or any other reason, which is no self-correction. ``judged`` is what a person said of it last.
    """

    incident: str
    seq: int
    camera: str
    zone: str
    kind: str
    opened: datetime
    heard: int
    heard_at: datetime | None
    ordered: bool
    ended: datetime | None = None
    how: str | None = None
    judged: Judged | None = None

    @property
    def to_leave(self) -> timedelta | None:
        """How long it took to leave after the last warning, where it was left for a warning and not for an order."""
        if self.how != LEFT or self.ordered or self.ended is None or self.heard_at is None:
            return None
        return max(self.ended - self.heard_at, timedelta(0))  # who was about to leave is not seen to have waited


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterWarning:
    """What those did who heard warning ``n``."""

    n: int
    heard: int
    left: int
    stayed: int

    @property
    def rate(self) -> float | None:
        """The share that left, of those of whom it is known; None where it is known of nobody."""
        decided = self.left + self.stayed
        return self.left / decided if decided else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCounts:
    """What people said of incidents: ``confirmed``, ``rejected``, or nothing in time."""

    confirmed: int = 0
    rejected: int = 0
    unanswered: int = 0

    @property
    def false(self) -> Share:
        """How many of those that were judged were rejected."""
        return Share(self.rejected, self.rejected + self.confirmed)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeCounts:
    """What became of ``incidents`` together.

    ``before`` left before any warning was heard; ``corrected`` left after some warning and before a work order;
    ``ordered`` got one; the others are open, or ended otherwise. ``to_leave`` is the median.
    """

    incidents: int
    before: int
    corrected: int
    ordered: int
    after: tuple[AfterWarning, ...]
    to_leave: timedelta | None
    review: ReviewCounts = field(default_factory=ReviewCounts)

    @property
    def rate(self) -> float | None:
        """The share of incidents put right by warnings alone, of those that heard one and are decided."""
        decided = self.corrected + self.ordered
        return self.corrected / decided if decided else None


def outcome_of(event: IncidentEvent) -> IncidentOutcome:
    """How far an incident has come with one of its events."""
    over = event.type in ENDS
    answers = [each.answered for each in event.warnings if each.result is Result.PLAYED and each.answered is not None]
    return IncidentOutcome(
        incident=event.incident,
        seq=event.seq,
        camera=event.camera,
        zone=event.zone,
        kind=event.kind,
        opened=event.opened,
        heard=event.delivered,
        heard_at=max(answers, default=None),
        ordered=event.work_order is not None,
        ended=(event.end or event.at) if over else None,
        how=(event.reason or str(event.type)) if over else None,
        judged=Judged.REJECTED if event.verb == "reject" else _judged(event.review),
    )


def _judged(review: ReviewStatus | None) -> Judged | None:
    """The last word of a person, also of one who was not asked."""
    match review:
        case ReviewStatus.CONFIRMED:
            return Judged.CONFIRMED
        case ReviewStatus.UNANSWERED:
            return Judged.UNANSWERED
        case _:
            return None


def tally(outcomes: Iterable[IncidentOutcome]) -> OutcomeCounts:
    """Count them; each incident once."""
    outcomes_list = tuple(outcomes)
    spans = [each.to_leave.total_seconds() for each in outcomes_list if each.to_leave is not None]
    return OutcomeCounts(
        incidents=len(outcomes_list),
        before=sum(1 for each in outcomes_list if _left_after(each, 0)),
        corrected=sum(1 for each in outcomes_list if _left_after(each, each.heard) and each.heard),
        ordered=sum(1 for each in outcomes_list if each.ordered),
        after=tuple(
            _after(n, outcomes_list) for n in range(1, max((each.heard for each in outcomes_list), default=0) + 1)
        ),
        to_leave=timedelta(seconds=median(spans)) if spans else None,
        review=ReviewCounts(
            confirmed=sum(1 for each in outcomes_list if each.judged is Judged.CONFIRMED),
            rejected=sum(1 for each in outcomes_list if each.judged is Judged.REJECTED),
            unanswered=sum(1 for each in outcomes_list if each.judged is Judged.UNANSWERED),
        ),
    )


def grouped(outcomes: Iterable[IncidentOutcome], key: Callable[[IncidentOutcome], str]) -> dict[str, OutcomeCounts]:
    """The tallies of groups, in the order of their names."""
    groups: dict[str, list[IncidentOutcome]] = {}
    for each in outcomes:
        groups.setdefault(key(each), []).append(each)
    return {name: tally(groups[name]) for name in sorted(groups)}


def local_hour(zone: tzinfo) -> Callable[[IncidentOutcome], str]:
    """A key: the hour of the day at which an incident opened, as a clock on the wall shows it."""
    return lambda outcome: f"{outcome.opened.astimezone(zone):%H}"


def _after(n: int, outcomes: tuple[IncidentOutcome, ...]) -> AfterWarning:
    heard = [each for each in outcomes if each.heard >= n]
    return AfterWarning(
        n=n,
        heard=len(heard),
        left=sum(1 for each in heard if _left_after(each, n)),
        stayed=sum(1 for each in heard if each.heard > n or each.ordered),
    )


def _left_after(outcome: IncidentOutcome, n: int) -> bool:
    return outcome.how == LEFT and not outcome.ordered and outcome.heard == n
