"""Splitting: which part of what was recorded a setting is tuned on, and on which part it is then checked.

A number turned until every incident of a day comes out right has learnt that day by heart. So every other day is kept
back; of a single day the second half is. Days count from the start of each recording::

    several   tune │ check │ tune │ check        (a recording shorter than a day and a half is one day)
    one       ── tune ── │ ── check ──
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from edge_agent.core.scoring import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator


class Side(StrEnum):
    """What a part is for."""

    TUNE = "tune"
    CHECK = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Recordings by how long each was looked at."""

    spans: tuple[timedelta, ...]

    def side(self, recording: int, at: timedelta) -> Side:
        """The side that an instant of a recording (counted from 0) belongs to."""
        if self._days == (1,):
            return Side.TUNE if at < self.spans[0] / 2 else Side.CHECK
        day = min(at // DAY, self._days[recording] - 1)
        return _by_turns(sum(self._days[:recording]) + day)

    def observed(self, side: Side) -> timedelta:
        """How long was looked at on one side."""
        return sum((span for each, span in self._parts() if each is side), timedelta(0))

    @property
    def by_days(self) -> bool:
        """Whether whole days are kept apart, or only the halves of one."""
        return self._days != (1,)

    @property
    def _days(self) -> tuple[int, ...]:
        return tuple(max(1, round(span / DAY)) for span in self.spans)

    def _parts(self) -> Iterator[tuple[Side, timedelta]]:
        if not self.by_days:
            half = self.spans[0] / 2
            yield from ((Side.TUNE, half), (Side.CHECK, half))
            return
        for recording, (span, days) in enumerate(zip(self.spans, self._days, strict=True)):
            for day in range(days):
                last = day == days - 1
                yield self.side(recording, day * DAY), span - day * DAY if last else DAY


def _by_turns(number: int) -> Side:
    return Side.CHECK if number % 2 else Side.TUNE
