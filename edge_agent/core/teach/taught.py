"""Taught: what a city has taught of one camera, as a value; it names a crop and says by which examples.

It is as good as its accuracy on moments that it was not taught by, and is not used below the bar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from edge_agent.core.teach.features import Features
    from edge_agent.core.teach.logistic import Classifier

NEAREST: Final = 3  # examples that are named
LITTLE: Final = 0.02  # less is no ground to divide by
SURE: Final = 0.5  # a name that is less likely is none
MOMENT: Final = timedelta(seconds=15)  # marks of one camera that are nearer to each other show one moment
BAR: Final = 0.8  # balanced accuracy that is asked for
LOW_BAR: Final = 0.6  # and what it may be at the least
FEWEST: Final = 5  # examples of a label
FEWEST_MOMENTS: Final = 3  # that they come from


class Mark(StrEnum):
    """What a person says that a crop shows."""

    STALL = "stall"
    GOODS = "goods"
    GARBAGE = "garbage"
    BIN_CLOSED = "bin_closed"
    BIN_OVERFLOWING = "bin_overflowing"
    VEHICLE = "vehicle"
    ALLOWED = "allowed"
    NOTHING = "nothing"


# As which label a detector would name it; what is allowed or nothing is not named at all.
LABELS: Final[Mapping[Mark, str]] = {
    Mark.STALL: "stall",
    Mark.GOODS: "goods",
    Mark.GARBAGE: "garbage",
    Mark.BIN_CLOSED: "garbage_bin",
    Mark.BIN_OVERFLOWING: "overflow",
    Mark.VEHICLE: "car",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A crop that was marked: ``id`` is the beginning of its picture's sha256, ``at`` when it was seen."""

    id: str
    mark: Mark
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How many of the examples it names rightly when taught by other moments; ``right`` is (right, all) by mark.

    ``balanced`` is the mean of the marks' shares, and lies between ``low`` and ``high`` in 95 of 100 cases. ``moments``
    is how many there are of the mark that has the fewest.
    """

    balanced: float
    low: float
    high: float
    moments: int
    right: Mapping[Mark, tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a crop is taken for: the chance of each mark, and the examples most like it, the nearest first.

    ``accuracy`` is that of who judges, on moments that it was not taught by.
    """

    chances: Mapping[Mark, float]
    nearest: tuple[Example, ...]
    accuracy: float = BAR

    @property
    def mark(self) -> Mark:
        """The likeliest."""
        return max(self.chances, key=lambda mark: self.chances[mark])

    def agrees(self, labels: frozenset[str]) -> float | None:
        """The chance of a thing of ``labels`` if it is not allowed; None where none of them was ever taught."""
        wanted = [mark for mark in self.chances if LABELS.get(mark) in labels]
        if not wanted:
            return None
        forbidden = 1 - self.allowed
        return sum(self.chances[mark] for mark in wanted) / forbidden if forbidden > LITTLE else 0.5

    @property
    def allowed(self) -> float:
        """The chance that it is a thing that may stand there, whatever a detector calls it."""
        return self.chances.get(Mark.ALLOWED, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """A classifier of one camera's crops: taught on the trunk of ``model``, by ``examples`` with these ``features``."""

    camera: str
    model: str
    trained: datetime
    marks: tuple[Mark, ...]
    classifier: Classifier
    examples: tuple[Example, ...]
    features: Features
    accuracy: Accuracy
    sha256: str = ""

    def judge(self, row: Features) -> Judgement:
        """What a crop is, by its features (1 × d)."""
        import numpy as np  # noqa: PLC0415 - a site that is not taught needs none

        chances = self.classifier.chances(row)[0]
        known, seen = (self.classifier.spread.apply(each) for each in (self.features, row))
        likeness = (known @ seen[0]) / (np.linalg.norm(known, axis=1) * np.linalg.norm(seen[0]) + 1e-12)
        order = np.argsort(-likeness, kind="stable")[:NEAREST]
        return Judgement(
            chances={mark: round(float(chance), 4) for mark, chance in zip(self.marks, chances, strict=True)},
            nearest=tuple(self.examples[each] for each in order.tolist()),
            accuracy=self.accuracy.balanced,
        )


def shortfalls(examples: tuple[Example, ...]) -> tuple[str, ...]:
    """Why nothing can be taught by these examples, a sentence each; nothing where it can."""
    marks = sorted({example.mark for example in examples})
    if len(marks) < 2:  # noqa: PLR2004 - there is nothing to tell apart
        return (f"examples: found {', '.join(marks) or 'none'}, expected at least two marks",)
    wrong = []
    for mark in marks:
        of_mark = [example for example in examples if example.mark is mark]
        moments = len(set(moments_of(tuple(of_mark))))
        if len(of_mark) < FEWEST or moments < FEWEST_MOMENTS:
            wrong.append(
                f"examples of {mark}: found {len(of_mark)} of {moments} moments, expected at least {FEWEST} of "
                f"{FEWEST_MOMENTS} ({MOMENT.total_seconds():g} s apart)"
            )
    return tuple(wrong)


def moments_of(examples: tuple[Example, ...]) -> tuple[int, ...]:
    """The number of the moment that each example shows: those less than ``MOMENT`` after another are one."""
    order = sorted(range(len(examples)), key=lambda each: examples[each].at)
    numbers, moment = [0] * len(examples), 0
    for before, after in pairwise(order):
        moment += examples[after].at - examples[before].at >= MOMENT
        numbers[after] = moment
    return tuple(numbers)


def refusal(accuracy: Accuracy) -> str | None:
    """Why a classifier may not be used; None where it may."""
    if accuracy.balanced >= BAR and accuracy.low >= LOW_BAR:
        return None
    return (
        f"balanced accuracy on other moments {accuracy.balanced:.2f} "
        f"(95 %: {accuracy.low:.2f} to {accuracy.high:.2f}), "
        f"expected at least {BAR:g}, and {LOW_BAR:g} at the least: mark more examples, or marks that look less alike"
    )
