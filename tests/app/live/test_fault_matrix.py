"""The fault matrix: every way in which a camera misbehaves, at every rung of the ladder, shortly and for long.

A car stands from second 100 to 620. Nothing may be lost, invented or doubled, no warning come early or twice, and the
clocks stand exactly while the camera says that it cannot be trusted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import pytest

from edge_agent.core.site.policy import Rule
from tests.app.live.expected import Stands, story_of
from tests.app.live.simulation import Simulation
from tests.app.live.stream import CameraScript, Fault, What
from tests.site import site, zone
from tests.street import span, stands

RULE: Final = Rule(dwell=span(60), interval=span(60), warnings=3, final_grace=span(60), leave_grace=span(45))
SITE: Final = site(zone(rule=RULE))
FIRST: Final = 100.0
LAST: Final = 620.0
END: Final = 720.0
SWEEP: Final = 2.2  # seconds from look to look, and the picture on which a decision falls
HAIR: Final = 0.01
WHEN: Final = {"before the dwell": 130.0, "between two warnings": 240.0, "before the order": 310.0}
HOW_LONG: Final = {"short": 30.0, "long": 150.0}


class Course(NamedTuple):
    """What a fault is called, how long until it is known to be over, and how long until it shows at all."""

    name: str
    over: float
    hidden: float = 0.0


COURSES: Final = {
    What.LOST: Course("no_connection", 4),
    What.STALLED: Course("stalled", 4),
    What.FROZEN: Course("frozen", 4),
    What.DARK: Course("dark", 4),
    What.BLINDED: Course("blinded", 4),
    What.DAMAGED: Course("corrupt", 4),
    What.SMEARED: Course("corrupt", 4),
    What.MOVED: Course("moved", 10),
    What.RESIZED: Course("resized", 6),
    What.JUMPED: Course("clock_jumped", 10),
    What.FAST: Course("wrong_speed", 45, hidden=30),
}


@pytest.mark.parametrize("length", HOW_LONG)
@pytest.mark.parametrize("moment", WHEN)
@pytest.mark.parametrize("what", What)
def test_no_trouble_loses_invents_or_doubles_anything(tmp_path: Path, what: What, moment: str, length: str) -> None:
    """One incident, each warning and the order once and on time; health says what was the matter, and how long."""
    course, seen, last = COURSES[what], WHEN[moment], WHEN[moment] + HOW_LONG[length]
    script = CameraScript((Fault(what, seen - course.hidden, last),))
    street = Simulation(tmp_path, stands("car", FIRST, LAST), SITE, script)
    street.starts(END)
    feed = street.feed

    (named, began), (ok, over) = feed.health
    assert (named, ok) == (course.name, "ok")
    assert seen - SWEEP <= began <= seen + SWEEP
    assert last <= over <= last + course.over + SWEEP
    assert (over - began > RULE.bridge.total_seconds()) is (length == "long")

    expected = story_of(Stands(FIRST, LAST, ((began, over),)), RULE)
    assert [what for what, _ in feed.story] == [what for what, _ in expected]
    for (happened, second), (_, due) in zip(feed.story, expected, strict=True):
        early = SWEEP if happened == "resolved" else HAIR  # the last look that showed it lies before its last second
        assert -early <= second - due <= SWEEP, happened
    assert len(feed.incidents) == 1
    assert feed.unobservable == pytest.approx(over - began, abs=SWEEP)
    assert street.replayed == (feed, 1)
