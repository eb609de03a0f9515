"""One timeline of two clocks, and the account of what was lost."""

from __future__ import annotations

import pytest

from edge_agent.core.stream.unbroken import Account, Unbroken


def test_a_clock_that_goes_on_is_left_alone() -> None:
    """Reordered pictures and small steps back are no new clock."""
    unbroken = Unbroken(100)
    shifts = [
        unbroken.follow(decoded=d, shown=s, span=10) for d, s in ((0, 20), (10, 60), (20, 40), (15, 30), (40, 80))
    ]
    assert (shifts, unbroken.parts) == ([0] * 5, 1)


def test_each_new_clock_begins_where_the_one_before_it_ended() -> None:
    """Whatever it begins at, and however often."""
    unbroken = Unbroken(100)
    placed = []
    for start in (5000, 0, -900):
        for n in range(3):
            at = start + 200 * n
            placed.append(at + unbroken.follow(decoded=at, shown=at, span=200))
    assert [at - 5000 for at in placed] == [0, 200, 400, 600, 800, 1000, 1200, 1400, 1600]
    assert unbroken.parts == 3


def account(held: range, good: set[int], looks: list[int], *, last: int | None = None) -> list[tuple[int, int]]:
    """What is missing of a file that holds pictures at ``held``, of which the ``good`` ones could be used."""
    account_made = Account(100, last)
    for at in held:
        account_made.coded(at)
        if at in good:
            account_made.shown(at)
        if at in looks:
            account_made.looked(at)
    account_made.close(held.stop)
    return account_made.missing


@pytest.mark.parametrize(
    ("lost", "missing"),
    [
        (range(0), []),
        (range(300, 500), [(300, 500)]),
        (range(310, 390), []),  # between two looks
        (range(250, 450), [(300, 450)]),
        (range(100), [(0, 100)]),
        (range(750, 1000), [(800, 1000)]),
    ],
)
def test_looks_that_could_not_be_made_are_missing(lost: range, missing: list[tuple[int, int]]) -> None:
    """From when one was due to when one was made, or to the end."""
    good = [at for at in range(0, 1000, 10) if at not in lost]
    looks: list[int] = []
    for at in good:
        if not looks or at - looks[-1] >= 100:
            looks.append(at)
    assert account(range(0, 1000, 10), set(good), looks) == missing


def test_a_file_with_few_pictures_misses_nothing() -> None:
    """All that it holds was looked at."""
    held = range(0, 3000, 1000)
    assert account(held, set(held), list(held)) == []


def test_what_was_looked_at_before_counts() -> None:
    """A recording that is gone on with."""
    assert account(range(500, 1000, 10), set(range(700, 1000, 10)), [700, 800, 900], last=500) == [(600, 700)]
