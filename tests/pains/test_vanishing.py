"""Stationary things that vanish after minutes, or are never let go."""

from __future__ import annotations

from tests.core_run import tell
from tests.site import PARKING, SHORT, STALL, site, zone
from tests.street import at, looks, missed, nothing, stands

HERE = site(zone(rule=SHORT))


def test_a_thing_that_stands_for_hours_is_not_forgotten() -> None:
    """A stationary object vanishes after minutes (frigate#9621, #1273): its leaving after four hours is told."""
    result = tell(looks(stands("car", 0, 14_400), until=14_500, per_second=0.5), HERE)
    assert result.happened[-1] == "resolved"
    assert result.events[-1].end == at(14_400)
    assert result.events[-1].dwell_s == 14_400


def test_a_thing_that_left_is_let_go() -> None:
    """Never let go (frigate#2965, #3819): nothing of it is kept once it cannot come back any more."""
    result = tell((*looks(stands("car", 0, 100), until=100), *looks(nothing, until=400, first=101)), HERE)
    world = result.world
    assert result.happened[-1] == "resolved"
    assert (world.spots, world.cases, world.departed, world.memory.tracks) == ((), (), (), ())


def test_a_thing_that_is_seen_ever_less_is_not_gone() -> None:
    """One look in ten still sees it: it is there."""
    fading = missed(stands("car", 0, 300), lambda second: second > 60 and int(second) % 10 != 0)
    result = tell(looks(fading, until=300), HERE)
    assert result.happened == ["opened", "warned", "warned", "escalated"]


def test_a_short_absence_is_no_leaving() -> None:
    """No grace for leaving (frigate#238, #3375, #10739): fourteen seconds of fifteen, again and again."""
    flicker = missed(stands("car", 0, 300), lambda second: second > 30 and second % 30 < 14)
    assert tell(looks(flicker, until=300), HERE).happened == ["opened", "warned", "warned", "escalated"]


def test_a_stall_that_leaves_for_the_patrol_is_the_same_stall() -> None:
    """Round the corner and back: no fresh start, for each of three times."""
    things = missed(stands("stall", 0, 300), lambda second: any(a < second < a + 30 for a in (30, 80, 130)))
    result = tell(looks(things, until=300), site(zone(STALL, rule=SHORT)))
    assert len(result.incidents) == 1
    assert result.happened.count("escalated") == 1
    assert PARKING not in {event.kind for event in result.events}
