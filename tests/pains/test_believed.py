"""What may be believed: too few looks, a faint score, a box that hides nothing, and a queue."""

from __future__ import annotations

from edge_agent.core.events import Detection
from edge_agent.core.geometry import Box
from edge_agent.core.incidents import Happening
from tests.site import site, zone
from tests.street import detection, looks, nothing, stands, together
from tests.telling import Told, tell

CAR = Box(0.4, 0.5, 0.5, 0.65)
SITE = site(zone())  # the rules as they ship: a dwell of a minute
PASSER_BY = Box(0.38, 0.4, 0.52, 0.7)


def left_at(told: Told) -> tuple[float, float]:
    """When the only incident was told to be over, and when its thing was last there."""
    (over,) = [event for event in told.events if event.type is Happening.RESOLVED]
    assert over.end is not None
    told_at = told.seconds[told.events.index(over)]
    return told_at, told_at - (over.at - over.end).total_seconds()


def in_every_second_look(second: float) -> tuple[Detection, ...]:
    """Somebody who walks past the place."""
    return (detection("person", PASSER_BY),) if second % 2 else nothing(second)


def test_what_left_behind_passers_by_has_left() -> None:
    """Somebody stands before its place in every second look; the others show for 45 s that it is empty."""
    street = together(stands("car", 0, 400, place=CAR), in_every_second_look)
    assert left_at(tell(looks(street, until=700), SITE)) == (491, 400)
