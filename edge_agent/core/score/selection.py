"""Frontier: the settings that no other beats in everything at once (Pareto's), and which of them is best to begin with.

More truth in what is told, a first warning that comes sooner, fewer work orders for nothing: a setting that is worse in
one of these may be better in another, and which matters more is for people to say. One that is worse in all is not
worth looking at.

Splitting: which part of what was recorded a setting is tuned on, and on which part it is then checked.

A number turned until every incident of a day comes out right has learnt that day by heart. So every other day is kept
back; of a single day the second half is. Days count from the start of each recording::

    several   tune │ check │ tune │ check        (a recording shorter than a day and a half is one day)
    one       ── tune ── │ ── check ──

Doubts: what a score does not show, in one plain sentence each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from edge_agent.core.score.scoring import DAY, FEW, Score

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Merit = tuple[float, int, float]  # each the less the better

NEVER = timedelta.max


def merit(score: Score) -> Merit:
    """What a score is compared by: 1 - F1, false work orders, and how long a thing stands until it is first warned."""
    waited = NEVER if score.waited is None else score.waited.median
    return round(1 - (score.f1 or 0.0), 6), score.false_orders, waited.total_seconds()


def pareto_front(merits: Sequence[Merit]) -> frozenset[int]:
    """The places of those that no other beats: as good in everything, and better in something."""
    return frozenset(
        place for place, mine in enumerate(merits) if not any(_beats(other, mine) for other in set(merits))
    )


def best(merits: Sequence[Merit], changes: Sequence[int]) -> int:
    """The place of the best: most F1, then fewest false orders, then soonest; among equals the one that changes least.

    ``changes`` is how many knobs each turns; today's setting turns none, so it stays where none is better than it.
    """
    return min(range(len(merits)), key=lambda place: (merits[place], changes[place], place))


def _beats(other: Merit, mine: Merit) -> bool:
    return other != mine and all(a <= b for a, b in zip(other, mine, strict=True))


class Holdout(StrEnum):
    """What a part is for."""

    TUNE = "tune"
    CHECK = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Recordings by how long each was looked at."""

    spans: tuple[timedelta, ...]

    def side(self, recording: int, at: timedelta) -> Holdout:
        """The side that an instant of a recording (counted from 0) belongs to."""
        if self._days == (1,):
            return Holdout.TUNE if at < self.spans[0] / 2 else Holdout.CHECK
        day = min(at // DAY, self._days[recording] - 1)
        return _by_turns(sum(self._days[:recording]) + day)

    def observed(self, side: Holdout) -> timedelta:
        """How long was looked at on one side."""
        return sum((span for each, span in self._parts() if each is side), timedelta(0))

    @property
    def by_days(self) -> bool:
        """Whether whole days are kept apart, or only the halves of one."""
        return self._days != (1,)

    @property
    def _days(self) -> tuple[int, ...]:
        return tuple(max(1, round(span / DAY)) for span in self.spans)

    def _parts(self) -> Iterator[tuple[Holdout, timedelta]]:
        if not self.by_days:
            half = self.spans[0] / 2
            yield from ((Holdout.TUNE, half), (Holdout.CHECK, half))
            return
        for recording, (span, days) in enumerate(zip(self.spans, self._days, strict=True)):
            for day in range(days):
                last = day == days - 1
                yield self.side(recording, day * DAY), span - day * DAY if last else DAY


def _by_turns(number: int) -> Holdout:
    return Holdout.CHECK if number % 2 else Holdout.TUNE


Words = dict[str, str]


def score_caveats(score: Score) -> tuple[Words, ...]:
    """Why the figures of ``score`` are to be taken with care, by language; none where they are many and whole."""
    return tuple(_caveats(score))


def _caveats(score: Score) -> Iterator[Words]:
    due = score.hits + score.misses
    if due < FEW:
        low, high = score.recall.range.low, score.recall.range.high
        yield {
            "en": f"Only {_count(due)}: recall may really be anything from {low:.2f} to {high:.2f} (95 %).",
            "zh-CN": f"真值事件仅{due}起：召回率的实际值可能在{low:.2f}到{high:.2f}之间（95%置信）。",
        }
    if score.unwarned:
        yield {
            "en": f"{score.unwarned} of the incidents found had no warning played; their times are not counted.",
            "zh-CN": f"检出事件中有{score.unwarned}起未播放劝导，其用时未计入。",
        }
    rate = score.order_rate
    if rate is not None and rate.days < 1:
        yield {
            "en": (
                f"Only {24 * rate.days:.1f} hours were looked at: "
                f"up to {rate.range.high:.1f} false work orders a camera-day cannot be ruled out (95 %)."
            ),
            "zh-CN": (
                f"观测时长仅{24 * rate.days:.1f}小时：不能排除每路每日多达{rate.range.high:.1f}张误派工单（95%置信）。"
            ),
        }


def _count(due: int) -> str:
    return f"{due} true incident" if due == 1 else f"{due} true incidents"
