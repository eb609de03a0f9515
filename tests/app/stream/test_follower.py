"""The follower: which pictures it wants, how it dates them, and what it says of the stream."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pytest

from edge_agent.app.stream.follower import StreamFollower
from edge_agent.core.incident.scheduling import SWEEP
from edge_agent.core.stream.pictures import LiveFrame, SizeChanged, SourceBack, SourceLost, StreamFault, StreamFormat
from edge_agent.core.stream.trouble import Change, Named, Recovered, Trouble
from tests.app.live.stream import SIZE, TICKS, painted
from tests.app.live.views import View, shown
from tests.app.live.waiting import Agenda, Desk
from tests.street import at, second_of

if TYPE_CHECKING:
    from datetime import datetime

FPS: Final = 25
DAY_S: Final = 86_400


@dataclass(slots=True)
class Watched:
    """A follower, whom it tells, and a reader that decodes what it wants, as the real one does."""

    agenda: Agenda = field(default_factory=Agenda)
    desk: Desk = field(default_factory=lambda: Desk(("c1",)))
    changes: list[Change] = field(default_factory=list)
    dated: list[tuple[float, float]] = field(default_factory=list)  # looks: when taken by our time, when arrived
    decoded: int = 0
    following: bool = False
    follower: StreamFollower = field(init=False)

    def __post_init__(self) -> None:
        """Begin to look out."""
        self.follower = StreamFollower("c1", clock=self.agenda, attention=self.desk, changed=self.changes.append)

    def connected(self, second: float = 0.0) -> None:
        """The camera answers."""
        self.agenda.second = second
        self.follower.follow(SourceBack(at=at(second), format=_format()))

    def sent(self, media_s: float, arrived: float, *, keyframe: bool, view: View = View.STREET) -> None:
        """The camera sends a picture; it is looked at if it is wanted, at once and without anything to decide."""
        self.agenda.second = arrived
        self.following = self.follower.eager() if keyframe else self.following and self.follower.eager()
        self.decoded += keyframe or self.following
        if (keyframe or self.following) and self.follower.wants(round(media_s * TICKS), keyframe):
            self.follower.follow(_picture(media_s, arrived, keyframe=keyframe, view=view))
        if self.desk.ready and (ticket := self.desk.take()) is not None:
            self.dated.append((second_of(ticket.frame.at), arrived))
            self.looked(ticket.frame.at)

    def looked(self, instant: datetime, decision: datetime | None = None) -> None:
        """A look has been folded."""
        self.desk.looked("c1", instant, decision)

    def streamed(self, seconds: float, *, gop_s: float) -> None:
        """So many seconds of a stream with a keyframe every ``gop_s``."""
        gop = round(gop_s * FPS)
        for n in range(round(seconds * FPS)):
            self.sent(n / FPS, n / FPS, keyframe=n % gop == 0)


def _picture(media_s: float, arrived: float, *, keyframe: bool, view: View = View.STREET) -> LiveFrame:
    return LiveFrame(
        pts=round(media_s * TICKS),
        time_base=Fraction(1, TICKS),
        received_at=at(arrived),
        capture_at=None,
        keyframe=keyframe,
        damaged=False,
        image=painted(media_s, view),
        size=SIZE,
        glance=shown(view, round(media_s * FPS)),
        packet_digest=b"",
    )


def _format() -> StreamFormat:
    return StreamFormat(codec="h264", parameters=b"", size=SIZE, time_base=Fraction(1, TICKS))


def lost(second: float, reason: StreamFault, failures: int = 1) -> SourceLost:
    """The connection is gone."""
    return SourceLost(at=at(second), reason=reason, message="it broke off", failures=failures, retry_s=1)


@pytest.mark.parametrize("gop_s", [1.0, 1.92, 2.0, 4.0, 12.0])
def test_a_camera_is_swept_every_two_seconds_whatever_its_keyframes(gop_s: float) -> None:
    """From keyframes alone where they come often enough, and no more of them than are needed."""
    watched = Watched()
    watched.connected()
    watched.streamed(120, gop_s=gop_s)
    looks = [taken for taken, _ in watched.dated]
    apart = [b - a for a, b in pairwise(looks)]
    assert max(apart) <= SWEEP.total_seconds() + 1 / FPS
    assert sum(apart) / len(apart) >= min(1.92, gop_s) * 0.97
    if gop_s <= 2:
        keyframes = 120 / gop_s
        assert watched.decoded <= keyframes + 2 * gop_s * FPS + 1  # all of the first, until it was known how long it is
    assert watched.changes == []


def test_what_lies_between_keyframes_is_followed_only_when_something_is_decided() -> None:
    """In the keyframe's own span and the one after it: the next keyframe may come too late."""
    watched = Watched()
    watched.connected()
    assert watched.follower.eager()  # nobody knows yet how far keyframes are apart
    watched.streamed(6.1, gop_s=2)
    last = at(watched.dated[-1][0])
    watched.looked(last, at(9.5))
    assert watched.follower.eager()
    assert not watched.follower.wants(round(6.2 * TICKS), keyframe=False)  # not before the sweep, or the decision
    watched.looked(last, at(7.0))
    assert watched.follower.wants(round(7.1 * TICKS), keyframe=False)
    watched.looked(last, at(13))
    assert not watched.follower.eager()


def test_keyframes_are_judged_though_the_sweep_lies_between_them() -> None:
    """A look at 3.9 s would put off every keyframe of a four-second stream, and the camera's health with them."""
    watched = Watched()
    watched.connected()
    gop = 4 * FPS
    for n in range(60 * FPS):
        if n == round(3.9 * FPS):
            watched.looked(at(3.9))
        watched.sent(n / FPS, n / FPS, keyframe=n % gop == 0)
        watched.follower.wait()
    assert watched.changes == []
    assert watched.follower.health.good == at(56)


def test_what_a_camera_kept_is_not_dated_into_the_future() -> None:
    """Many begin with the seconds since their last keyframe, all at once: no picture was taken after it arrived."""
    watched = Watched()
    watched.connected(100)
    for n in range(2 * FPS):
        watched.sent(n / FPS, 100, keyframe=n == 0)
    for n in range(2 * FPS, 60 * FPS):
        watched.sent(n / FPS, 98 + n / FPS, keyframe=n % (2 * FPS) == 0)
    assert all(taken <= arrived for taken, arrived in watched.dated)
    assert [taken for taken, _ in watched.dated] == sorted(taken for taken, _ in watched.dated)
    assert watched.changes == []


def test_a_clock_that_is_fast_for_a_day_is_followed() -> None:
    """A hundred parts in a million are 8.6 s a day; every look is dated to half a second, and no alarm is given."""
    watched = Watched()
    watched.connected()
    for n in range(0, DAY_S, 15):
        watched.sent(n * (1 + 100e-6), n + 0.1 * (n % 3), keyframe=True)
    assert all(0 <= arrived - taken < 0.5 for taken, arrived in watched.dated)
    assert len(watched.dated) == DAY_S / 15
    assert watched.changes == []


def test_a_stream_of_which_no_picture_comes_is_stalled() -> None:
    """Ten seconds after the last picture; and back when the pictures have been good for a while."""
    watched = Watched()
    watched.connected()
    watched.streamed(10, gop_s=2)
    for second in range(10, 25):
        watched.agenda.second = second
        watched.follower.wait()
    (named,) = watched.changes
    assert isinstance(named, Named)
    assert (named.trouble, named.since, named.at) == (Trouble.STALLED, at(8), at(18))
    for second in range(26, 40, 2):
        watched.sent(second, second, keyframe=True)
    assert watched.changes[1:] == [Recovered(at=at(30))]


def test_a_session_that_ends_because_nothing_came_is_no_lost_connection() -> None:
    """The camera goes on to be called stalled, and not by turns lost and stalled."""
    watched = Watched()
    watched.connected()
    watched.streamed(4, gop_s=2)
    for second in range(4, 200):
        watched.agenda.second = second
        if second % 40 == 14:
            watched.follower.follow(lost(second, StreamFault.STALLED))
        if second % 40 == 20:
            watched.follower.follow(SourceBack(at=at(second), format=_format()))
        watched.follower.wait()
    assert [change.trouble for change in watched.changes if isinstance(change, Named)] == [Trouble.STALLED]


def test_while_a_camera_is_not_trusted_only_keyframes_are_decoded_for_a_picture() -> None:
    """What lies between them would be shown to nobody."""
    watched = Watched()
    watched.connected()
    watched.streamed(8, gop_s=4)
    watched.sent(8, 8, keyframe=True, view=View.DARK)
    assert not watched.follower.wants(round(11 * TICKS), keyframe=False)
    assert watched.follower.wants(round(12 * TICKS), keyframe=True)


def test_what_happens_to_a_connection_is_written_down_once(caplog: pytest.LogCaptureFixture) -> None:
    """Not at every try; another size is said with both."""
    watched = Watched()
    watched.follower.follow(lost(0, StreamFault.NO_CONNECTION))
    watched.follower.follow(lost(1, StreamFault.NO_CONNECTION, failures=2))
    watched.follower.follow(SizeChanged(at=at(2), before=(640, 360), after=(1280, 720)))
    assert caplog.messages == ["camera c1: it broke off", "camera c1: 1280x720 pixels, and 640x360 before"]
    for second in range(3, 130):  # a camera gone mad must not fill the disk with it
        watched.follower.follow(SizeChanged(at=at(second), before=(1280, 720), after=(640, 360)))
    assert len(caplog.messages) == 4


def test_a_confirmed_view_is_learned_anew() -> None:
    """Whoever drew the zones has seen what the camera shows."""
    watched = Watched()
    watched.connected()
    watched.streamed(80, gop_s=2)
    for second in range(80, 110, 2):
        watched.sent(second, second, keyframe=True, view=View.TURNED)
    assert [change.trouble for change in watched.changes if isinstance(change, Named)] == [Trouble.MOVED]
    watched.follower.confirm()
    assert isinstance(watched.changes[-1], Recovered)
    watched.sent(112, 112, keyframe=True, view=View.TURNED)
    assert watched.dated[-1][1] == 112
