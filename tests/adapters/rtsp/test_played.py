"""A recording in place of a camera."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.rtsp.options import everything, never
from edge_agent.adapters.rtsp.played import PlayedSession
from tests.cameras.clips import street

if TYPE_CHECKING:
    from edge_agent.core.stream.pictures import LiveFrame

FAR = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds of the street, a keyframe every two."""
    return street(tmp_path_factory.mktemp("played") / "street.mp4")


class Hurried:
    """A clock on which every packet after the first is long due."""

    def __init__(self) -> None:
        self._instants = iter([datetime(2000, 1, 1, tzinfo=UTC)])

    def now(self) -> datetime:
        """Long ago, then far from it."""
        return next(self._instants, FAR)

    def sleep(self, seconds: float) -> None:
        """Nothing needs to be waited for."""


def played(clip: Path, phase_s: float, *, eager: Callable[[], bool] = never) -> PlayedSession:
    """The clip from there on, as fast as it goes."""
    return PlayedSession(clip, phase=timedelta(seconds=phase_s), clock=Hurried(), eager=eager, wanted=everything)


def seconds(frames: Iterator[LiveFrame], count: int) -> list[float]:
    """The timestamps of the first pictures, in seconds."""
    return [float(frame.pts * frame.time_base) for frame in islice(frames, count)]


def test_it_begins_where_it_is_told_and_goes_round(clip: Path) -> None:
    """Keyframes come two seconds apart, and time goes on over the end of the file."""
    session = played(clip, 3)
    assert session.open().size == (640, 360)
    assert seconds(session.frames(), 5) == pytest.approx([4, 6, 8, 10, 12])


def test_all_pictures_are_given_while_somebody_is_eager(clip: Path) -> None:
    """From a keyframe on, also over the end of the file."""
    session = played(clip, 6, eager=lambda: True)
    assert seconds(session.frames(), 25) == pytest.approx([6 + n / 10 for n in range(25)])


def test_a_packet_is_held_back_until_a_camera_would_send_it(clip: Path) -> None:
    """The second keyframe does not arrive before its time."""
    clock = SystemClock()
    session = PlayedSession(clip, phase=timedelta(seconds=1.8), clock=clock, eager=never, wanted=everything)
    begun = clock.now()
    first = next(session.frames())
    assert first.received_at - begun >= timedelta(seconds=0.2)


class Slept:
    """A clock on which time passes only by sleeping."""

    def __init__(self) -> None:
        self.begun = self._now = datetime(2026, 1, 1, tzinfo=UTC)
        self.times = 0

    def now(self) -> datetime:
        """The present."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Time passes."""
        self.times += 1
        self._now += timedelta(seconds=seconds)


def test_who_naps_finds_all_that_came_meanwhile(clip: Path) -> None:
    """As in a socket: fewer wake-ups than the ten packets a second, and each keyframe when it is due."""
    clock = Slept()
    session = PlayedSession(clip, phase=timedelta(0), clock=clock, eager=never, wanted=everything)
    arrived = [(frame.received_at - clock.begun).total_seconds() for frame in islice(session.frames(), 11)]
    assert arrived == pytest.approx([2 * n for n in range(11)])
    assert clock.times < 20 * 6


def test_closing_ends_it(clip: Path) -> None:
    """With the packet that is waited for."""
    clock = SystemClock()
    session = PlayedSession(clip, phase=timedelta(0), clock=clock, eager=never, wanted=everything)
    frames = session.frames()
    next(frames)
    session.close()
    assert list(frames) == []
