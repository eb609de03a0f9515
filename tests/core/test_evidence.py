"""The demands of GA/T 832-2014: each at its very limit, and just beyond it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from edge_agent.core.events import Detection
from edge_agent.core.evidence import Check, ClockQuality, Panorama, checks, heads, plate_bands
from edge_agent.core.geometry import Box

AT: Final = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
RIGHT: Final = ClockQuality(synchronised=True, off=timedelta(0))


def panorama(second: float, size: tuple[int, int] | None = (1280, 720)) -> Panorama:
    """A picture so many seconds after the first."""
    return Panorama(at=AT + timedelta(seconds=second), size=size)


def checked(clock: ClockQuality, *panoramas: Panorama) -> dict[str, Check]:
    """The checks by name."""
    return {check.name: check for check in checks(clock, panoramas)}


def test_what_just_meets_the_standard() -> None:
    """A clock off by a second, two pictures ten seconds apart, of the smallest size."""
    check_list = checked(ClockQuality(synchronised=True, off=timedelta(seconds=-1)), panorama(0), panorama(10))
    assert all(check.met for check in check_list.values())
    assert [check.found for check in check_list.values()] == [
        "synchronised, off by 1.0 s",
        "2",
        "10.0 s",
        "1280x720",
    ]


@pytest.mark.parametrize(
    ("name", "clock", "panoramas", "figure"),
    [
        ("clock", ClockQuality(synchronised=True, off=timedelta(seconds=1.1)), (), "synchronised, off by 1.1 s"),
        ("clock", ClockQuality(synchronised=False, off=timedelta(0)), (), "not synchronised, off by 0.0 s"),
        (
            "clock",
            ClockQuality(synchronised=None, off=timedelta(0)),
            (),
            "not known whether synchronised, off by 0.0 s",
        ),
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
def test_what_just_does_not(name: str, clock: ClockQuality, panoramas: tuple[Panorama, ...], figure: str) -> None:
    """Each is not met, and says by which figure; what nobody knows is not met."""
    check = checked(clock, *panoramas)[name]
    assert not check.met
    assert check.found == figure


def test_heads_are_the_upper_third_or_as_much_as_is_seen() -> None:
    """Of one who stands, who is seen from the shoulders up, who lies; a car has none."""
    standing, cut, lying = Box(0.1, 0.1, 0.2, 0.7), Box(0.4, 0.1, 0.5, 0.3), Box(0.6, 0.6, 0.9, 0.7)
    head_boxes = heads(
        (seen("person", standing), seen("person", cut), seen("person", lying), seen("car", Box(0, 0, 1, 1))), 16 / 9
    )
    assert [round(box.height, 3) for box in head_boxes] == [0.2, 0.178, 0.1]
    assert all(box.y0 == whole.y0 for box, whole in zip(head_boxes, (standing, cut, lying), strict=True))


def test_plate_bands_are_of_all_vehicles_but_the_subject() -> None:
    """Under whatever label the detector sees the subject; a person has no plate."""
    subject, other = Box(0.1, 0.5, 0.4, 0.9), Box(0.6, 0.5, 0.9, 0.9)
    bands = plate_bands(
        (seen("car", subject), seen("truck", subject.moved(0.02, 0)), seen("van", other), seen("person", other)),
        subject,
    )
    assert bands == (Box(0.6, 0.9 - 0.6 * (0.9 - 0.5), 0.9, 0.9),)


def test_an_e_bike_that_is_called_a_bicycle_has_a_band() -> None:
    """Wherever it stands, but in the very heap of them that the picture is evidence of."""
    heap, other = Box(0.1, 0.5, 0.5, 0.9), Box(0.6, 0.5, 0.7, 0.9)
    ours = Box(0.2, 0.5, 0.3, 0.9)
    assert plate_bands((seen("bicycle", ours), seen("bicycle", other)), heap) == (Box(0.6, 0.9 - 0.6 * 0.4, 0.7, 0.9),)


def test_the_subjects_own_band_is_covered_where_that_is_wanted() -> None:
    """Also where the detector missed it in this very picture."""
    subject = Box(0.1, 0.1, 0.3, 0.6)
    own = Box(0.1, 0.6 - 0.6 * 0.5, 0.3, 0.6)
    assert plate_bands((), subject, of_subject=True) == (own,)
    assert plate_bands((seen("car", subject),), subject, of_subject=True) == (own,)
    assert plate_bands((), subject) == ()


def seen(label: str, box: Box) -> Detection:
    """One thing in the picture."""
    return Detection(label=label, score=0.6, box=box)
