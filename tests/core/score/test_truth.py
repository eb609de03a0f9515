"""What a truth may say of a thing that stood there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from edge_agent.core.geometry import Box, Point
from edge_agent.core.score.truth import TOLERANCE, TrueIncident

ZERO = timedelta(0)


def seconds(count: float) -> timedelta:
    """A span."""
    return timedelta(seconds=count)


def test_how_long_it_stood_is_what_lies_between() -> None:
    """A stand lasts from its beginning to its end; what nobody says of it has a default."""
    stand = TrueIncident(kind="illegal_parking", zone="kerb", since=seconds(10), until=seconds(70))
    assert stand.stood == seconds(60)
    assert (stand.tolerance, stand.optional) == (TOLERANCE, False)


@pytest.mark.parametrize(("since", "until"), [(-1, 5), (5, 4)])
def test_a_stand_neither_begins_before_the_recording_nor_ends_before_it_begins(since: int, until: int) -> None:
    """Spans count from the start of the recording, and forwards."""
    with pytest.raises(ValueError, match="expected 0s <= from <= to"):
        TrueIncident(kind="k", zone="z", since=seconds(since), until=seconds(until))


def test_a_tolerance_is_not_negative() -> None:
    """Less than exact is possible, more than exact is not."""
    with pytest.raises(ValueError, match="tolerance -1s"):
        TrueIncident(kind="k", zone="z", since=ZERO, until=ZERO, tolerance=seconds(-1))


def test_a_thing_is_in_one_place() -> None:
    """A box or a point, never both."""
    with pytest.raises(ValueError, match="one of them"):
        TrueIncident(kind="k", zone="z", since=ZERO, until=ZERO, box=Box(0, 0, 1, 1), point=Point(0.5, 0.5))
