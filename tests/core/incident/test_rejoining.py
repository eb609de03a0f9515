"""A vehicle whose plate is that of an incident lately resolved is that incident, come back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_agent.app.folding import fold
from edge_agent.core.effects import Effect, LookAgain, PublishIncident, ReadPlate, Speak
from edge_agent.core.events import Event, LookedAgain, PlateRead, Result, WarningAnswered
from edge_agent.core.geometry import Point
from edge_agent.core.incident.world import World
from tests.core.incident.test_plates import CLEAR, a_read, street
from tests.site import permit
from tests.street import KERB, looks, second_of, stands, together

BESIDE = KERB.moved(0.25, 0)
RED, BLUE = (1.0, 0.0), (0.0, 1.0)
LEFT = 60
RIGHT = (Point(0.6, 0), Point(1, 0), Point(1, 1), Point(0.6, 1))


def told(away: float, again: PlateRead, **more: object) -> list[tuple[str, str]]:
    """What is told of a car that is warned and leaves, and of one that looks otherwise and comes elsewhere later."""
    came = LEFT + away
    cars = together(stands("car", 0, LEFT, look=RED), stands("car", came, came + 90, place=BESIDE, look=BLUE))
    drawn = street(CLEAR, **more)

    def respond(effect: Effect) -> Event | None:
        match effect:
            case LookAgain():
                return LookedAgain(at=effect.at, case=effect.case, confirmed=True)
            case Speak():
                return WarningAnswered(at=effect.at, incident=effect.incident, n=effect.n, result=Result.PLAYED)
            case ReadPlate():
                read = a_read() if second_of(effect.at) <= LEFT else again
                return replace(read, at=effect.at, case=effect.case)
            case _:
                return None

    world, effects = World(camera="c1"), list[Effect]()
    for event in looks(cars, until=int(came) + 60):
        world, _, done = fold(world, event, drawn, respond)
        effects += done
    events = [each.event for each in effects if isinstance(each, PublishIncident)]
    return [(event.incident, event.type.removeprefix("incident.")) for event in events]


def test_the_same_plate_is_the_same_incident_come_back() -> None:
    """Within the resume window, however it looks and wherever in the zone it stands; it goes on at its rung."""
    events = told(100, a_read())
    assert len({incident for incident, _ in events}) == 1
    assert [what for _, what in events] == ["opened", "warned", "warned", "resolved", "recurred", "escalated"]


@pytest.mark.parametrize(
    ("away", "again"),
    [
        (130, a_read()),
        (100, a_read("苏D54321")),
        (100, a_read(None)),
        (100, a_read(province_sure=False)),
    ],
    ids=["after the resume window", "another plate", "no plate", "a province nobody is sure of"],
)
def test_what_is_not_known_to_be_the_same_is_another_incident(away: float, again: PlateRead) -> None:
    """It begins anew, with its own warnings."""
    events = told(away, again)
    assert len({incident for incident, _ in events}) == 2
    assert [what for _, what in events] == ["opened", "warned", "warned", "resolved", "opened", "warned", "warned"]


def test_who_stands_under_a_permit_by_then_is_no_incident_come_back() -> None:
    """Nothing is told of a vehicle that may stand there."""
    events = told(100, a_read(), permits=(replace(permit(500), polygon=RIGHT),))
    assert [what for _, what in events] == ["opened", "warned", "warned", "resolved", "suppressed"]
    assert len({incident for incident, _ in events}) == 2
