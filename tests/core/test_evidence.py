"""The demands of GA/T 832-2014: each at its very limit, and just beyond it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from edge_agent.core.evidence import Check, Clock, Panorama, checks

AT: Final = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
RIGHT: Final = Clock(synchronised=True, off=timedelta(0))


def panorama(second: float, size: tuple[int, int] | None = (1280, 720)) -> Panorama:
    """A picture so many seconds after the first."""
    return Panorama(at=AT + timedelta(seconds=second), size=size)


def found(clock: Clock, *panoramas: Panorama) -> dict[str, Check]:
    """The checks by name."""
    return {check.name: check for check in checks(clock, panoramas)}


def test_what_just_meets_the_standard() -> None:
    """A clock off by a second, two pictures ten seconds apart, of the smallest size."""
    told = found(Clock(synchronised=True, off=timedelta(seconds=-1)), panorama(0), panorama(10))
    assert all(check.met for check in told.values())
    assert [check.found for check in told.values()] == [
        "synchronised, off by 1.0 s",
        "2",
        "10.0 s",
        "1280x720",
    ]


@pytest.mark.parametrize(
    ("name", "clock", "panoramas", "figure"),
    [
        ("clock", Clock(synchronised=True, off=timedelta(seconds=1.1)), (), "synchronised, off by 1.1 s"),
        ("clock", Clock(synchronised=False, off=timedelta(0)), (), "not synchronised, off by 0.0 s"),
        ("clock", Clock(synchronised=None, off=timedelta(0)), (), "not known whether synchronised, off by 0.0 s"),
        ("panoramas", RIGHT, (panorama(0),), "1"),
        ("panoramas", RIGHT, (), "0"),
        ("apart", RIGHT, (panorama(0), panorama(9.9)), "9.9 s"),
        ("apart", RIGHT, (), "0.0 s"),
        ("size", RIGHT, (panorama(0), panorama(10, (1279, 720))), "1279x720"),
        ("size", RIGHT, (panorama(0), panorama(10, (1280, 719))), "1280x719"),
        ("size", RIGHT, (panorama(0), panorama(10, None)), "not known"),
        ("size", RIGHT, (), "not known"),
    ],
)
def test_what_just_does_not(name: str, clock: Clock, panoramas: tuple[Panorama, ...], figure: str) -> None:
    """Each is not met, and says by which figure; what nobody knows is not met."""
    check = found(clock, *panoramas)[name]
    assert not check.met
    assert check.found == figure
