"""A camera is followed through everything that happens to it, and what happened is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pytest

from edge_agent.adapters.rtsp import RtspStream
from edge_agent.core.errors import Bug
from edge_agent.core.feed.broker_faults import pause_s
from edge_agent.core.stream.frame_statistics import statistics_of
from edge_agent.core.stream.pictures import (
    LiveFrame,
    LiveItem,
    SizeChanged,
    SourceBack,
    SourceLost,
    StreamFault,
    StreamFormat,
)
from edge_agent.ports import StreamError
from tests.adapters.rtsp.watching import PATIENT, SECONDS, now, session
from tests.cameras.fault_proxy import FaultProxy
from tests.cameras.faults import Cut, Pass, Refuse, Stall
from tests.cameras.server import CameraServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STARTED = datetime(2026, 11, 1, 8, tzinfo=UTC)
LARGE, SMALL = (640, 360), (320, 180)

T = TypeVar("T", bound=LiveItem)


@dataclass(slots=True)
class Time:
    """Time that passes only where somebody waits or watches."""

    now: datetime = STARTED
    pauses: list[float] = field(default_factory=list)

    def tell(self) -> datetime:
        """The present."""
        return self.now

    def pass_by(self, seconds: float) -> bool:
        """Wait without waiting."""
        self.pauses.append(seconds)
        self.now += timedelta(seconds=seconds)
        return True


@dataclass(slots=True)
class ScriptedStream:
    """A session whose whole life is known beforehand: refused, or so many seconds with a picture a second."""

    time: Time
    life_s: int = 0
    size: tuple[int, int] = LARGE
    refused: bool = False
    fault: StreamFault = StreamFault.BROKEN
    closed: bool = False

    def open(self) -> StreamFormat:
        """Succeed, unless it is refused."""
        if self.refused:
            raise StreamError(StreamFault.NO_CONNECTION, "rtsp://c1/…: nobody is there")
        return StreamFormat(codec="h264", parameters=b"", size=self.size, time_base=Fraction(1, 90_000))

    def frames(self) -> Iterator[LiveFrame]:
        """A picture a second, and then the fault."""
        for n in range(self.life_s):
            self.time.now += timedelta(seconds=1)
            yield shown(self.time.now, n, self.size)
        if not self.closed:
            raise StreamError(self.fault, f"rtsp://c1/…: {self.fault}")

    def close(self) -> None:
        """Hang up."""
        self.closed = True


def shown(at: datetime, n: int, size: tuple[int, int]) -> LiveFrame:
    """The n-th picture of a session."""
    return LiveFrame(
        pts=n * 90_000,
        time_base=Fraction(1, 90_000),
        received_at=at,
        capture_at=None,
        keyframe=True,
        damaged=False,
        image=np.zeros((1, 1, 3), np.uint8),
        size=size,
        glance=statistics_of(np.zeros((45, 80), np.uint8), ()),
        packet_digest=b"",
    )


def follow(*lives: ScriptedStream, time: Time) -> list[LiveItem]:
    """All that is told of a camera with these sessions, one after the other."""
    left = iter(lives)
    items: list[LiveItem] = []
    stream = RtspStream(lambda: next(left), clock=time.tell, salt="c1", pause=time.pass_by)
    for item in stream.items():
        items.append(item)
        if isinstance(item, SourceLost) and len([each for each in items if isinstance(each, SourceLost)]) == len(lives):
            stream.close()
    return items


def words(items: list[LiveItem]) -> list[str]:
    """The story in short."""
    names = {SourceBack: "back", LiveFrame: "picture", SizeChanged: "size", SourceLost: "lost"}
    return [names[type(item)] for item in items]


def losses(items: list[LiveItem]) -> list[SourceLost]:
    """What was lost, when."""
    return [item for item in items if isinstance(item, SourceLost)]


def test_every_loss_and_every_return_is_told() -> None:
    """With the reason, when, and how long it will be until the next try."""
    time = Time()
    items = follow(
        ScriptedStream(time, 2),
        ScriptedStream(time, refused=True),
        ScriptedStream(time, 1, fault=StreamFault.STALLED),
        time=time,
    )
    assert words(items) == ["back", "picture", "picture", "lost", "lost", "back", "picture", "lost"]
    assert [loss.reason for loss in losses(items)] == ["broken", "no_connection", "stalled"]
    assert [loss.failures for loss in losses(items)] == [1, 2, 3]
    assert losses(items)[0].at == STARTED + timedelta(seconds=2)
    assert losses(items)[1].message == "rtsp://c1/…: nobody is there"
    assert [loss.retry_s for loss in losses(items)] == [pause_s(n, "c1") for n in (1, 2, 3)]
    assert time.pauses == [pause_s(n, "c1") for n in (1, 2, 3)][: len(time.pauses)]


def test_only_a_session_that_lasted_is_a_success() -> None:
    """A camera that lets everybody in and drops them at once is not asked twice a second for a year."""
    time = Time()
    items = follow(
        *[ScriptedStream(time, 1) for _ in range(5)], ScriptedStream(time, 30), ScriptedStream(time, 1), time=time
    )
    assert [loss.failures for loss in losses(items)] == [1, 2, 3, 4, 5, 1, 2]


def test_another_size_is_told_before_its_first_picture() -> None:
    """After a reconnect as in the middle of a session; the same size is not told again."""
    time = Time()
    items = follow(
        ScriptedStream(time, 2, LARGE), ScriptedStream(time, 1, SMALL), ScriptedStream(time, 1, SMALL), time=time
    )
    assert words(items) == [
        *["back", "picture", "picture", "lost"],
        *["back", "size", "picture", "lost"],
        *["back", "picture", "lost"],
    ]
    change = items[5]
    assert isinstance(change, SizeChanged)
    assert (change.before, change.after) == (LARGE, SMALL)


def test_every_session_is_closed() -> None:
    """Also one that never opened."""
    time = Time()
    lives = [ScriptedStream(time, 1), ScriptedStream(time, refused=True)]
    follow(*lives, time=time)
    assert all(life.closed for life in lives)


def test_a_bug_is_not_a_lost_camera() -> None:
    """Trying again would hide it."""

    def connect() -> ScriptedStream:
        raise Bug("a promise was broken")

    with pytest.raises(Bug):
        list(RtspStream(connect, clock=now, salt="c1").items())


def test_closing_ends_a_pause_and_lets_nothing_begin() -> None:
    """The pause is half a minute by then; nobody waits for it."""
    time = Time()
    tried: list[ScriptedStream] = []

    def connect() -> ScriptedStream:
        tried.append(ScriptedStream(time, refused=True))
        return tried[-1]

    stream = RtspStream(connect, clock=time.tell, salt="c1")
    lost, ended = Event(), Event()

    def run() -> None:
        for _ in stream.items():
            lost.set()
        ended.set()

    thread = Thread(target=run)
    thread.start()
    assert lost.wait(SECONDS)
    stream.close()
    thread.join(SECONDS)
    assert ended.is_set()
    assert list(stream.items()) == []


def real(url: str) -> RtspStream:
    """A stream of a real camera that does not pause between its tries."""
    return RtspStream(lambda: session(url, options=PATIENT), clock=now, salt="c1", pause=lambda _seconds: True)


def until(items: Iterator[LiveItem], kind: type[T]) -> T:
    """The next item of a kind; what comes before it is let go."""
    return next(item for item in items if isinstance(item, kind))


def test_a_real_camera_comes_back(camera: CameraServer, network: FaultProxy) -> None:
    """Cut off, then without power, then there again: its timestamps start anew and its pictures go on."""
    stream = real(camera.url("street.mp4", port=network.port))
    items = stream.items()
    first = until(items, LiveFrame)
    network.fault = Cut()
    assert until(items, SourceLost).reason in {StreamFault.ENDED, StreamFault.BROKEN}
    until(items, SourceBack)
    again = until(items, LiveFrame)
    assert (again.pts, again.packet_digest) == (first.pts, first.packet_digest)
    network.fault = Refuse()
    while until(items, SourceLost).reason is not StreamFault.NO_CONNECTION:
        pass
    network.fault = Pass()
    until(items, SourceBack)
    assert until(items, LiveFrame).received_at > again.received_at
    stream.close()
    assert not [item for item in items if isinstance(item, SourceLost)]


def test_a_real_camera_that_was_exchanged_is_noticed(
    camera: CameraServer, network: FaultProxy, shown: Path, tmp_path: Path
) -> None:
    """Behind the same address there is another one, with smaller pictures."""
    (tmp_path / "street.mp4").write_bytes((shown / "small.mp4").read_bytes())
    changes: list[SizeChanged] = []
    with CameraServer(tmp_path) as other:
        stream = real(camera.url("street.mp4", port=network.port))
        for item in stream.items():
            if isinstance(item, LiveFrame) and not changes:
                network.target = ("127.0.0.1", other.port)
                network.fault = Cut()
            if isinstance(item, SizeChanged):
                changes.append(item)
                stream.close()
    assert [(change.before, change.after) for change in changes] == [(LARGE, SMALL)]


def test_closing_ends_a_real_camera_that_is_silent(camera: CameraServer, network: FaultProxy) -> None:
    """The thread that follows it ends, whatever it was waiting for."""
    stream = real(camera.url("street.mp4", port=network.port))
    watching = Event()

    def run() -> None:
        for item in stream.items():
            if isinstance(item, LiveFrame):
                network.fault = Stall()
                watching.set()

    thread = Thread(target=run)
    thread.start()
    assert watching.wait(SECONDS)
    stream.close()
    thread.join(SECONDS)
    assert not thread.is_alive()
