"""Presence: is it still there? Three answers, and a clock that stands still while nobody can tell.

The dwell clock of a thing runs from sighting to sighting::

    seen   seen   missed  missed   seen      hidden  hidden   seen
     ├──────┼───────┴───────┴───────┼──────────┴───────┴───────┤
     counts      counts, since it       counts in full if the gap is ≤ ``bridge``,
                 was seen again         not at all if it is longer

A *missed* look is an observable one without a detection; missed time counts towards leaving, and towards the
dwell once the thing is seen again. A *hidden* look (something in front, a stream in trouble, too long a silence)
counts towards neither: a missed look stands for the time to the next look, hidden or not, and at most for
``max_gap``. Only what is positively seen moves a case on.

What I dislike about it: two hidden gaps with one missed look between are two gaps, each with its own bridge. One
look by a wrong detector is enough to join what one long gap would have parted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, assert_never

from edge_agent.core.track.occlusion import SILENCE

ZERO: Final = timedelta(0)


class Sighting(StrEnum):
    """What one look says about one thing."""

    PRESENT = "present"
    ABSENT = "absent"
    UNOBSERVABLE = "unobservable"


@dataclass(frozen=True, slots=True)
class Unseen:
    """For how long something kept a thing from being seen."""

    cause: str
    span: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """What is known of one thing's being there.

    ``seen`` of the ``looks`` since it began to stand have shown it; those that were unobservable are not among them.
    ``counted`` is the dwell clock at ``last_seen``; ``hidden`` the unobservable time up to then. Everything below
    ``looked`` has happened since ``last_seen`` and becomes history at the next sighting. ``causes`` and ``gap_causes``
    say what ``hidden`` and ``gaps`` are put down to, ``cause`` what began the stretch that still lasts (``causes.py``).
    """

    since: datetime
    last_seen: datetime
    seen: int = 1
    looks: int = 1
    counted: timedelta = ZERO
    hidden: timedelta = ZERO
    looked: datetime  # the last look that was not unobservable
    obscured: bool = False  # something unobservable has come after ``looked``
    missed: timedelta = ZERO
    missed_looks: int = 0
    gaps: timedelta = ZERO
    bridged: timedelta = ZERO
    cause: str = ""
    gap_causes: tuple[Unseen, ...] = ()
    causes: tuple[Unseen, ...] = ()

    @property
    def share(self) -> float:
        """In how many of the observable looks it was seen, 0 to 1."""
        return self.seen / self.looks

    @property
    def unobservable(self) -> timedelta:
        """All unobservable time so far, also that which no sighting has ended yet."""
        return self.hidden + self.gaps

    @property
    def hidden_by(self) -> dict[str, float]:
        """The unobservable seconds by their causes."""
        return {each.cause: each.span.total_seconds() for each in _summed((*self.causes, *self.gap_causes))}


def first_seen(at: datetime) -> Presence:
    """The presence of a thing sighted for the first time."""
    return Presence(since=at, last_seen=at, looked=at)


def standing_since(presence: Presence, since: datetime) -> Presence:
    """The same presence with its clock started anew at ``since`` (a permit ended, hours began)."""
    if since <= presence.since:
        return presence
    counted = max(ZERO, presence.last_seen - since)
    counted = min(counted, presence.counted)
    return replace(presence, since=since, seen=1, looks=1, counted=counted, hidden=ZERO, causes=())


def resumed(before: Presence, again: Presence) -> Presence:
    """The presence of a thing that came back: the time away counts as nothing."""
    return replace(
        again,
        since=before.since,
        seen=before.seen + again.seen,
        looks=before.looks + again.looks,
        counted=before.counted + again.counted,
        hidden=before.hidden + again.hidden,
        causes=_summed((*before.causes, *again.causes)),
    )


def obscure(presence: Presence, cause: str, at: datetime, max_gap: timedelta) -> Presence:
    """From ``at`` to the next look that shows something, nobody can tell, because of ``cause``.

    A look that missed it stands for the time to ``at``, at most ``max_gap``: what is hidden in every second look is
    seen missing in the others.
    """
    if presence.obscured:
        return presence
    stood = min(at - presence.looked, max_gap) if presence.missed_looks else ZERO
    looked, missed = presence.looked + stood, presence.missed + stood
    return replace(presence, obscured=True, cause=cause, looked=looked, missed=missed)


def look(
    presence: Presence, sighting: Sighting, at: datetime, *, max_gap: timedelta, bridge: timedelta, cause: str = ""
) -> Presence:
    """Fold one look at ``at`` into what is known; ``cause`` is what made it unobservable, if it was."""
    match sighting:
        case Sighting.PRESENT:
            return _seen(presence, at, max_gap=max_gap, bridge=bridge)
        case Sighting.ABSENT:
            return _missed(presence, at, max_gap=max_gap, bridge=bridge)
        case Sighting.UNOBSERVABLE:
            return obscure(presence, cause, at, max_gap)
        case _:
            assert_never(sighting)


def _missed(presence: Presence, at: datetime, *, max_gap: timedelta, bridge: timedelta) -> Presence:
    """One more look without it; the time since the last observable one was missed or hidden."""
    if not presence.obscured and at - presence.looked > max_gap:
        presence = obscure(presence, SILENCE, at, max_gap)
    span, looks, missed_looks = at - presence.looked, presence.looks + 1, presence.missed_looks + 1
    if not presence.obscured:
        return replace(presence, looked=at, looks=looks, missed=presence.missed + span, missed_looks=missed_looks)
    counts = span if span <= bridge else ZERO
    return replace(
        presence,
        looked=at,
        looks=looks,
        missed_looks=missed_looks,
        obscured=False,
        gaps=presence.gaps + span,
        bridged=presence.bridged + counts,
        cause="",
        gap_causes=(*presence.gap_causes, Unseen(presence.cause, span)),
    )


def _seen(presence: Presence, at: datetime, *, max_gap: timedelta, bridge: timedelta) -> Presence:
    """Whatever was pending is history: what is told of the time since the last sighting begins anew.

    The time since the last observable look is sorted as for one that was missed, and counts or does not.
    """
    if not presence.obscured and at - presence.looked > max_gap:
        presence = obscure(presence, SILENCE, at, max_gap)
    span = at - presence.looked
    if presence.obscured:
        counts, hidden = (span if span <= bridge else ZERO), presence.hidden + presence.gaps + span
        causes = _summed((*presence.causes, *presence.gap_causes, Unseen(presence.cause, span)))
    else:
        counts, hidden, causes = span, presence.hidden + presence.gaps, presence.causes
        if presence.gap_causes:
            causes = _summed((*causes, *presence.gap_causes))
    return Presence(
        since=presence.since,
        last_seen=at,
        seen=presence.seen + 1,
        looks=presence.looks + 1,
        counted=presence.counted + presence.missed + presence.bridged + counts,
        hidden=hidden,
        looked=at,
        causes=causes,
    )


def _summed(causes: tuple[Unseen, ...]) -> tuple[Unseen, ...]:
    spans: dict[str, timedelta] = {}
    for each in causes:
        spans[each.cause] = spans.get(each.cause, ZERO) + each.span
    return tuple(Unseen(cause, span) for cause, span in spans.items())
