"""Health: which trouble, if any, a camera is in, and since when.

Every observation is read for symptoms: some it shows, some it rules out, of the rest it says nothing. What becomes of
them is the business of ``fault_debounce.py``; here they are read, and what is to be said follows from them.

While anything is suspected, looks are to be withheld from the core, which then sees a gap: if nothing was the matter,
the gap is short and counts (``max_gap``, ``bridge``); if trouble is named, it began at the last trusted look, and not
one second of it has been counted. That is why a trouble is dated to that look and not to when it was named.

``Health`` is all that is remembered, as plain values: to be stored with the camera's world, so that the scene it knows
survives a restart. After one, the first observation is ``Disconnected``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple, assert_never

from edge_agent.core.stream import reference_view
from edge_agent.core.stream.fault_debounce import FaultDebounce, Signs, Symptom, course, suspected
from edge_agent.core.stream.frame_statistics import STRIPS, FrameStatistics
from edge_agent.core.stream.reference_view import Place, ReferenceView
from edge_agent.core.stream.trouble import (
    Change,
    Confirmed,
    Connected,
    Disconnected,
    FrameTrust,
    Looked,
    Named,
    Observation,
    Pace,
    Paced,
    Recovered,
    Trouble,
    Tuning,
    Waited,
)

CLOCK_STRIPS: Final = 3  # so many may change in a frozen picture: a clock and a title are written into it
LEAST_LIT: Final = 0.02  # of the picture: one lamp in the night is more


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """All that is remembered of one camera's health.

    ``good`` is the last trusted look; ``trouble`` what is named, since ``since``; ``connected`` when the connection was
    made, if it stands; ``pictured`` the last picture of any kind, with its ``marks`` and ``size``.
    """

    at: datetime | None = None
    good: datetime | None = None
    trouble: Trouble | None = None
    since: datetime | None = None
    suspicions: tuple[FaultDebounce, ...] = ()
    connected: datetime | None = None
    pictured: datetime | None = None
    marks: tuple[int, ...] = ()
    size: tuple[int, int] | None = None
    pace: Pace = Pace.UNSETTLED
    landmarks: ReferenceView | None = None

    @property
    def verdict(self) -> FrameTrust:
        """Whether the look just observed may be told to the core."""
        if self.trouble is not None:
            return FrameTrust.TROUBLE
        return FrameTrust.DOUBT if self.suspicions else FrameTrust.TRUST

    @property
    def named(self) -> Named | None:
        """The trouble that lasts, as it was named; None where there is none."""
        if self.trouble is None or self.since is None:
            return None
        return Named(at=self.since, since=self.since, trouble=self.trouble)


class Observed(NamedTuple):
    """What is known now, and what has just been named or is over; the look itself is judged by ``health.verdict``."""

    health: Health
    changes: tuple[Change, ...]


def observe(health: Health, observation: Observation, tuning: Tuning) -> Observed:
    """Take in one observation; one that is dated before the last counts as of the same instant."""
    at = observation.at if health.at is None else max(health.at, observation.at)
    health, signs = _read(replace(health, at=at), observation, at, tuning)
    suspicions = suspected(health.suspicions, signs, at, tuning)
    health, changes = _changes(replace(health, suspicions=suspicions), at, tuning)
    if isinstance(observation, Looked):
        health = _after_look(health, observation, at)
    return Observed(health, changes)


def _read(health: Health, observation: Observation, at: datetime, tuning: Tuning) -> tuple[Health, Signs]:
    """What an observation means, and what of it is remembered."""
    match observation:
        case Looked():
            return health, _seen(health, observation)
        case Waited():
            return health, _waited(health, at, tuning)
        case Disconnected():
            return replace(health, connected=None, pace=Pace.UNSETTLED), {Symptom.NO_CONNECTION: True}
        case Connected():
            return replace(health, connected=at), {}
        case Paced(pace=pace):
            return replace(health, pace=pace), _paced(pace)
        case Confirmed():
            suspicions = tuple(s for s in health.suspicions if s.symptom not in {Symptom.TURNED, Symptom.VANISHED})
            return replace(health, landmarks=None, suspicions=suspicions), {}
        case _:
            assert_never(observation)


def _waited(health: Health, at: datetime, tuning: Tuning) -> Signs:
    """A connection without pictures is none that is lost."""
    if health.connected is None:
        return {Symptom.NO_CONNECTION: True}
    heard = max(health.connected, health.pictured or health.connected)
    return {Symptom.STALLED: True, Symptom.NO_CONNECTION: False} if at - heard >= tuning.silence else {}


def _paced(pace: Pace) -> Signs:
    if pace is Pace.UNSETTLED:
        return {}
    return {Symptom.CLOCK_JUMPED: pace is Pace.JUMPED, Symptom.WRONG_SPEED: pace is Pace.WRONG_SPEED}


def _seen(health: Health, looked: Looked) -> Signs:
    """What a picture shows: cheap things first, and where it lies only if there is anything to be seen on it."""
    look, known = looked.glance, health.landmarks
    settled = known if known is not None and known.settled else None
    dark = look.lit < LEAST_LIT
    blinded = not dark and reference_view.faint(settled, look)
    smeared = not blinded and settled is not None and reference_view.smeared(settled, look)  # fog is as even as a smear
    signs = _paced(health.pace) | {
        Symptom.NO_CONNECTION: False,
        Symptom.STALLED: False,
        Symptom.RESIZED: health.size not in {None, looked.size},
        Symptom.CORRUPT: looked.damaged or smeared,
        Symptom.DARK: dark,
        Symptom.BLINDED: blinded,
        Symptom.FROZEN: _same(health.marks, look),
    }
    shows_nothing = any(signs[s] for s in (Symptom.CORRUPT, Symptom.DARK, Symptom.BLINDED, Symptom.FROZEN))
    return signs if settled is None or shows_nothing else signs | _placed(settled, look)


def _same(marks: tuple[int, ...], look: FrameStatistics) -> bool:
    alike = sum(a == b for a, b in zip(marks, look.marks, strict=False))
    return alike >= STRIPS - CLOCK_STRIPS


def _placed(known: ReferenceView, look: FrameStatistics) -> Signs:
    match reference_view.place(known, look):
        case Place.HERE:
            return {Symptom.TURNED: False, Symptom.VANISHED: False}
        case Place.ELSEWHERE:
            return {Symptom.TURNED: True}
        case Place.NOWHERE:
            return {Symptom.VANISHED: True}
        case Place.UNCLEAR:
            return {}
        case place:
            assert_never(place)


def _changes(health: Health, at: datetime, tuning: Tuning) -> tuple[Health, tuple[Change, ...]]:
    """The worst of what is named is the camera's trouble; it is over only when nothing else is suspected either."""
    named = [debounce for debounce in health.suspicions if debounce.named]
    if not named:
        if health.trouble is None or health.suspicions:
            return health, ()
        return replace(health, trouble=None, since=None), (Recovered(at=at),)
    order = tuple(Trouble)
    worst = min((course(s.symptom, tuning).trouble for s in named), key=order.index)
    if worst is health.trouble:
        return health, ()
    since = health.since or health.good or min(s.first for s in named)
    return replace(health, trouble=worst, since=since), (Named(at=at, since=since, trouble=worst),)


def _after_look(health: Health, looked: Looked, at: datetime) -> Health:
    """What the next picture is compared with; only a trusted one is learned."""
    resizing = any(s.symptom is Symptom.RESIZED and not s.named for s in health.suspicions)
    health = replace(
        health,
        connected=health.connected or at,
        pictured=at,
        marks=looked.glance.marks,
        size=health.size if resizing else looked.size,
    )
    if health.verdict is not FrameTrust.TRUST:
        return health
    known = health.landmarks
    learned = (
        reference_view.begin(looked.glance, at) if known is None else reference_view.learn(known, looked.glance, at)
    )
    return replace(health, good=at, landmarks=learned)
