"""Pairing: who goes with whom, best first."""

from __future__ import annotations

from edge_agent.core.track.pairing import paired

ANY = lambda left, right: True  # noqa: ARG005, E731


def test_the_best_pair_that_is_free_is_taken() -> None:
    """Nobody goes with two; who is left over has no partner."""
    assert paired([(0.2, 1, 1), (0.1, 1, 2), (0.3, 2, 2), (0.4, 2, 1)], ANY) == {2: 1, 1: 2}
    assert paired([(0.1, 1, 1), (0.2, 2, 1)], ANY) == {1: 1}


def test_among_equals_the_lower_numbers_come_first() -> None:
    """In whatever order they are told."""
    assert paired([(0.1, 2, 1), (0.1, 1, 2), (0.1, 1, 1)], ANY) == {1: 1}


def test_a_pair_that_does_not_fit_leaves_both_free() -> None:
    """They go with the next best."""
    assert paired([(0.1, 1, 1), (0.2, 1, 2), (0.3, 2, 1)], lambda left, right: (left, right) != (1, 1)) == {2: 1, 1: 2}


def test_nobody_is_asked_who_is_taken() -> None:
    """The dear question is put once for each pair that is made, where every pair fits."""
    requests: list[tuple[int, int]] = []

    def fits(left: int, right: int) -> bool:
        requests.append((left, right))
        return True

    paired([(left + right, left, right) for left in range(5) for right in range(5)], fits)
    assert requests == [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)]
