"""The ring keeps the last frames, and finds the one nearest to a moment."""

from __future__ import annotations

import weakref
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.app.stream.frames import FrameRing
from edge_agent.ports import Frame

if TYPE_CHECKING:
    from edge_agent.ports import Image

START = datetime(2026, 11, 1, 8, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """An instant, in seconds from the start."""
    return START + timedelta(seconds=seconds)


def ring_of(size: int, *seconds: float) -> FrameRing:
    """A ring after the frames of these moments."""
    ring = FrameRing(size)
    for moment in seconds:
        ring.keep(Frame(at=at(moment), image=np.zeros((1, 1, 3), np.uint8)))
    return ring


def test_only_the_newest_can_be_had_at_its_full_size() -> None:
    """The decoded pictures behind the others are let go."""
    ring = FrameRing(3)
    full = np.zeros((4, 4, 3), np.uint8)
    for moment in (0, 1, 2):
        ring.keep(Frame(at=at(moment), image=np.zeros((1, 1, 3), np.uint8), full=lambda: full))
    frames = [ring.at(at(moment)) for moment in (0, 1, 2)]
    assert [frame is not None and frame.full is not None for frame in frames] == [False, False, True]


def test_an_empty_ring_has_nothing() -> None:
    """Before the first look."""
    assert FrameRing(3).at(START) is None
    assert FrameRing(3).last(2, until=START) == ()


@given(st.lists(st.integers(0, 100), min_size=1, unique=True).map(sorted), st.integers(-5, 105), st.integers(1, 8))
def test_the_nearest_of_those_kept_is_found(moments: list[int], moment_wanted: int, size: int) -> None:
    """Whatever was asked for and however many fell out."""
    frame = ring_of(size, *moments).at(at(moment_wanted))
    assert frame is not None
    nearest = min(moments[-size:], key=lambda moment: (abs(moment - moment_wanted), moment))
    assert frame.at == at(nearest)


def test_the_last_frames_up_to_a_moment_are_in_order() -> None:
    """Later ones have not been seen yet at that moment."""
    ring = ring_of(4, 0, 1, 2, 3, 4)
    assert [frame.at for frame in ring.last(2, until=at(3))] == [at(2), at(3)]
    assert [frame.at for frame in ring.last(9, until=at(9))] == [at(1), at(2), at(3), at(4)]
    assert ring.last(0, until=at(9)) == ()
    assert ring.last(3, until=at(0)) == ()


def test_a_picture_that_can_be_made_again_is_not_kept() -> None:
    """It is made when it is asked for, and only then."""
    made: list[int] = []

    def picture(shade: int) -> Image:
        made.append(shade)
        return np.full((1, 1, 3), shade, np.uint8)

    ring = FrameRing(3)
    for shade in range(4):
        image = np.full((1, 1, 3), shade, np.uint8)
        ring.keep(Frame(at=at(shade), image=image, again=partial(picture, shade)))
        gone = weakref.ref(image)
        del image
        assert gone() is None
    seen = ring.last(3, until=at(2))
    assert made == []
    assert [int(frame.image.max()) for frame in seen] == [1, 2]
    kept_frame = ring.at(at(3))
    assert kept_frame is not None
    assert int(kept_frame.image.max()) == 3
    assert made == [1, 2, 3]
