"""Branches: folding one log under many sites together is folding it under each alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.app.replay.replay import Assumed, Speaking, replay
from edge_agent.app.replay.tune.parameter_sweep import Branches
from edge_agent.core.effects import Effect
from edge_agent.core.events import Detection, Event
from edge_agent.core.site.policy import Rule, Undelivered
from edge_agent.core.site.site import Site
from edge_agent.core.track.settings import Seeing
from tests.laws.streets import HASTY, SHOPS, Shell, Street, shells, streets, walk
from tests.site import PARKING, SHORT, STALL, TRADING, Between, permit, site, zone
from tests.solids import CAR, POLE, knowing, measured
from tests.street import KERB, detection, looks, stands, together

CALIBRATION = measured(POLE)
ASSUMED = (Assumed(), Assumed(speaking=Speaking.FAILS), Assumed(speaking=Speaking.FROM_LOG, heard=None))
PATIENT = replace(SHORT, dwell=timedelta(seconds=90), resume_window=timedelta(minutes=2))
ONCE = replace(SHORT, leave_grace=timedelta(seconds=10), warnings=1)
QUICK = replace(SHORT, interval=timedelta(seconds=12), final_grace=timedelta(0))  # of an incident, as is the next
TWICE = replace(SHORT, warnings=2, retry=timedelta(seconds=9), undelivered=Undelivered.HOLD)
rules = st.sampled_from((SHORT, HASTY, PATIENT, ONCE, QUICK, TWICE))
seeings = st.sampled_from((None, Seeing(min_score=0.6), Seeing(settle=timedelta(seconds=12), keep_score=0.3)))


def _site(rule: Rule, seeing: Seeing | None, *, hours: bool, metres: bool) -> Site:
    within = Between(30, 200) if hours else Between(0, 1e6)
    made_site = site(
        zone(PARKING, rule=rule, hours=within),
        zone(STALL, rule=rule, ident="s", permits=(permit(90),)),
        zone(TRADING, rule=rule, ident="t", shops=SHOPS),
        seeing=seeing,
    )
    return knowing(made_site, CALIBRATION) if metres else made_site


flags = st.booleans()
sites = st.lists(st.builds(_site, rules, seeings, hours=flags, metres=flags), min_size=1, max_size=6).map(tuple)


def together_told(
    events_given: tuple[Event, ...], many: tuple[Site, ...], assumed: Assumed
) -> list[tuple[Effect, ...]]:
    """What follows under each of the sites, folded together."""
    branches = Branches("c1", many, assumed.respond)
    effects: list[list[Effect]] = [[] for _ in many]
    for event in events_given:
        for number, done in branches.fold(event):
            effects[number] += done
    return [tuple(each) for each in effects]


@settings(max_examples=60)
@given(street=streets, shell=shells, many=sites, assumed=st.sampled_from(ASSUMED))
def test_many_sites_at_once_are_each_alone(
    street: Street, shell: Shell, many: tuple[Site, ...], assumed: Assumed
) -> None:
    """Whatever is seen, lost, answered or commanded: the same effects in the same order, under every site."""
    events = tuple(event for event in walk(street, many[0], shell=shell).events if assumed.admits(event))
    assert together_told(events, many, assumed) == [tuple(replay(events, "c1", each, assumed)) for each in many]


def test_idle_looks_are_left_out_and_nothing_is_lost() -> None:
    """A day begins empty; then a car stands, leaves, and the street is empty again until the hours are over."""
    seen = together(stands("car", 100, 900), lambda _: (detection("person", KERB.moved(0, 0.2)),))
    many = tuple(_site(SHORT, None, hours=hours, metres=False) for hours in (False, True))
    events = looks(seen, until=1500)
    alone = [tuple(replay(events, "c1", each, Assumed())) for each in many]
    assert together_told(events, many, Assumed()) == alone
    assert alone[0]


def test_metres_are_seen_by_those_who_know_them() -> None:
    """A car that is pushed 3 m on, 20 m away: only a site with the camera's calibration sees it leave its place."""

    def pushed(second: float) -> tuple[Detection, ...]:
        return (detection(place=CAR.seen(POLE, 3, 20 + min(3.0, max(0.0, 0.3 * (second - 60))))),)

    many = tuple(_site(SHORT, None, hours=False, metres=metres) for metres in (False, True))
    result = looks(pushed, until=120)
    alone = [tuple(replay(result, "c1", each, Assumed())) for each in many]
    assert together_told(result, many, Assumed()) == alone
    assert alone[0] != alone[1]
