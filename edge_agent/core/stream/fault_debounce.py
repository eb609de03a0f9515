"""Suspicion: how a symptom becomes a trouble, and how it ends.

A symptom is what a single observation can show, rule out, or say nothing about. It is suspected when it is first shown,
named after its time, and over after its time; the table in ``course`` says which::

    shown ▶ suspected ──(lasts for ``after``)──▶ named ──(ruled out for ``over``)──▶ over
                │                                 │  ▲
                ├─ ruled out: it was nothing      └──┘ shown again
                └─ not shown for 10 s: the same

What I dislike about it: a symptom that comes and goes from look to look is never named, however long it does so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from edge_agent.core.stream.trouble import Trouble, Tuning

LAPSE: Final = timedelta(seconds=10)


class Symptom(StrEnum):
    """What an observation can show; two of them are ``moved`` by name."""

    NO_CONNECTION = "no_connection"
    STALLED = "stalled"
    CLOCK_JUMPED = "clock_jumped"
    WRONG_SPEED = "wrong_speed"
    RESIZED = "resized"
    CORRUPT = "corrupt"
    DARK = "dark"
    BLINDED = "blinded"
    FROZEN = "frozen"
    TURNED = "turned"
    VANISHED = "vanished"


Signs = dict[Symptom, bool]  # what an observation shows (True) and what it rules out (False)


class Course(NamedTuple):
    """The trouble a symptom is, how long until it is named, and how long until it is over."""

    trouble: Trouble
    after: timedelta
    over: timedelta


def course(symptom: Symptom, tuning: Tuning) -> Course:
    """What a symptom leads to, and when."""
    at_once = timedelta(0)
    return {
        Symptom.NO_CONNECTION: Course(Trouble.NO_CONNECTION, tuning.connecting, tuning.fine),
        Symptom.STALLED: Course(Trouble.STALLED, at_once, tuning.fine),
        Symptom.CLOCK_JUMPED: Course(Trouble.CLOCK_JUMPED, at_once, tuning.fine),
        Symptom.WRONG_SPEED: Course(Trouble.WRONG_SPEED, at_once, tuning.fine),
        Symptom.RESIZED: Course(Trouble.RESIZED, tuning.resized, tuning.fine),
        Symptom.CORRUPT: Course(Trouble.CORRUPT, tuning.unseen, tuning.fine),
        Symptom.DARK: Course(Trouble.DARK, tuning.unseen, tuning.fine),
        Symptom.BLINDED: Course(Trouble.BLINDED, tuning.unseen, tuning.fine),
        Symptom.FROZEN: Course(Trouble.FROZEN, tuning.static, tuning.fine),
        Symptom.TURNED: Course(Trouble.MOVED, tuning.turned, tuning.turned),
        Symptom.VANISHED: Course(Trouble.MOVED, tuning.vanished, tuning.turned),
    }[symptom]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultDebounce:
    """A symptom shown from ``first`` to ``latest`` so far, and ruled out since ``fine``, if it is."""

    symptom: Symptom
    first: datetime
    latest: datetime
    named: bool = False
    fine: datetime | None = None


def suspected(
    suspicions: tuple[FaultDebounce, ...], signs: Signs, at: datetime, tuning: Tuning
) -> tuple[FaultDebounce, ...]:
    """The suspicions after one more observation and its signs."""
    known = {debounce.symptom: debounce for debounce in suspicions}
    for symptom, shows in signs.items():
        if shows:
            known[symptom] = _shown(known.get(symptom), symptom, at, tuning)
    aged = (_aged(debounce, at, tuning, shows=signs.get(debounce.symptom)) for debounce in known.values())
    return tuple(debounce for debounce in aged if debounce is not None)


def _shown(before: FaultDebounce | None, symptom: Symptom, at: datetime, tuning: Tuning) -> FaultDebounce:
    first = at if before is None else before.first
    named = at - first >= course(symptom, tuning).after or (before is not None and before.named)
    return FaultDebounce(symptom=symptom, first=first, latest=at, named=named)


def _aged(debounce: FaultDebounce, at: datetime, tuning: Tuning, *, shows: bool | None) -> FaultDebounce | None:
    """The debounce as it stands at ``at``, or None if it is over."""
    if shows:
        return debounce
    if not debounce.named:
        return None if shows is False or at - debounce.latest > LAPSE else debounce
    if shows is None:
        return debounce
    fine = at if debounce.fine is None else debounce.fine
    over = at - fine >= course(debounce.symptom, tuning).over
    return None if over else replace(debounce, fine=fine)
