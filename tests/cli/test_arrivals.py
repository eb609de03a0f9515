"""A feed that is delivered at least once becomes one of each event, in order, with its gaps."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.cli.feed.watch import Arrivals


def event(incident: str, seq: int) -> dict[str, Any]:
    """An event of an incident, as the feed has it."""
    return {"source": "s", "id": f"{incident}-{seq}", "data": {"incident": incident, "seq": seq}}


def seqs(messages: list[dict[str, Any]]) -> list[int]:
    """Their places."""
    return [each["data"]["seq"] for each in messages]


def test_what_comes_again_is_told_once() -> None:
    """The same source and id; another source may use the same id."""
    arrivals = Arrivals()
    assert seqs(arrivals.take(event("a", 1))) == [1]
    assert arrivals.take(event("a", 1)) == []
    assert seqs(arrivals.take(event("a", 1) | {"source": "t"})) == [1]


def test_what_comes_too_early_waits_for_its_turn() -> None:
    """And is told as soon as those before it have come."""
    arrivals = Arrivals()
    arrivals.take(event("a", 1))
    assert arrivals.take(event("a", 3)) == []
    assert seqs(arrivals.take(event("a", 2))) == [2, 3]
    assert arrivals.gaps == []


def test_a_gap_is_told_once_nobody_waits_any_longer() -> None:
    """With the numbers that are missing; one that comes after all is told late, and once."""
    arrivals = Arrivals()
    arrivals.take(event("a", 1))
    arrivals.take(event("a", 4))
    arrivals.take(event("a", 5))
    assert seqs(arrivals.late()) == [4, 5]
    assert arrivals.gaps == ["incident a: event 2 to 3 is missing"]
    assert seqs(arrivals.take(event("a", 2))) == [2]
    assert seqs(arrivals.take(event("a", 6))) == [6]


@given(st.permutations([(incident, seq) for incident in "ab" for seq in range(1, 6)]))
def test_in_whatever_order_they_come_they_are_told_in_theirs(arrived: list[tuple[str, int]]) -> None:
    """From the first that was heard of each incident; every one of them once."""
    arrivals = Arrivals()
    taken = [each for incident, seq in arrived for each in arrivals.take(event(incident, seq))] + arrivals.late()
    assert sorted(each["id"] for each in taken) == sorted(f"{incident}-{seq}" for incident, seq in arrived)
    for incident in "ab":
        first = next(seq for name, seq in arrived if name == incident)
        after = [seq for seq in seqs([each for each in taken if each["data"]["incident"] == incident]) if seq >= first]
        assert all(one < other for one, other in pairwise(after))
