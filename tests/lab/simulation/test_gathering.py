"""Things are put down part by part, and are a violation from the part that makes them one."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from edge_agent.core.geometry import Box
from lab.simulation.gathering import gathered
from lab.simulation.street import Part, Stay
from tests.lab.simulation.streets import STALLS, chance
from tests.street import span


def test_a_stall_is_one_from_its_second_part_until_nothing_is_left() -> None:
    """The first part alone is a parasol; the last to go is the first that came."""
    cast = gathered(STALLS, chance())
    assert cast.stands
    for stand in cast.stands:
        parasol = next(a for a in cast.actors if a.until == stand.until)
        table = next(a for a in cast.actors if a.since == stand.since)
        assert (parasol.labels, table.labels) == (("umbrella",), ("table",))
        assert table.since - parasol.since == 20
        assert parasol.until - table.until == 10


def test_nothing_is_put_down_again_before_the_rest_is_over() -> None:
    """Or it would be the same incident that came back."""
    stands = gathered(replace(STALLS, counts_from=1), chance()).stands
    assert all(after.since - before.until >= 120 for before, after in pairwise(stands))


def test_a_visit_too_short_for_its_second_part_is_no_violation() -> None:
    """Nor is one that breaks nothing."""
    short = replace(STALLS, stay=Stay(median=span(15)))
    cast = gathered(short, chance())
    assert {actor.labels for actor in cast.actors} == {("umbrella",)}
    assert len({actor.name for actor in cast.actors}) == len(cast.actors)
    assert cast.stands == ()
    assert gathered(replace(STALLS, breaks=None), chance()).stands == ()


def test_a_keeper_stands_by_from_the_first_part_to_the_last() -> None:
    """And is no part of the violation."""
    gathered_one = gathered(replace(STALLS, keeper=Part(labels=("person",), box=Box(0.2, 0.2, 0.22, 0.3))), chance())
    keepers = [actor for actor in gathered_one.actors if actor.labels == ("person",)]
    parasols = [actor for actor in gathered_one.actors if actor.labels == ("umbrella",)]
    assert [(k.since, k.until) for k in keepers] == [(p.since, p.until) for p in parasols]
    assert gathered_one.stands == gathered(STALLS, chance()).stands
