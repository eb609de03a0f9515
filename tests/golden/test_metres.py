"""Stories on a calibrated street in which the picture errs and metres do not, each folded with and without them.

All things are solid, seen by a pinhole camera on a pole 6 m up that looks along the street. What the picture alone
makes of a story is asserted too: one in which it does as well would prove nothing. In the last two it is the
other way round: there only the picture can know.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner

from edge_agent.cli.commands import app
from edge_agent.core.events import Detection
from edge_agent.core.geometry import Box
from tests.core_run import tell
from tests.golden.detection_logs import rows_of_lines, write_log, write_site
from tests.golden.examples import LADDER, Example, Row, opened, resolved, warned
from tests.golden.rows import assert_rows, rows_of
from tests.site import GARBAGE, PARKING, STALL, site, zone
from tests.solids import BAG, BUS, CAR, COUNTER, POLE, Solid, knowing, measured, written
from tests.street import BLUE, RED, Things, detection, looks, stands, together

CALIBRATION: Final = measured(POLE)
PER_SECOND: Final = pytest.mark.parametrize("per_second", [0.5, 1.0, 2.0])
MEASURED_BY_HAND: Final = "zones: c1.yaml, calibration: calibration.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A street, what must come of it where the metres are known, and what the picture alone makes of it."""

    name: str
    kind: str
    things: Things
    until: float
    metres: tuple[Row, ...]
    picture: tuple[Row, ...]

    def example(self, rows: tuple[Row, ...]) -> Example:
        """It as a worked example, one incident after the other."""
        rows = by_incident(rows)
        return Example(name=self.name, things=self.things, until=self.until, rows=rows, kind=self.kind, slack=2)


def by_incident(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """What happens at one instant to two incidents comes in no order that matters."""
    return tuple(sorted(rows, key=lambda row: row.incident))


def seen(label: str, solid: Solid, where: Callable[[float], tuple[float, float]]) -> Things:
    """A thing that is so far to the east and along the street at each second."""
    return lambda second: (detection(label, solid.seen(POLE, *where(second))),)


def at_rest(label: str, solid: Solid, east: float, ahead: float) -> Things:
    """A thing that stands all the time."""
    return stands(label, 0, 2000, place=solid.seen(POLE, east, ahead))


def in_a_queue(second: float) -> tuple[float, float]:
    """Every 25 s a bus rolls 4 m on, within 4 s, from 54 m away to 30 m."""
    turns, since = divmod(second, 25)
    return 3, 54 - 4 * turns - max(0.0, since - 21)


def half_hidden(second: float) -> tuple[Box, ...]:
    """The box of a car that stands 20 m away; from 200 to 300 a barrow that no detector knows hides its wheels."""
    box = CAR.seen(POLE, 3, 20)
    return (Box(box.x0, box.y0, box.x1, box.y1 - (0.3 if 200 <= second <= 300 else 0.0) * box.height),)


def behind_a_bus(second: float) -> tuple[Detection, ...]:
    """A car that stands 25 m away; from 200 to 215 a bus hides its wheels and a side of it."""
    car = CAR.seen(POLE, 3, 25)
    if not 200 <= second <= 215:
        return (detection("car", car, look=RED),)
    left, below = car.x0 + 0.2 * car.width, car.y1 - 0.3 * car.height
    bus = Box(left - 0.3, below, car.x0 + 0.8 * car.width, below + 0.3)
    return detection("bus", bus, look=BLUE), detection("car", Box(left, car.y0, car.x1, below), look=RED)


STORIES: Final = (
    Story(
        name="a_bus_rolls_on_in_a_queue",
        kind=PARKING,
        things=seen("bus", BUS, in_a_queue),
        until=150,
        metres=(),
        picture=(opened(60), warned(1, 60), resolved(124, end=47, stage=1)),
    ),
    Story(
        name="a_car_is_pushed_three_metres_on",
        kind=PARKING,
        things=seen("car", CAR, lambda second: (3, 20 + min(3.0, max(0.0, 0.3 * (second - 200))))),
        until=320,
        metres=(
            opened(60),
            warned(1, 60),
            resolved(207, end=201, stage=1),
            opened(268, incident=2),
            warned(1, 268, incident=2),
        ),
        picture=(opened(60), warned(1, 60), opened(268, incident=2), warned(1, 268, incident=2)),  # one car, twice
    ),
    Story(
        name="a_bag_is_shoved_aside",
        kind=GARBAGE,
        things=seen("garbage", BAG, lambda second: (1.0 if second < 200 else 1.4, 11)),
        until=320,
        metres=LADDER[:2],
        picture=(*LADDER[:2], resolved(202, end=199, stage=1), Row(what="recurred", second=205)),
    ),
    Story(
        name="two_bags_two_and_a_half_metres_apart",
        kind=GARBAGE,
        things=together(at_rest("garbage", BAG, 1, 15), at_rest("garbage", BAG, 3.5, 15)),
        until=100,
        metres=LADDER[:2],
        picture=(*LADDER[:2], opened(60, incident=2), warned(1, 60, incident=2)),
    ),
    Story(
        name="two_stalls_four_metres_apart",
        kind=STALL,
        things=together(at_rest("stall", COUNTER, 3, 20), at_rest("stall", COUNTER, 3, 24)),
        until=100,
        metres=(*LADDER[:2], opened(60, incident=2), warned(1, 60, incident=2)),
        picture=LADDER[:2],
    ),
    Story(
        name="a_car_stands_behind_a_bus",
        kind=PARKING,
        things=behind_a_bus,
        until=400,
        metres=LADDER[:3],
        picture=LADDER[:3],
    ),
    Story(
        name="a_car_is_half_hidden",
        kind=PARKING,
        things=lambda second: tuple(detection("car", box) for box in half_hidden(second)),
        until=400,
        metres=LADDER[:3],
        picture=LADDER[:3],
    ),
)
EACH: Final = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)


@PER_SECOND
@EACH
def test_metres_tell_what_happens(story: Story, per_second: float) -> None:
    """The events of the story, at their second or up to two looks later, and no others."""
    calibrated = knowing(site(zone(story.kind)), CALIBRATION)
    result = tell(looks(story.things, until=story.until, per_second=per_second), calibrated)
    assert_rows(by_incident(rows_of(result.events)), story.example(story.metres), per_second)


@EACH
def test_the_picture_alone_does_not(story: Story) -> None:
    """What the same looks come to without a calibration."""
    result = tell(looks(story.things, until=story.until), site(zone(story.kind)))
    assert_rows(by_incident(rows_of(result.events)), story.example(story.picture), 1.0)


@EACH
def test_the_command_line_knows_the_metres(story: Story, tmp_path: Path) -> None:
    """The same through a log, a site file that names a calibration file, and ``edge-agent replay --log --json``."""
    example = story.example(story.metres)
    path = write_site(example, tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("zones: c1.yaml", MEASURED_BY_HAND), encoding="utf-8")
    (tmp_path / "calibration.yaml").write_text(written(POLE), encoding="utf-8")
    log = write_log(example, 1.0, tmp_path)
    done = CliRunner().invoke(app, ["replay", "--log", str(log), "--site", str(path), "--json"])
    assert done.exit_code == 0, done.output
    assert_rows(by_incident(rows_of_lines(done.stdout.splitlines())), example, 1.0)
