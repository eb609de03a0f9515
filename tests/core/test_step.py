"""The door of the core: one event in, the new world and what must be done out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_agent.core.effects import Effect, ReportHealth
from edge_agent.core.errors import TimeWentBackError
from edge_agent.core.events import Detection, LookedAgain, Result, StreamBack, StreamLost, Tick, WarningAnswered
from edge_agent.core.geometry import Box, Point
from edge_agent.core.incident.perception import outlook
from edge_agent.core.incident.world import World
from edge_agent.core.step import run, step
from tests.core_run import tell
from tests.site import SHORT, site, zone
from tests.street import at, detection, looks, looks_at, stands

HERE = site(zone(rule=SHORT))
NEW = World(camera="c1")


def test_an_event_older_than_the_last_is_refused() -> None:
    """The shell must drop and count those; one of the same instant is welcome."""
    world, _ = step(NEW, Tick(at(5)), HERE)
    assert step(world, Tick(at(5)), HERE).world == world
    with pytest.raises(TimeWentBackError, match="event tick: expected at 2026-11-01T08:00:05"):
        step(world, Tick(at(4)), HERE)


def test_a_run_is_its_steps() -> None:
    """Many events folded are one after the other."""
    events = looks(stands("car", 0, 30), until=30)
    world, effects = NEW, list[Effect]()
    for event in events:
        world, more = step(world, event, HERE)
        effects.extend(more)
    assert run(NEW, events, HERE) == (world, tuple(effects))


def test_trouble_of_the_stream_is_told_and_remembered() -> None:
    """By its name until it is over; what looks show meanwhile is not believed."""
    before = tell(looks(stands("car", 0, 10), until=10), HERE).world
    lost = tell((StreamLost(at(10), "frozen"), *looks(lambda _: (), until=40, first=11)), HERE, world=before)
    assert lost.world.lost == "frozen"
    assert lost.world.spots[0].presence.missed_looks == 0
    back = tell((StreamBack(at(40)),), HERE, world=lost.world)
    assert back.world.lost is None
    assert [(h.state, h.camera) for h in (*lost.of(ReportHealth), *back.of(ReportHealth))] == [
        ("frozen", "c1"),
        ("ok", "c1"),
    ]


@pytest.mark.parametrize(
    "event",
    [
        WarningAnswered(at=at(31), incident="inc-0", n=1, result=Result.PLAYED),
        LookedAgain(at=at(31), case="case-0", confirmed=True),
    ],
    ids=lambda event: event.type,
)
def test_an_event_about_nothing_known_changes_nothing(event: WarningAnswered | LookedAgain) -> None:
    """It came late, or it is somebody else's."""
    before = tell(looks(stands("car", 0, 30), until=30), HERE).world
    after, effects = step(before, event, HERE)
    assert effects == ()
    assert (after.cases, after.spots, after.departed) == (before.cases, before.spots, before.departed)


def test_what_matters_to_nobody_is_not_remembered() -> None:
    """A street full of people leaves no track and no spot."""
    crowd = looks_at(lambda _: tuple(detection("person", score=0.5) for _ in range(50)), (0, 1, 2))
    world = tell(crowd, HERE).world
    assert (world.memory.tracks, world.spots) == ((), ())


def test_an_empty_frame_is_a_look() -> None:
    """Nothing was seen is not the same as nothing was looked at."""
    world, effects = step(NEW, looks(lambda _: (), until=0)[0], HERE)
    assert world.at == at(0)
    assert effects == ()


CORNER = (Point(0, 0), Point(0.3, 0), Point(0.3, 0.1), Point(0, 0.1))


@pytest.mark.parametrize(
    ("box", "counts"),
    [
        (Box(0.01, 0.01, 0.28, 0.09), False),
        (Box(0.01, 0.0, 0.28, 0.124), False),
        (Box(0.01, 0.0, 0.28, 0.126), True),
        (Box(0.5, 0.5, 0.6, 0.6), True),
    ],
    ids=["within", "four fifths of it", "less", "elsewhere"],
)
def test_what_lies_in_an_ignored_part_counts_nowhere(box: Box, counts: bool) -> None:  # noqa: FBT001 - a parameter
    """Text that is burnt in is read as a thing by every model; another camera's picture is another matter."""
    events = looks_at(lambda _: (Detection(label="car", score=0.9, box=box),), (0, 1, 2))
    for camera, expected in (("c1", counts), ("c2", True)):
        ignoring = replace(HERE, ignored={camera: (CORNER,)})
        assert bool(tell(events, ignoring).world.memory.tracks) is expected
        assert outlook(ignoring, camera) != outlook(HERE, camera)


def test_a_second_look_that_nobody_waits_for_changes_no_open_case() -> None:
    """The incident was opened by an earlier one, and its next step is not due."""
    before = tell(looks(stands("car", 0, 40), until=40), HERE).world
    (case,) = before.cases
    after, effects = step(before, LookedAgain(at=at(41), case=case.id, confirmed=False), HERE)
    assert (after.cases, effects) == (before.cases, ())
