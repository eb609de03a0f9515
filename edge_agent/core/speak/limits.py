"""Manners: how one speaker of the street behaves, whoever asks it to say something.

A speaker says one thing at a time, leaves a gap behind each, no more than so many an hour, softer at some hours and
never at others. What cannot be said before it expires is refused at once, so that another speaker may be asked while
there is time. Whatever waits for a speaker when its turn comes goes into one announcement, up to ``together``::

    asked ─▶ in line ─┬─ its instant comes ─▶ begun (one announcement, all of the line) ─▶ over ─┬ heard: gap, cap
                      └─ not before it expires ─▶ refused, with the reason                       └ failed: as if never

``Spoken`` is all that is remembered, plain values. It is to be kept before the speaker begins (``begun``) and when it
has ended (``over``): a cap that a power cut would forget is none, and what was under way at the cut counts as heard.

What I dislike about it: a message is not known to be long before it has been played, so a gap begins at its end, and
the cap counts announcements and not seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from edge_agent.core.events import Result

if TYPE_CHECKING:
    from edge_agent.core.site.hours_and_permits import Hours

HOUR: Final = timedelta(hours=1)
LATE: Final = "too late to be said"
REMEMBERED: Final = 32  # requests: far more than a camera can have asked for and not heard of


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerLimits:
    """The settings of one speaker.

    ``gap`` is the least silence between two announcements; ``hourly_cap`` the most that may begin within any hour,
    None for no limit. ``volume`` is the share of the full amplitude, ``volume_at`` those of single hours (the first
    that run), ``quiet_volume`` the most there is where it is quiet. In the hours of ``silent`` it says nothing. What
    comes within ``gather`` goes into one announcement, and no more than ``together``.
    """

    gap: timedelta = timedelta(seconds=30)
    hourly_cap: int | None = 40
    volume: float = 1.0
    volume_at: tuple[tuple[Hours, float], ...] = ()
    quiet_volume: float = 0.3
    silent: Hours | None = None
    gather: timedelta = timedelta(seconds=1)
    together: int = 4

    def loud(self, at: datetime, *, softer: bool) -> float:
        """The volume of an announcement that begins at ``at``."""
        usual = next((volume for hours, volume in self.volume_at if hours.covers(at)), self.volume)
        return min(usual, self.quiet_volume) if softer else usual


class PlaybackOutcome(NamedTuple):
    """What became of one request."""

    request: str
    result: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What one speaker has said: when the announcements of the last hour began, when the last one ended.

    ``saying`` are the requests of one that is under way, ``lately`` those that were heard, or may have been.
    """

    began: tuple[datetime, ...] = ()
    ended: datetime | None = None
    saying: tuple[str, ...] = ()
    lately: tuple[PlaybackOutcome, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedRequest:
    """One request in a speaker's line: when it was asked, from when on it is not said any more.

    It is not said before ``not_before``. One that is to be said ``softer`` makes all that it is said with softer.
    """

    id: str
    asked: datetime
    expires: datetime
    softer: bool = False
    not_before: datetime | None = None


class Refused(NamedTuple):
    """A request that this speaker will not say, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a speaker does now: refuse some, and say some at once in one announcement, or wait until an instant."""

    refused: tuple[Refused, ...] = ()
    say: tuple[str, ...] = ()
    volume: float = 0.0
    until: datetime | None = None


def turn(spoken: Spoken, line: tuple[QueuedRequest, ...], limits: SpeakerLimits, at: datetime) -> Turn:
    """What to do at ``at`` with those who wait in line, the first of whom asked first; nothing is said while it speaks.

    Nothing else refuses a request: one that waits will be said, unless the speaker then fails.
    """
    free = _Free.of(cut_off(spoken, at), limits, at)
    refused = tuple(Refused(wish.id, why) for wish in line if (why := _hopeless(wish, free, limits, at)))
    gone = {each.id for each in refused}
    waiting = tuple(wish for wish in line if wish.id not in gone)
    if spoken.saying or not waiting or free.at is None:
        return Turn(refused=refused)
    first = min(max(free.at, _ready(wish, limits)) for wish in waiting)
    if first > at:
        return Turn(refused=refused, until=first)
    chosen = tuple(wish for wish in waiting if wish.not_before is None or wish.not_before <= at)[: limits.together]
    volume = limits.loud(at, softer=any(wish.softer for wish in chosen))
    return Turn(refused=refused, say=tuple(wish.id for wish in chosen), volume=volume)


def begun(spoken: Spoken, requests: tuple[str, ...], at: datetime) -> Spoken:
    """An announcement of ``requests`` begins: to be kept before the first sound."""
    lately = tuple(each for each in spoken.began if at - each < HOUR)
    return replace(spoken, began=(*lately, at), saying=requests)


def over(spoken: Spoken, at: datetime, result: Result) -> Spoken:
    """The announcement under way has ended; one that has failed was not heard, and is as if it had never begun."""
    if result is Result.FAILED:
        return replace(spoken, began=spoken.began[:-1], saying=())
    outcomes = tuple(PlaybackOutcome(request, result) for request in spoken.saying)
    return replace(spoken, ended=at, saying=(), lately=(*spoken.lately, *outcomes)[-REMEMBERED:])


def cut_off(spoken: Spoken, at: datetime) -> Spoken:
    """After a power cut: what was under way may have been heard, and has ended by ``at``, the new start."""
    return over(spoken, at, Result.UNKNOWN) if spoken.saying else spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class _Free:
    """From when on an announcement may begin: by the gap, by the cap too, and ``at`` by the silent hours as well."""

    gap: datetime
    cap: datetime
    at: datetime | None

    @classmethod
    def of(cls, spoken: Spoken, limits: SpeakerLimits, at: datetime) -> _Free:
        gap = at if spoken.ended is None else max(at, spoken.ended + limits.gap)
        cap = _under_the_cap(spoken, limits, gap)
        quiet = limits.silent is not None and limits.silent.covers(cap)
        free = limits.silent.next_change(cap) if limits.silent is not None and quiet else cap
        return cls(gap=gap, cap=cap, at=free)


def _under_the_cap(spoken: Spoken, limits: SpeakerLimits, free: datetime) -> datetime:
    if limits.hourly_cap is None:
        return free
    lately = [each for each in spoken.began if free - each < HOUR]
    over_by = len(lately) - limits.hourly_cap
    return free if over_by < 0 else lately[over_by] + HOUR


def _ready(wish: QueuedRequest, limits: SpeakerLimits) -> datetime:
    """From when on the request itself may be said: neighbours may still join it, or it has just failed."""
    gathered = wish.asked + limits.gather
    return gathered if wish.not_before is None else max(gathered, wish.not_before)


def _hopeless(wish: QueuedRequest, free: _Free, limits: SpeakerLimits, at: datetime) -> str:
    """Why the request cannot be said before it expires; empty where it can."""
    if max(at, _ready(wish, limits)) >= wish.expires:
        return LATE
    if free.gap >= wish.expires:
        return "it has just spoken, and keeps its gap"
    if free.cap >= wish.expires:
        return f"it has spoken {limits.hourly_cap} times within an hour, as often as it may"
    if free.at is None or free.at >= wish.expires:
        return "it is silent at this hour"
    return ""
