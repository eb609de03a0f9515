"""Only what a look needs is decoded, and all of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.stream.sparse_decoding import Coded, CodedUnit, needed


@dataclass(frozen=True)
class Stored:
    """A picture of a made-up stream: its kind, when it is shown, what it refers to by when that is shown."""

    kind: str
    at: int
    refers: tuple[int, ...] = ()
    settings: bool = False

    @property
    def coded(self) -> Coded[Stored]:
        """As it is given in."""
        unit = CodedUnit(fresh=self.kind == "I", referred=self.kind != "b", settings=self.settings)
        return Coded(self, self.at, unit)


def stream(groups: list[list[int]]) -> list[Stored]:
    """Groups that begin with an IDR picture; each number is so many pictures b between two that others refer to."""
    stored: list[Stored] = []
    at = 0
    for group in groups:
        stored.append(Stored("I", at))
        for between in group:
            before, at = at, at + between + 1
            stored.append(Stored("P", at, (before,)))
            stored += [Stored("b", shown, (before, at)) for shown in range(before + 1, at)]
        at += 1
    return stored


def decoded(stored: list[Stored], looked_at: set[int], held: int = 300) -> list[Stored]:
    """Which of them are decoded."""
    return list(needed((picture.coded for picture in stored), looked_at.__contains__, held=held))


GROUPS = st.lists(st.lists(st.integers(0, 16), max_size=6), min_size=1, max_size=5)


@given(GROUPS, st.sets(st.integers(0, 200)), st.integers(0, 20))
def test_what_is_looked_at_is_decoded_with_all_that_it_refers_to(
    groups: list[list[int]], looked_at: set[int], held: int
) -> None:
    """In the order in which it is stored, each once."""
    stored = stream(groups)
    given_out = decoded(stored, looked_at, held)
    assert given_out == [picture for picture in stored if picture in given_out]
    shown = {picture.at for picture in given_out}
    assert looked_at & {picture.at for picture in stored} <= shown
    for picture in given_out:
        assert set(picture.refers) <= shown


@given(GROUPS, st.sets(st.integers(0, 200)))
def test_nothing_is_decoded_for_nobody(groups: list[list[int]], looked_at: set[int]) -> None:
    """A picture that is not looked at has one after it in its group that is, and others may refer to it."""
    given_out = decoded(stream(groups), looked_at)
    for picture, following in pairwise([*given_out, Stored("I", 10_000)]):
        if picture.at not in looked_at:
            assert picture.kind != "b"
            assert following.kind != "I"


@given(GROUPS, st.sets(st.integers(0, 200)))
def test_who_looks_is_asked_in_the_order_of_showing(groups: list[list[int]], looked_at: set[int]) -> None:
    """Once for every picture, for what is due depends on the look before."""
    requests: list[int] = []

    def due(at: int) -> bool:
        requests.append(at)
        return at in looked_at

    stored = stream(groups)
    list(needed((picture.coded for picture in stored), due))
    assert requests == sorted(picture.at for picture in stored)


def test_the_example_of_the_drawing() -> None:
    """Nine pictures and the next group's first, of which three are looked at."""
    kinds = [("I", 0), ("P", 4), ("B", 2), ("b", 1), ("b", 3), ("P", 8), ("B", 6), ("b", 5), ("b", 7), ("P", 9)]
    stored = [Stored(kind, at) for kind, at in [*kinds, ("I", 10)]]
    assert [picture.at for picture in decoded(stored, {0, 5, 10})] == [0, 4, 2, 8, 6, 5, 10]


def test_so_much_is_held_and_no_more() -> None:
    """Where no IDR picture comes, the rest is decoded though nobody looks at it."""
    stored = [Stored("I", 0), *(Stored("P", at, (at - 1,)) for at in range(1, 60))]
    assert len(decoded(stored, {0}, held=9)) == 51
    assert len(decoded(stored, {0}, held=60)) == 1


def test_parameter_sets_are_not_lost() -> None:
    """A picture that brings them is decoded, unless the next IDR picture brings its own."""
    brings = [Stored("I", 0), Stored("b", 1, settings=True)]
    assert decoded([*brings, Stored("I", 2)], {0, 2}) == [*brings, Stored("I", 2)]
    assert decoded([*brings, Stored("I", 2, settings=True)], {0, 2}) == [brings[0], Stored("I", 2, settings=True)]
