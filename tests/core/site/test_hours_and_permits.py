"""Permits: who may stand where, when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_agent.core.geometry import Point
from edge_agent.core.site.hours_and_permits import Always, covering
from tests.site import PARKING, STALL, WHOLE, Between, permit
from tests.street import KERB, at

LEFT_HALF = (Point(0, 0), Point(0.45, 0), Point(0.45, 1), Point(0, 1))


def test_always_never_ends() -> None:
    """At no instant, and there is no change to wait for."""
    assert Always().covers(at(0))
    assert Always().next_change(at(0)) is None


@pytest.mark.parametrize(("second", "runs"), [(9, False), (10, True), (19, True), (20, False), (31, False)])
def test_a_permit_runs_from_its_first_instant_to_before_its_last(second: float, runs: bool) -> None:  # noqa: FBT001
    """``valid_from`` is inclusive, ``valid_to`` exclusive, and its hours must run."""
    paper = permit(30, valid_from=at(10), valid_to=at(20))
    assert paper.runs(at(second)) is runs


def test_a_permit_without_dates_runs_by_its_hours() -> None:
    """Until they end."""
    assert permit(30).runs(at(29))
    assert not permit(30).runs(at(30))


def test_a_permit_ends_when_the_first_of_its_limits_is_reached() -> None:
    """Hours or validity, whichever comes first; never, if neither does."""
    assert permit(30, valid_to=at(20)).ends(at(5)) == at(20)
    assert permit(30).ends(at(5)) == at(30)
    assert permit(30, hours=Between(0, 8), valid_to=at(20)).ends(at(9)) == at(20)
    assert replace(permit(30), hours=Always()).ends(at(5)) is None


def test_a_permit_concerns_what_it_names() -> None:
    """A kind, a shop, half of a footprint in its polygon; what it does not name it does not limit."""
    assert permit(9).concerns(kind=STALL, place=KERB, shop=None)
    assert permit(9, kinds=frozenset({STALL})).concerns(kind=STALL, place=KERB, shop=None)
    assert not permit(9, kinds=frozenset({STALL})).concerns(kind=PARKING, place=KERB, shop=None)
    assert not permit(9, shop="s1").concerns(kind=STALL, place=KERB, shop="s2")
    assert permit(9, shop="s1", polygon=WHOLE).concerns(kind=STALL, place=KERB, shop="s1")
    assert permit(9, polygon=LEFT_HALF).concerns(kind=STALL, place=KERB.moved(-0.02, 0), shop=None)
    assert not permit(9, polygon=LEFT_HALF).concerns(kind=STALL, place=KERB.moved(0.02, 0), shop=None)


def test_the_first_permit_that_runs_covers() -> None:
    """One that has ended is passed over."""
    papers = (permit(5), permit(50, id="p2"))
    found = covering(papers, kind=STALL, place=KERB, shop=None, at=at(9))
    assert found is not None
    assert found.id == "p2"
    assert covering(papers, kind=STALL, place=KERB, shop=None, at=at(50)) is None
