"""Unchanged: detections hold while a picture shows what it showed when the detector looked at it last."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge_agent.core.detect.unchanged import (
    AGREED,
    FULL,
    WIDTH,
    Concern,
    LastDetected,
    detected,
    held,
    small_picture,
    tiles_near,
    unlike,
)
from tests.site import WHOLE
from tests.street import KERB, at, detection

if TYPE_CHECKING:
    from edge_agent.core.detect.unchanged import SmallPicture

ROWS = 180
SWEEP = timedelta(seconds=2)
CONCERN = Concern(tiles=tiles_near((WHOLE,)))
VAN = (detection("car", KERB),)


def street(*, covered: bool = False, rows: int = ROWS) -> SmallPicture:
    """A street with some texture; something dark may stand at the kerb."""
    grey = np.random.default_rng(7).integers(90, 160, (rows, WIDTH)).astype(np.uint8)
    if covered:
        grey[int(KERB.y0 * rows) : int(KERB.y1 * rows), int(KERB.x0 * WIDTH) : int(KERB.x1 * WIDTH)] = 0
    return small_picture(grey)


def last(agreed: int = AGREED) -> LastDetected:
    """A look a moment ago."""
    return LastDetected(at=at(0), picture=street(), detections=VAN, agreed=agreed)


def test_the_same_picture_holds_to_the_last_bit() -> None:
    """Its detections are those of the look."""
    what = held(last(), street(), at(2), concern=CONCERN, sweep=SWEEP)
    assert what is not None
    assert (what.detections, what.margin) == (VAN, 1.0)


def test_only_a_look_can_tell_where_anything_speaks_against_it() -> None:
    """A change, another size, one look alone, a doubt, an old look, one of the future."""
    late = at((FULL - SWEEP).total_seconds() + 1)
    unsure = Concern(tiles=CONCERN.tiles, certain=False)
    assert held(last(), street(covered=True), at(2), concern=CONCERN, sweep=SWEEP) is None
    assert held(last(), street(rows=ROWS - 1), at(2), concern=CONCERN, sweep=SWEEP) is None
    assert held(last(1), street(), at(2), concern=CONCERN, sweep=SWEEP) is None
    assert held(last(), street(), at(2), concern=unsure, sweep=SWEEP) is None
    assert held(last(), street(), late, concern=CONCERN, sweep=SWEEP) is None
    assert held(last(), street(), at(-1), concern=CONCERN, sweep=SWEEP) is None


@pytest.mark.parametrize(
    ("again", "agreed"),
    [
        (VAN, 2),
        ((), 1),
        ((detection("bus", KERB),), 1),
        ((detection("car", KERB.moved(0.3, 0)),), 1),
    ],
)
def test_two_looks_agree_by_name_and_place(again: tuple[object, ...], agreed: int) -> None:
    """Else it begins anew to be believed."""
    assert detected(last(1), street(), at(2), again, concern=CONCERN).agreed == agreed  # type: ignore[arg-type]


def test_the_first_look_agrees_with_none() -> None:
    """Nor does one at a picture of another size."""
    assert detected(None, street(), at(2), VAN, concern=CONCERN).agreed == 1
    assert detected(last(), street(rows=ROWS - 1), at(2), VAN, concern=CONCERN).agreed == 1


def test_what_cannot_be_compared_is_a_bug_of_the_caller() -> None:
    """It is said, with the shapes."""
    with pytest.raises(ValueError, match=f"expected a plane of {WIDTH} columns, got \\(180, 10\\)"):
        small_picture(np.zeros((ROWS, 10), np.uint8))
    with pytest.raises(ValueError, match="two pictures: expected one shape"):
        unlike(street(), street(rows=ROWS - 1))
