"""The limits of one speaker, each alone: gap, cap, silence, volume, and who is said together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from edge_agent.core.events import Result
from edge_agent.core.speak.limits import (
    LATE,
    REMEMBERED,
    PlaybackOutcome,
    QueuedRequest,
    SpeakerLimits,
    Spoken,
    Turn,
    begun,
    cut_off,
    over,
    turn,
)
from tests.site import Between, Until
from tests.street import at, span

PLAIN = SpeakerLimits(gather=timedelta(0))
NOTHING = Spoken()


def wish(name: str = "w", second: float = 0, *, softer: bool = False, not_before: float | None = None) -> QueuedRequest:
    """A request that is asked at a second, and expires 30 s later."""
    start = None if not_before is None else at(not_before)
    return QueuedRequest(id=name, asked=at(second), expires=at(second + 30), softer=softer, not_before=start)


def spoken_at(*seconds: float) -> Spoken:
    """A speaker that has said something, for a second each time, at those."""
    spoken = NOTHING
    for second in seconds:
        spoken = over(begun(spoken, (f"s{second}",), at(second)), at(second + 1), Result.PLAYED)
    return spoken


def refused(due: Turn) -> list[tuple[str, str]]:
    """Who is refused, and why."""
    return [(each.id, each.reason) for each in due.refused]


def test_a_free_speaker_speaks_at_once() -> None:
    """At its own volume; with nobody in line it does nothing."""
    assert turn(NOTHING, (wish(),), PLAIN, at(0)) == Turn(say=("w",), volume=1.0)
    assert turn(NOTHING, (), PLAIN, at(0)) == Turn()


def test_neighbours_are_gathered() -> None:
    """The first waits a moment for the others; who comes in it is said with it."""
    gathers = replace(PLAIN, gather=timedelta(seconds=1))
    assert turn(NOTHING, (wish(),), gathers, at(0)) == Turn(until=at(1))
    line = (wish("a"), wish("b", 0.9))
    assert turn(NOTHING, line, gathers, at(1)).say == ("a", "b")


def test_there_is_an_end_to_what_is_said_together() -> None:
    """The others wait for the next announcement, or are told that they cannot."""
    line = tuple(wish(str(n)) for n in range(6))
    assert turn(NOTHING, line, PLAIN, at(0)).say == ("0", "1", "2", "3")


def test_a_gap_is_left_after_the_end_of_an_announcement() -> None:
    """It ends at 1; until 31 nothing is said, and who expires by then is told so at once."""
    spoken = spoken_at(0)
    assert turn(spoken, (wish(second=10),), PLAIN, at(10)) == Turn(until=at(31))
    assert turn(spoken, (wish(second=10),), PLAIN, at(31)).say == ("w",)
    assert refused(turn(spoken, (wish(second=1),), PLAIN, at(1))) == [("w", "it has just spoken, and keeps its gap")]


def test_nothing_is_said_while_it_speaks() -> None:
    """Who cannot be served even if it ended now may try another; the others wait for the end, whenever that is."""
    speaking = begun(NOTHING, ("s",), at(0))
    assert refused(turn(speaking, (wish(),), PLAIN, at(0))) == [("w", "it has just spoken, and keeps its gap")]
    no_gap = replace(PLAIN, gap=timedelta(0))
    assert turn(speaking, (wish(),), no_gap, at(0)) == Turn()


def test_a_cap_holds_within_any_hour() -> None:
    """Two an hour: the third waits until the first is an hour old, or is refused where it cannot."""
    capped = replace(PLAIN, hourly_cap=2)
    spoken = spoken_at(0, 100)
    why = "it has spoken 2 times within an hour, as often as it may"
    assert refused(turn(spoken, (wish(second=200),), capped, at(200))) == [("w", why)]
    assert turn(spoken, (wish(second=3590),), capped, at(3590)) == Turn(until=at(3600))
    assert turn(spoken, (wish(second=3600),), capped, at(3600)).say == ("w",)
    assert turn(spoken, (wish(second=200),), replace(PLAIN, hourly_cap=None), at(200)).say == ("w",)


def test_silent_hours_are_kept() -> None:
    """What comes shortly before their end waits for it; anything else is refused, also where no end is known."""
    night = replace(PLAIN, silent=Between(100, 200))
    assert turn(NOTHING, (wish(second=180),), night, at(180)) == Turn(until=at(200))
    assert refused(turn(NOTHING, (wish(second=120),), night, at(120))) == [("w", "it is silent at this hour")]
    assert turn(NOTHING, (wish(second=99),), night, at(99)).say == ("w",)

    class Always(Until):
        """Hours without an end."""

        def next_change(self, instant: object) -> None:
            """There is none."""

    mute = replace(PLAIN, silent=Always(10**6))
    assert refused(turn(NOTHING, (wish(),), mute, at(0))) == [("w", "it is silent at this hour")]


def test_nothing_is_said_late() -> None:
    """At its expiry a request is over; one that may only be said then is so from the beginning."""
    assert refused(turn(NOTHING, (wish(),), PLAIN, at(30))) == [("w", LATE)]
    assert refused(turn(NOTHING, (wish(not_before=30),), PLAIN, at(0))) == [("w", LATE)]
    assert turn(NOTHING, (wish(not_before=29),), PLAIN, at(0)) == Turn(until=at(29))


def test_who_waits_to_be_tried_again_holds_up_nobody() -> None:
    """The others are said without it."""
    line = (wish("failed", not_before=2), wish("new"))
    assert turn(NOTHING, line, PLAIN, at(0)).say == ("new",)


@pytest.mark.parametrize(
    ("second", "softer", "volume"), [(0, False, 0.8), (50, False, 0.2), (0, True, 0.3), (50, True, 0.2)]
)
def test_the_volume_is_that_of_the_hour(second: float, softer: bool, volume: float) -> None:  # noqa: FBT001 - a case
    """In quiet hours never more than the quiet volume; one soft request makes all that it is said with soft."""
    limits = replace(PLAIN, volume=0.8, volume_at=((Between(50, 60), 0.2),))
    line = (wish("a", second), wish("b", second, softer=softer))
    assert turn(NOTHING, line, limits, at(second)).volume == volume


def test_a_failure_is_as_if_it_had_never_begun() -> None:
    """Neither a gap nor a place under the cap is lost by it."""
    before = spoken_at(0)
    after = over(begun(before, ("w",), at(100)), at(105), Result.FAILED)
    assert after == before


def test_what_was_heard_is_remembered() -> None:
    """What may have been heard as well; the oldest is forgotten, and so is what began more than an hour ago."""
    spoken = spoken_at(*range(0, 100 * 60, 60))
    assert len(spoken.lately) == REMEMBERED
    assert spoken.lately[-1] == PlaybackOutcome("s5940", Result.PLAYED)
    assert len(spoken.began) == 60


def test_after_a_power_cut_what_was_under_way_counts_as_heard() -> None:
    """It ended by the new start at the latest, and nobody can tell whether it was heard to its end."""
    cut = cut_off(begun(NOTHING, ("w",), at(0)), at(50))
    assert cut == Spoken(began=(at(0),), ended=at(50), lately=(PlaybackOutcome("w", Result.UNKNOWN),))
    assert cut_off(cut, at(60)) == cut
    assert span(30) == PLAIN.gap
