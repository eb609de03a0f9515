"""The timeline dates frames by their own clock and never goes back."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.stream.timeline import Anchor, correct, stamp
from tests.street import START, at

RTP = Anchor(wall=START, pts=90_000, time_base=Fraction(1, 90_000))
bases = st.sampled_from((Fraction(1, 90_000), Fraction(1, 1000), Fraction(1001, 30_000), Fraction(1, 25)))
steps = st.lists(st.integers(0, 900_000), min_size=1, max_size=40)
late = st.lists(st.floats(-5, 60), min_size=40, max_size=40)


def test_a_frame_is_dated_by_its_own_clock() -> None:
    """Ninety thousand ticks are a second; an earlier timestamp is an earlier instant."""
    assert stamp(RTP, 90_000) == START
    assert stamp(RTP, 180_000) == at(1)
    assert stamp(RTP, 0) == at(-1)


def test_ntsc_does_not_drift() -> None:
    """A day of 30000/1001 frames a second is dated to the microsecond: fractions, not floats."""
    anchor = Anchor(wall=START, pts=0, time_base=Fraction(1001, 30_000))
    assert stamp(anchor, 30 * 86_400) == START + timedelta(days=1, seconds=86.4)


def test_a_clock_that_stands_still_is_refused() -> None:
    """There is no time base of nothing."""
    with pytest.raises(ValueError, match="time base: expected more than 0 seconds a tick, got 0"):
        Anchor(wall=START, pts=0, time_base=Fraction(0))


def test_drift_is_worked_off_gently() -> None:
    """A frame that comes 3 s late after 1000 s pulls the timeline by half a second, not by three."""
    pulled = correct(RTP, RTP.pts + 90_000 * 1000, at(1003))
    assert pulled.wall == at(1000.5)
    assert correct(RTP, RTP.pts + 90_000 * 1000, at(1000.2)).wall == at(1000.2)
    assert correct(RTP, RTP.pts + 90_000 * 1000, at(1003), limit_ppm=0).wall == at(1000)


def test_a_timestamp_that_does_not_advance_corrects_nothing() -> None:
    """Twice the same frame, or one that came out of order."""
    assert correct(RTP, RTP.pts, at(9)) is RTP
    assert correct(RTP, RTP.pts - 1, at(9)) is RTP


@given(base=bases, steps=steps, late=late)
def test_time_never_goes_back_and_never_steps(base: Fraction, steps: list[int], late: list[float]) -> None:
    """However late frames come: each is dated after the one before, and at most 500 ppm off the stream's own pace."""
    anchor = Anchor(wall=START, pts=0, time_base=base)
    anchors = [anchor]
    for step, lateness in zip(steps, late, strict=False):
        pts = anchor.pts + step
        anchor = correct(anchor, pts, stamp(anchor, pts) + timedelta(seconds=lateness))
        anchors.append(anchor)
    for before, after in pairwise(anchors):
        own = (after.pts - before.pts) * base
        dated = (after.wall - before.wall) / timedelta(seconds=1)
        assert dated >= 0
        assert abs(dated - own) <= float(own) * 500e-6 + 2e-6


@given(base=bases, step=st.integers(1, 90_000_000), lateness=st.floats(-60, 60))
def test_a_correction_draws_nearer(base: Fraction, step: int, lateness: float) -> None:
    """It never overshoots, and never turns away."""
    anchor = Anchor(wall=START, pts=0, time_base=base)
    received = stamp(anchor, step) + timedelta(seconds=lateness)
    corrected = correct(anchor, step, received)
    assert abs(received - stamp(corrected, step)) <= abs(received - stamp(anchor, step))
    assert (received - corrected.wall) * (1 if lateness >= 0 else -1) >= timedelta(0)


@given(base=bases, pts=st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=2).map(sorted))
def test_stamps_keep_the_order_of_timestamps(base: Fraction, pts: list[int]) -> None:
    """Rounding to microseconds never turns two frames round."""
    anchor = Anchor(wall=START, pts=0, time_base=base)
    assert stamp(anchor, pts[0]) <= stamp(anchor, pts[1])
