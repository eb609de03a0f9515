"""The worked examples of ``docs/ladder.md``: what stands on the street, and every event that must follow.

One table for two readers: ``test_examples.py`` folds it through the core, ``detection_logs.py`` writes it as files
for the command line. A row's second may be exceeded by one look, and by ``slack`` where the example says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Literal

from tests.site import PARKING, STALL
from tests.street import BLUE, BUS, GREEN, KERB, RED, WHITE, Things, behind, drives, missed, nothing, stands, together

RATES: Final = (0.5, 1.0, 5.0)  # looks a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One published event; ``incident`` counts the incidents of the story from 1."""

    what: str
    second: float
    n: int | None = None
    stage: int | str | None = None
    end: float | None = None
    reason: str | None = None
    delivered: int | None = None
    incident: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One worked example; ``lost`` and ``silent`` are spans without a picture, with and without the stream's word."""

    name: str
    things: Things
    until: float
    rows: tuple[Row, ...]
    kind: str = PARKING
    speaker: Literal["works", "fails"] = "works"
    lost: tuple[float, float] | None = None
    silent: tuple[float, float] | None = None
    hours_until: float | None = None
    permit_until: float | None = None
    slack: float = 0


def opened(second: float, incident: int = 1) -> Row:
    """The incident begins."""
    return Row(what="opened", second=second, incident=incident, delivered=0)


def warned(n: int, second: float, incident: int = 1) -> Row:
    """Warning ``n`` was played."""
    return Row(what="warned", second=second, n=n, incident=incident, delivered=n)


def ordered(second: float, delivered: int = 3) -> Row:
    """A work order was opened."""
    reason = "unheeded" if delivered == 3 else "undelivered"
    return Row(what="escalated", second=second, reason=reason, delivered=delivered)


def resolved(second: float, *, end: float, stage: int | str, reason: str = "left", incident: int = 1) -> Row:
    """It is over."""
    return Row(what="resolved", second=second, end=end, stage=stage, reason=reason, incident=incident)


def suppressed(second: float, reason: str) -> Row:
    """It is allowed."""
    return Row(what="suppressed", second=second, reason=reason)


LADDER: Final = (opened(60), warned(1, 60), warned(2, 360), warned(3, 660), ordered(960))
WHOLE_LADDER: Final = (*LADDER, resolved(2045, end=2000, stage="after_order"))


def _every(period: float, first: float, things: Things) -> Things:
    """``things``, told from 0, again every ``period`` seconds from ``first`` on, as long as the car stands."""
    return lambda second: things((second - first) % period) if first <= second < 1980 else ()


def _passing_bus(*, looks_known: bool) -> Things:
    bus = drives("bus", 0, 6, start=BUS, speed=0.1, look=BLUE if looks_known else None)
    return behind(stands("car", 0, 2000, look=RED if looks_known else None), _every(30, 20, bus))


def _standing_bus(*, looks_known: bool) -> Things:
    """It drives up for 2 s, stands in front for 6 s and drives on."""
    look = BLUE if looks_known else None
    bus = together(
        drives("bus", 0, 1.9, start=BUS.moved(-0.4, 0), speed=0.2, look=look),
        stands("bus", 2, 8, place=BUS, look=look),
        drives("bus", 8.1, 12, start=BUS, speed=0.2, look=look),
    )
    return behind(stands("car", 0, 2000, look=RED if looks_known else None), _every(45, 20, bus))


def _two_cars() -> Things:
    """One drives off after 100, another comes from the left and stands from 103 to 500."""
    return together(
        stands("car", 0, 100, look=RED),
        drives("car", 100.1, 110, start=KERB, speed=0.06, look=RED),
        drives("car", 101, 102.9, start=KERB.moved(-0.17, 0), speed=0.06, look=BLUE),
        stands("car", 103, 500, look=BLUE),
    )


def _queue(second: float) -> Things:
    """The car at the head of a queue stands 20 s, drives on for 5 s, and the next one, of another look, draws up."""
    colours = (RED, BLUE, GREEN, WHITE)
    turn = int(second // 25)
    return together(
        stands("car", 0, 20, look=colours[turn % 4]),
        drives("car", 20.1, 24.9, start=KERB, speed=0.05, look=colours[turn % 4]),
        drives("car", 20.1, 24.9, start=KERB.moved(-0.28, 0), speed=0.05, look=colours[(turn + 1) % 4]),
    )


def _by_chance(seed: str, second: float) -> bool:
    """Three times of ten, by a die that falls alike everywhere; the first look always sees."""
    return second > 0 and blake2b(f"{seed} {second}".encode()).digest()[0] < 0.3 * 256


EXAMPLES: Final = (
    Example(name="stands", things=stands("car", 0, 2000), until=2200, rows=WHOLE_LADDER),
    Example(
        name="leaves_when_asked",
        things=stands("car", 0, 200),
        until=700,
        rows=(opened(60), warned(1, 60), resolved(245, end=200, stage=1)),
    ),
    Example(name="leaves_before_dwell", things=stands("car", 0, 59), until=700, rows=()),
    Example(name="empty_street", things=nothing, until=700, rows=()),
    *(
        Example(
            name=f"bus_{word}_{known}", things=bus(looks_known=known == "known"), until=2200, rows=WHOLE_LADDER, slack=7
        )
        for word, bus in (("passes", _passing_bus), ("stands", _standing_bus))
        for known in ("known", "unknown")
    ),
    Example(name="lost_for_a_minute", things=stands("car", 0, 2000), until=2200, lost=(100, 160), rows=WHOLE_LADDER),
    Example(
        name="lost_for_five_minutes",
        things=stands("car", 0, 2000),
        until=2200,
        lost=(100, 400),
        rows=(
            opened(60),
            warned(1, 60),
            warned(2, 660),
            warned(3, 960),
            ordered(1260),
            resolved(2045, end=2000, stage="after_order"),
        ),
    ),
    Example(
        name="lost_for_too_long",
        things=together(stands("car", 0, 100), stands("car", 3000, 3100)),
        until=3300,
        lost=(100, 3000),
        rows=(
            opened(60),
            warned(1, 60),
            resolved(1900, end=100, stage=1, reason="unknown_end"),
            opened(3060, incident=2),
            warned(1, 3060, incident=2),
            resolved(3145, end=3100, stage=1, incident=2),
        ),
    ),
    Example(
        name="stall_comes_back",
        kind=STALL,
        things=together(stands("stall", 0, 300), stands("stall", 400, 1500)),
        until=1700,
        rows=(
            opened(60),
            warned(1, 60),
            resolved(345, end=300, stage=1),
            Row(what="recurred", second=405),
            warned(2, 460),
            warned(3, 760),
            ordered(1060),
            resolved(1545, end=1500, stage="after_order"),
        ),
    ),
    Example(
        name="another_car_takes_the_place",
        things=_two_cars(),
        until=700,
        rows=(
            opened(60),
            warned(1, 60),
            resolved(102.2, end=100, stage=1),
            opened(163, incident=2),
            warned(1, 163, incident=2),
            warned(2, 463, incident=2),
            resolved(545, end=500, stage=2, incident=2),
        ),
        slack=1,
    ),
    Example(
        name="missed_now_and_then",
        things=missed(stands("car", 0, 2000), lambda second: second >= 50 and second % 50 < 4),
        until=2200,
        rows=WHOLE_LADDER,
    ),
    Example(name="queue_of_traffic", things=lambda second: _queue(second)(second % 25), until=1200, rows=()),
    Example(
        name="hours_end",
        kind=STALL,
        things=stands("stall", 0, 700),
        until=700,
        hours_until=300,
        rows=(opened(60), warned(1, 60), suppressed(300, "hours")),
    ),
    Example(
        name="permit_ends",
        kind=STALL,
        things=stands("stall", 0, 1000),
        until=1200,
        permit_until=300,
        rows=(
            suppressed(60, "permit"),
            *(Row(what=r.what, second=r.second + 300, n=r.n, delivered=r.delivered, incident=2) for r in LADDER[:4]),
            resolved(1045, end=1000, stage=3, incident=2),
        ),
    ),
    Example(
        name="speaker_fails",
        things=stands("car", 0, 700),
        until=700,
        speaker="fails",
        rows=(opened(60), ordered(360, delivered=0)),
    ),
    Example(
        name="killed_and_started_again", things=stands("car", 0, 2000), until=2200, silent=(500, 530), rows=WHOLE_LADDER
    ),
    *(
        Example(
            name=f"missed_three_of_ten_{seed}",
            things=missed(stands("car", 0, 2000), lambda second, seed=seed: _by_chance(seed, second)),  # type: ignore[misc]
            until=2200,
            rows=WHOLE_LADDER,
            slack=3,
        )
        for seed in ("a", "b", "c")
    ),
)
