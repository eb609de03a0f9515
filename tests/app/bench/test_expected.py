"""What should have been, and what was: held against each other camera by camera."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from edge_agent.app.bench.expected import ExpectedStage, WatchedRecording, agreed, expected
from edge_agent.core.effects import LookAgain
from edge_agent.core.events import FrameSeen, LookedAgain
from tests.site import SHORT, site, zone
from tests.street import at, second_of, span, stands

SITE = site(zone(rule=SHORT))
ROUND = 100
SEEN = tuple(FrameSeen(at=at(n / 5), detections=stands("car", 0, 60)(n / 5)) for n in range(ROUND * 5))
ASKED: list[float] = []


def agrees(request: LookAgain, within: timedelta) -> LookedAgain:
    """A second look always agrees, and where it was asked for is noted."""
    ASKED.append(within.total_seconds())
    return LookedAgain(at=request.at, case=request.case, confirmed=True)


SHOWN = WatchedRecording(seen=SEEN, length=span(ROUND), again=agrees)
OPENED = ExpectedStage(zone="kerb", kind="illegal_parking", type="incident.opened", n=None, at=at(20), decided=at(20))
WARNED = replace(OPENED, type="incident.warned", n=1)


def stages_from(phase: float, until: float) -> list[tuple[str, float]]:
    """The stages of a camera that begins there in the round, and their seconds since it began."""
    stages = expected(SHOWN, "c1", SITE, begin=at(500), end=at(500 + until), phase=span(phase))
    return [(stage.type.removeprefix("incident."), second_of(stage.at) - 500) for stage in stages]


def test_a_camera_sees_the_round_from_its_own_place_on() -> None:
    """What stands at the beginning of the round stands there when it comes round again."""
    assert stages_from(0, 30) == [("opened", 20), ("warned", 20)]
    ASKED.clear()
    assert stages_from(70, 55) == [("opened", 50), ("warned", 50)]
    assert ASKED == [20]


def test_an_end_is_dated_to_the_last_sighting() -> None:
    """When it is decided depends on how often somebody looks, and that is not held against anybody."""
    assert stages_from(0, 90)[-1] == ("resolved", 60)


def test_a_little_later_is_the_same() -> None:
    """Two seconds, and a sweep."""
    late = replace(OPENED, at=at(23.5))
    comparison = agreed([((OPENED, WARNED), (late, WARNED))], until=at(100))
    assert (comparison.cameras, comparison.same, comparison.missing, comparison.extra, comparison.worst_s) == (
        1,
        1,
        0,
        0,
        3.5,
    )


def test_what_was_not_told_is_missing_and_what_was_not_expected_is_extra() -> None:
    """Too late is both; each makes its camera another."""
    late = replace(OPENED, at=at(24.5))
    comparison = agreed([((OPENED,), (late,)), ((WARNED,), (WARNED,)), ((), ())], until=at(100))
    assert (comparison.cameras, comparison.same, comparison.missing, comparison.extra) == (3, 2, 1, 1)
    assert (comparison.expected, comparison.told, comparison.worst_s) == (2, 2, 0.0)


def test_twice_is_once_too_often() -> None:
    """One told stage answers one that was expected."""
    comparison = agreed([((OPENED,), (OPENED, replace(OPENED, at=at(21))))], until=at(100))
    assert (comparison.same, comparison.extra) == (0, 1)


def test_what_the_end_cut_off_counts_for_nothing() -> None:
    """A stage of the last seconds may have been on its way."""
    comparison = agreed([((OPENED,), ()), ((), (WARNED,))], until=at(20) + timedelta(seconds=3))
    assert (comparison.same, comparison.missing, comparison.extra) == (2, 0, 0)


def test_an_end_that_one_decided_just_before_the_end_is_not_extra() -> None:
    """The other, who looks more often, decides it just after: what is expected goes on for a while."""
    ended = replace(OPENED, type="incident.resolved", at=at(30), decided=at(75))
    later = replace(ended, decided=at(83))
    comparison = agreed([((later,), (ended,))], until=at(80))
    assert (comparison.same, comparison.missing, comparison.extra) == (1, 0, 0)
    assert (comparison.expected, comparison.told) == (1, 1)
    comparison = agreed([((later,), ())], until=at(80))
    assert (comparison.same, comparison.missing, comparison.expected) == (1, 0, 0)
