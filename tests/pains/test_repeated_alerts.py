"""Alerts that never end, or come again and again about the same thing."""

from __future__ import annotations

from tests.core_run import tell
from tests.site import PARKING, STALL, site, zone
from tests.street import BLUE, RED, detection, looks, missed, nothing, stands, together

NIGHT_S = 8 * 3600


def test_a_car_parked_all_night_is_one_incident() -> None:
    """A parked car alerts all night (frigate#9001, #9638, #141; scrypted#220): three warnings, one order, silence."""
    result = tell(looks(stands("car", 0, NIGHT_S), until=NIGHT_S, per_second=0.2), site())
    assert result.happened == ["opened", "warned", "warned", "warned", "escalated"]
    assert result.seconds[-1] < 1000


def test_a_parked_car_that_is_missed_all_night_is_one_incident() -> None:
    """A detection that comes and goes is no news each time (frigate#15255; HA_blueprints#36)."""
    flickering = missed(stands("car", 0, 7200), lambda second: int(second * 7) % 10 < 4)
    result = tell(looks(flickering, until=7200, per_second=0.5), site())
    assert result.happened == ["opened", "warned", "warned", "warned", "escalated"]


def test_many_boxes_on_one_car_are_one_alert() -> None:
    """A van that is car, truck and bus at once alerts once (frigate#15255)."""
    van = together(stands("car", 0, 100), stands("truck", 0, 100), stands("bus", 0, 100))
    assert tell(looks(van, until=100), site()).happened == ["opened", "warned"]


def test_passing_traffic_alerts_nobody() -> None:
    """An hour of cars at one place, each another one and each gone at the next look."""
    passing = lambda second: (detection(look=(RED, BLUE)[int(second) % 2]),) if int(second) % 3 == 0 else ()  # noqa: E731
    assert tell(looks(passing, until=3600), site()).story == []


def test_an_empty_street_is_quiet() -> None:
    """A night of nothing costs nothing and says nothing."""
    result = tell(looks(nothing, until=NIGHT_S, per_second=0.1), site())
    assert result.effects == ()


def test_one_thing_in_a_zone_for_several_kinds_alerts_only_for_its_own() -> None:
    """A car in a no-stall zone is no stall."""
    where = site(zone(PARKING), zone(STALL, ident="stalls"))
    result = tell(looks(stands("car", 0, 100), until=100), where)
    assert {event.zone for event in result.events} == {"z"}
