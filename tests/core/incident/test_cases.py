"""A case: one violation, made of standing things."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_agent.core.errors import Bug
from edge_agent.core.geometry import around
from edge_agent.core.incident.cases import case_id, joined, opened_case, sighting_of
from edge_agent.core.track.presence import Sighting, first_seen
from edge_agent.core.track.spot import Spot
from tests.core_run import tell
from tests.site import PARKING, SHORT, site, zone
from tests.street import BLUE, KERB, at, looks, stands


def spot() -> Spot:
    """A settled spot at the kerb."""
    return tell(looks(stands("car", 0, 10), until=10), site(zone(rule=SHORT))).world.spots[0]


def test_a_case_that_was_not_opened_has_nothing_to_tell() -> None:
    """Asking it for its incident is a bug of ours."""
    case = opened_case(camera="c1", zone="z", kind=PARKING, spots=(spot(),), founder=spot(), shop=None)
    with pytest.raises(Bug, match=r"case case-\w+ in state candidate: expected an incident, got none"):
        case.opened_record()


def test_a_thing_that_founds_another_case_gives_it_another_name() -> None:
    """While the first is open or remembered: an answer to the one is none to the other."""
    ids: list[str] = []
    for _ in range(3):
        ids.append(case_id("c1", "z", PARKING, "spot-1", frozenset(ids)))
    assert ids[0] == case_id("c1", "z", PARKING, "spot-1")
    assert len(set(ids)) == 3


@pytest.mark.parametrize(
    ("sightings", "whole"),
    [
        ((Sighting.ABSENT, Sighting.PRESENT), Sighting.PRESENT),
        ((Sighting.ABSENT, Sighting.UNOBSERVABLE), Sighting.UNOBSERVABLE),
        ((Sighting.ABSENT, Sighting.ABSENT), Sighting.ABSENT),
    ],
)
def test_a_case_is_there_while_any_of_it_is(sightings: tuple[Sighting, ...], whole: Sighting) -> None:
    """Hidden if any of it could be; gone only if all of it is."""
    assert sighting_of(tuple(replace(spot(), sighting=each) for each in sightings)) is whole


def test_a_case_grows_with_its_members() -> None:
    """Its place is around them all, its look the first that is known."""
    case = opened_case(camera="c1", zone="z", kind=PARKING, spots=(spot(),), founder=spot(), shop=None)
    beside = replace(spot(), id="spot-2", place=KERB.moved(0.2, 0), appearance=BLUE)
    grown = joined(case, (spot(), beside), presence=spot().presence, sighting=Sighting.PRESENT, min_score=0.35)
    assert grown.members == (spot().id, "spot-2")
    assert grown.place == around((spot().place, beside.place))
    assert grown.appearance == BLUE
    again = joined(grown, (spot(),), presence=first_seen(at(20)), sighting=Sighting.ABSENT, min_score=0.35)
    assert (again.appearance, again.presence, again.sighting) == (BLUE, first_seen(at(20)), Sighting.ABSENT)
