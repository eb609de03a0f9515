"""Assignment: the best of all ways to pair, whatever the numbers."""

from __future__ import annotations

from itertools import combinations, permutations

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.score.assignment import assigned

gains = st.dictionaries(st.tuples(st.integers(0, 3), st.integers(0, 3)), st.integers(1, 9), max_size=12)


def best_of_all(table: dict[tuple[int, int], int]) -> int:
    """The most that any pairing gains, by trying all of them."""
    lefts, rights = sorted({left for left, _ in table}), sorted({right for _, right in table})
    tries = (
        sum(table.get(pair, 0) for pair in zip(some, others, strict=True))
        for size in range(min(len(lefts), len(rights)) + 1)
        for some in combinations(lefts, size)
        for others in permutations(rights, size)
    )
    return max(tries)


@given(table=gains)
def test_no_other_way_gains_more(table: dict[tuple[int, int], int]) -> None:
    """Compared with every way there is; partners are taken once, and only from the pairs that may be."""
    partners = assigned(table)
    assert len(set(partners.values())) == len(partners)
    assert set(partners.items()) <= set(table)
    assert sum(table[pair] for pair in partners.items()) == best_of_all(table)


@given(table=gains, order=st.randoms(use_true_random=False))
def test_the_order_of_the_pairs_changes_nothing(table: dict[tuple[int, int], int], order: object) -> None:
    """A table is a table however it was filled."""
    pairs = list(table.items())
    order.shuffle(pairs)  # type: ignore[attr-defined]
    assert assigned(dict(pairs)) == assigned(table)


def test_the_first_come_steps_aside_where_the_whole_gains() -> None:
    """Best first would take 0-0 for 5 and leave 1 without anybody."""
    assert assigned({(0, 0): 5, (0, 1): 4, (1, 0): 4}) == {0: 1, 1: 0}


def test_nothing_is_paired_for_nothing() -> None:
    """A pair that gains nothing is none."""
    assert assigned({}) == {}
    assert assigned({(0, 0): 0, (1, 1): -3}) == {}
