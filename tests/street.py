"""A street for tests: things that stand, pass and are missed, seen look by look.

``looks(stands("car", 0, 2000), until=2200)`` is a street on which a car stands from second 0 to second 2000, looked
at once a second. All seconds count from ``START``; *things* are functions from a second to what a detector finds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from edge_agent.core.events import Appearance, Detection, Event, FrameSeen, StreamBack, StreamLost
from edge_agent.core.geometry import Box, covered

START: Final = datetime(2026, 11, 1, 8, tzinfo=UTC)
KERB: Final = Box(0.4, 0.4, 0.5, 0.5)
BUS: Final = Box(0.1, 0.3, 0.5, 0.55)  # larger than what stands at the kerb, and in front of it

RED: Final[Appearance] = (1.0, 0.0, 0.0, 0.0)
BLUE: Final[Appearance] = (0.0, 1.0, 0.0, 0.0)
GREEN: Final[Appearance] = (0.0, 0.0, 1.0, 0.0)
WHITE: Final[Appearance] = (0.0, 0.0, 0.0, 1.0)

Things = Callable[[float], tuple[Detection, ...]]


def at(second: float) -> datetime:
    """The instant ``second`` seconds into the story."""
    return START + timedelta(seconds=second)


def second_of(instant: datetime) -> float:
    """The second of the story at which ``instant`` lies."""
    return (instant - START).total_seconds()


def span(seconds: float) -> timedelta:
    """A span in seconds."""
    return timedelta(seconds=seconds)


def detection(
    label: str = "car", place: Box = KERB, *, look: Appearance | None = None, score: float = 0.8
) -> Detection:
    """One thing a detector found."""
    return Detection(label=label, score=score, box=place, appearance=look)


def nothing(second: float) -> tuple[Detection, ...]:  # noqa: ARG001 - empty at every second
    """An empty street."""
    return ()


def stands(label: str, first: float, last: float, *, place: Box = KERB, look: Appearance | None = None) -> Things:
    """A thing that stands at ``place`` and is seen at every look from ``first`` to ``last`` inclusive."""
    return lambda second: (detection(label, place, look=look),) if first <= second <= last else ()


def drives(
    label: str, first: float, last: float, *, start: Box, speed: float, look: Appearance | None = None
) -> Things:
    """A thing at ``start`` at second ``first`` that moves right by ``speed`` picture widths a second until ``last``."""

    def seen(second: float) -> tuple[Detection, ...]:
        if not first <= second <= last:
            return ()
        return (detection(label, start.moved(speed * (second - first), 0), look=look),)

    return seen


def together(*things: Things) -> Things:
    """All of them on one street."""
    return lambda second: tuple(found for thing in things for found in thing(second))


def behind(things: Things, front: Things) -> Things:
    """``front`` and so much of ``things`` as it leaves to be seen."""

    def seen(second: float) -> tuple[Detection, ...]:
        before = front(second)
        return (*before, *(f for f in things(second) if not any(covered(f.box, b.box) >= 0.5 for b in before)))

    return seen


def missed(things: Things, when: Callable[[float], bool]) -> Things:
    """Things that the detector misses at the seconds ``when``."""
    return lambda second: () if when(second) else things(second)


def moments(until: float, per_second: float, first: float = 0) -> tuple[float, ...]:
    """The seconds of the looks of a steady camera, ``until`` included."""
    return tuple(n / per_second for n in range(round(first * per_second), int(until * per_second) + 1))


def looks_at(things: Things, seconds: tuple[float, ...]) -> tuple[Event, ...]:
    """One look at each of ``seconds``."""
    return tuple(FrameSeen(at=at(second), detections=things(second)) for second in seconds)


def looks(things: Things, *, until: float, per_second: float = 1, first: float = 0) -> tuple[Event, ...]:
    """A steady camera on the street of ``things``."""
    return looks_at(things, moments(until, per_second, first))


def silent(events: tuple[Event, ...], first: float, last: float) -> tuple[Event, ...]:
    """``events`` without those between ``first`` and ``last`` (both excluded): nobody says why."""
    return tuple(event for event in events if not first < second_of(event.at) < last)


def lost(events: tuple[Event, ...], first: float, last: float, reason: str = "no_connection") -> tuple[Event, ...]:
    """``events`` with the stream lost after the look at ``first`` and back for the look at ``last``."""
    events_left = silent(events, first, last)
    before = tuple(event for event in events_left if second_of(event.at) <= first)
    return (*before, StreamLost(at(first), reason), StreamBack(at(last)), *events_left[len(before) :])
