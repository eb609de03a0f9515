"""Permits: who may stand where, when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from edge_agent.core.geometry import Box, Point
from edge_agent.core.plate.reading import PlateReading
from edge_agent.core.site.hours_and_permits import Always, Claim
from tests.site import PARKING, STALL, WHOLE, Between, permit
from tests.street import KERB, at, second_of, span

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


def claim(kind: str = STALL, place: Box = KERB, **more: object) -> Claim:
    """Something that stands at the kerb."""
    return replace(Claim(kind=kind, place=place), **more)  # type: ignore[arg-type]


def test_a_permit_concerns_what_it_names() -> None:
    """A kind, a shop, half of a footprint in its polygon; what it does not name it does not limit."""
    assert permit(9).concerns(claim())
    assert permit(9, kinds=frozenset({STALL})).concerns(claim())
    assert not permit(9, kinds=frozenset({STALL})).concerns(claim(PARKING))
    assert not permit(9, shop="s1").concerns(claim(shop="s2"))
    assert permit(9, shop="s1", polygon=WHOLE).concerns(claim(shop="s1"))
    assert permit(9, polygon=LEFT_HALF).concerns(claim(place=KERB.moved(-0.02, 0)))
    assert not permit(9, polygon=LEFT_HALF).concerns(claim(place=KERB.moved(0.02, 0)))


def test_a_permit_for_goods_is_for_nothing_else() -> None:
    """All that stands there must be of them, or the whole is not permitted."""
    paper = permit(9, goods=frozenset({"table", "chair"}))
    assert paper.concerns(claim(labels=frozenset({"table"})))
    assert not paper.concerns(claim(labels=frozenset({"table", "rack"})))
    assert not paper.concerns(claim())


def seen(plate: str) -> PlateReading:
    """A plate as it was read."""
    return PlateReading(text=plate, hashed=False, confidence=0.9, looks=3)


def test_a_permit_by_plate_is_for_these_vehicles() -> None:
    """A vehicle whose plate nobody knows is none of them."""
    paper = permit(9, plates=frozenset({"苏D12345"}))
    assert paper.concerns(claim(PARKING, plate=seen("苏D12345")))
    assert not paper.concerns(claim(PARKING, plate=seen("苏D99999")))
    assert not paper.concerns(claim(PARKING))


def test_a_permit_for_nobody_is_refused() -> None:
    """It would permit nothing."""
    with pytest.raises(ValueError, match="capacity: expected at least 1, got 0"):
        permit(9, capacity=0)


@pytest.mark.parametrize(("second", "ended"), [(10, None), (30, 30), (60, 30), (89, 30), (90, None)], ids=str)
def test_a_permit_has_ended_for_a_while(second: float, ended: float | None) -> None:
    """From its end on, for as long as is asked; not while it runs."""
    assert permit(30).ended(at(second), span(60)) == (None if ended is None else at(ended))


def test_of_several_ends_the_last_one_counts() -> None:
    """Also where the permit had begun and ended within the time that is asked about."""
    paper = permit(0, hours=Between(20, 30))
    assert paper.ended(at(40), span(30)) == at(30)
    assert paper.ended(at(15), span(30)) is None
    assert replace(paper, hours=Always(), valid_from=at(5), valid_to=at(8)).ended(at(10), span(60)) == at(8)


@dataclass(frozen=True, slots=True)
class Flicker:
    """Hours that begin and end each second, as nobody means them."""

    def covers(self, instant: datetime) -> bool:
        """In every second second."""
        return int(second_of(instant)) % 2 == 0

    def next_change(self, instant: datetime) -> datetime:
        """The next full second."""
        return at(int(second_of(instant)) + 1)


def test_hours_that_flicker_are_followed_for_a_while() -> None:
    """And then left: an end is found, if not the last."""
    found = replace(permit(0), hours=Flicker()).ended(at(301), span(300))
    assert found is not None
    assert at(1) < found < at(301)
