"""Presence: three answers, and a clock that stands still while nobody can tell."""

from __future__ import annotations

from functools import partial

from edge_agent.core.track.gone import has_left
from edge_agent.core.track.presence import Presence, Sighting, first_seen, look, obscure, resumed, standing_since
from tests.street import at, span

PRESENT, ABSENT, HIDDEN = Sighting.PRESENT, Sighting.ABSENT, Sighting.UNOBSERVABLE
fold = partial(look, max_gap=span(10), bridge=span(90))


def after(*sightings: tuple[float, Sighting]) -> Presence:
    """What is known after looks at these seconds; the thing was first seen at 0."""
    presence = first_seen(at(0))
    for second, sighting in sightings:
        presence = fold(presence, sighting, at(second))
    return presence


def test_the_clock_runs_from_sighting_to_sighting() -> None:
    """Also over looks that missed it, once it is seen again; not before."""
    assert after((5, PRESENT)).counted == span(5)
    assert after((5, PRESENT), (9, ABSENT)).counted == span(5)
    assert after((5, PRESENT), (9, ABSENT), (12, PRESENT)).counted == span(12)


def test_a_hidden_gap_counts_up_to_the_bridge() -> None:
    """Ninety seconds count in full, ninety-one not at all; both are told as unobservable."""
    short, long = (after((5, HIDDEN), (end, PRESENT)) for end in (90, 91))
    assert (short.counted, short.unobservable) == (span(90), span(90))
    assert (long.counted, long.unobservable) == (span(0), span(91))


def test_silence_is_a_gap() -> None:
    """Longer than ``max_gap`` between two looks: nobody can tell what was in between."""
    assert after((10, PRESENT)).unobservable == span(0)
    assert after((11, PRESENT)).unobservable == span(11)


def test_left_needs_the_grace_and_three_looks() -> None:
    """Seen empty; hidden looks neither add nor reset."""
    gone = after((8, ABSENT), (16, ABSENT), (24, ABSENT))
    assert has_left(gone, span(24))
    assert not has_left(gone, span(25))
    assert not has_left(after((10, ABSENT), (20, ABSENT)), span(20))
    hidden = after((8, ABSENT), (9, HIDDEN), (99, ABSENT), (107, ABSENT))
    assert hidden.missed == span(8 + 1 + 8)  # the look at 8 stands for the second to the next one
    assert has_left(hidden, span(17))
    assert not has_left(hidden, span(18))


def test_a_sighting_makes_history_of_what_was_missed() -> None:
    """The count towards leaving starts anew."""
    assert after((8, ABSENT), (16, ABSENT), (24, ABSENT), (25, PRESENT)).missed_looks == 0


def test_a_clock_can_start_anew() -> None:
    """At a later instant only, and never with more on it than it had."""
    presence = after((9, PRESENT), (18, PRESENT))
    assert standing_since(presence, at(0)) is presence
    assert standing_since(presence, at(12)).counted == span(6)
    assert standing_since(presence, at(30)).counted == span(0)
    unbridged = after((5, HIDDEN), (100, PRESENT))
    assert standing_since(unbridged, at(50)).counted == span(0)


def test_the_time_away_counts_as_nothing() -> None:
    """A thing that came back goes on with the clock that it had."""
    before, again = after((9, PRESENT)), after((4, PRESENT))
    assert resumed(before, again).counted == span(13)
    assert resumed(before, again).since == before.since


def test_obscuring_twice_is_obscuring_once() -> None:
    """Nothing changes while nobody can tell."""
    dark = obscure(after((5, PRESENT)), "dark", at(6), span(10))
    assert obscure(dark, "behind:bus", at(7), span(10)) is dark


def test_what_hid_it_is_added_up() -> None:
    """By what began each gap; too long a time without a look is one too, and all of it is accounted for."""
    presence = first_seen(at(0))
    for second, sighting, cause in (
        (5, HIDDEN, "behind:bus"),
        (6, HIDDEN, "dark"),  # the bus began it
        (9, PRESENT, ""),
        (29, PRESENT, ""),
        (30, HIDDEN, "dark"),
        (33, ABSENT, ""),
        (34, HIDDEN, "behind:bus"),
        (40, PRESENT, ""),
    ):
        presence = fold(presence, sighting, at(second), cause=cause)
    assert presence.hidden_by == {"behind:bus": 9 + 6, "silence": 20, "dark": 4}
    assert sum(presence.hidden_by.values()) == presence.unobservable.total_seconds() == 39
    assert resumed(presence, after((20, PRESENT))).hidden_by == {"behind:bus": 15, "silence": 40, "dark": 4}
    assert standing_since(presence, at(20)).hidden_by == {}


def test_what_hid_it_after_it_was_last_seen_is_apart() -> None:
    """It becomes history with the next sighting; a thing that comes back after it was given up brings none of it."""
    gone = after((5, PRESENT), (6, HIDDEN), (9, ABSENT), (12, ABSENT))
    assert gone.hidden_by == {"": 4}
    assert gone.unobservable == span(4)
    assert fold(gone, PRESENT, at(13)).hidden_by == {"": 4}
    assert standing_since(gone, at(3)).hidden_by == {"": 4}
    assert resumed(gone, after((20, PRESENT))).hidden_by == {"silence": 20}


def test_a_missed_look_stands_for_the_time_to_the_next() -> None:
    """Be that hidden or not, and for ``max_gap`` at most; one that saw it stands for nothing that is missed."""
    every_second = [(second, HIDDEN if second % 2 else ABSENT) for second in range(2, 20)]
    assert after(*every_second).missed == span(2 + 9)
    assert after((1, ABSENT), (40, HIDDEN)).missed == span(1 + 10)
    assert after((1, ABSENT), (40, ABSENT)).missed == span(1 + 10)
    assert after((1, ABSENT), (40, ABSENT)).gaps == span(29)
    assert after((1, PRESENT), (2, HIDDEN), (3, ABSENT)).missed == span(0)
