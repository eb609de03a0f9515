"""The settings that no other beats."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.score.matching import matched
from edge_agent.core.score.scoring import score
from edge_agent.core.score.selection import best, merit, pareto_front
from tests.truths import incident, owed, stand

merits = st.tuples(st.sampled_from((0.0, 0.1, 0.2)), st.integers(0, 2), st.sampled_from((30.0, 60.0)))


def test_one_that_is_worse_in_everything_is_beaten() -> None:
    """One that is better in something is not, nor is its equal."""
    table = [(0.1, 0, 60.0), (0.2, 0, 60.0), (0.2, 0, 30.0), (0.1, 0, 60.0)]
    assert pareto_front(table) == {0, 2, 3}


@given(table=st.lists(merits, min_size=1, max_size=12))
def test_every_beaten_one_is_beaten_by_one_that_is_not(table: list[tuple[float, int, float]]) -> None:
    """So nothing worth a look is hidden."""
    unbeaten = pareto_front(table)
    assert unbeaten
    for place, mine in enumerate(table):
        better = any(all(a <= b for a, b in zip(table[other], mine, strict=True)) for other in unbeaten)
        assert better
        assert (place in unbeaten) or mine not in {table[other] for other in unbeaten}


@given(rows=st.lists(st.tuples(merits, st.integers(0, 3)), min_size=1, max_size=12))
def test_the_best_is_unbeaten_and_changes_least(rows: list[tuple[tuple[float, int, float], int]]) -> None:
    """Nothing is changed for nothing, so today's setting wins a draw."""
    table, changes = zip(*rows, strict=True)
    chosen = best(table, changes)
    assert chosen in pareto_front(table)
    assert changes[chosen] == min(count for row, count in rows if row == min(table))


def test_a_score_is_compared_by_truth_orders_and_time() -> None:
    """And one without any figure comes last."""
    truths = (owed(stand(0, 300)),)
    assert merit(score(matched(truths, (incident(60),)))) == (0.0, 0, 60.0)
    assert merit(score(matched(truths, (incident(60, ordered=400),)))) == (0.0, 1, 60.0)
    assert merit(score(()))[0] == merit(score(matched(truths, ())))[0] == 1.0
