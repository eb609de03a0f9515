"""Naps: nobody wakes for packets that nobody looks at, and every keyframe is still taken when it comes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import inf
from threading import Thread
from typing import TYPE_CHECKING, Final, cast

import av
import pytest

from edge_agent.adapters.rtsp import naps
from edge_agent.adapters.rtsp.arrivals import Arrival
from edge_agent.adapters.rtsp.naps import LONGEST_S, WAITING, Naps
from tests.adapters.rtsp.watching import SECONDS, session, watch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from av.packet import Packet
    from av.video.stream import VideoStream

    from edge_agent.core.stream.pictures import CodedPicture
    from tests.cameras.server import CameraServer

BEGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)
TICK: Final = Fraction(1, 90_000)
RATE: Final = 25
GROUP_S: Final = 2.0


@dataclass(frozen=True)
class Sent:
    """A picture: when it is there to be read, and its own timestamp, in seconds."""

    at_s: float
    media_s: float
    keyframe: bool
    weight: int = 1_000


def sent(seconds: float, *, group_s: float = GROUP_S, weight: int = 1_000, speed: float = 1.0) -> Iterator[Sent]:
    """What a camera sends over a network without delays; its own clock may run a little fast or slow."""
    per_group = round(group_s * RATE)
    for n in range(round(seconds * RATE)):
        yield Sent(n / RATE, 1_000 + n / RATE * speed, keyframe=n % per_group == 0, weight=weight)


@dataclass
class Reader:
    """Takes what was sent as soon as it is there and the reader awake, on a clock of its own."""

    now_s: float = 0.0
    woken: int = 0  # from a nap, or by a packet that was waited for
    taken: list[tuple[Sent, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Sleep on that clock."""
        self.naps = Naps(self.now, sleep=self._sleep)

    def now(self) -> datetime:
        """The present."""
        return BEGIN + timedelta(seconds=self.now_s)

    def read(self, pictures: Iterable[Sent], *, following: bool = False) -> Reader:
        """Read them all."""
        for picture in pictures:
            if picture.at_s > self.now_s:
                self.now_s, self.woken = picture.at_s, self.woken + 1
            self.taken.append((picture, self.now_s))
            self.naps.after(Arrival(packet(picture), self.now()), following=following)
        return self

    def late_s(self, *, keyframes: bool, after_s: float = 0.0) -> float:
        """The longest that one sent from then on had been waiting when it was taken."""
        return max(at - each.at_s for each, at in self.taken if each.at_s >= after_s and each.keyframe >= keyframes)

    def _sleep(self, seconds: float) -> None:
        self.now_s, self.woken = self.now_s + seconds, self.woken + 1


def packet(picture: Sent) -> Packet[VideoStream]:
    """As FFmpeg would give it."""
    made = cast("Packet[VideoStream]", av.Packet(bytes(picture.weight)))
    made.time_base, made.pts, made.is_keyframe = TICK, round(picture.media_s / TICK), picture.keyframe
    return made


def test_a_reader_wakes_a_few_times_a_second_and_for_every_keyframe() -> None:
    """Instead of for each packet; none waits longer than the longest nap, and no keyframe at all."""
    reader = Reader().read(sent(60))
    assert reader.woken / 60 < 5
    assert reader.late_s(keyframes=False) <= LONGEST_S
    assert reader.late_s(keyframes=True) == 0


def test_nobody_naps_who_follows_every_picture() -> None:
    """Each is taken when it comes."""
    assert Reader().read(sent(60), following=True).late_s(keyframes=False) == 0


@pytest.mark.parametrize("speed", [0.9998, 1.0002])
def test_a_camera_whose_clock_drifts_is_met_all_the_same(speed: float) -> None:
    """Two hundred millionths either way, for an hour: the moment to wake up moves with it."""
    reader = Reader().read(sent(3600, speed=speed))
    assert reader.woken / 3600 < 6
    assert reader.late_s(keyframes=True) < 0.01


def test_a_keyframe_out_of_turn_is_late_by_one_nap_at_most() -> None:
    """A camera may send one whenever much changes."""
    pictures = [
        Sent(each.at_s, each.media_s, keyframe=each.keyframe or n == 1_020, weight=each.weight)
        for n, each in enumerate(sent(60))
    ]
    reader = Reader().read(pictures)
    assert 0 < reader.late_s(keyframes=True) <= LONGEST_S
    assert reader.late_s(keyframes=True, after_s=1_050 / RATE) == 0


def test_what_was_held_up_is_read_at_once() -> None:
    """A network that stood for seven seconds gives everything together, and nobody sleeps on it."""
    pictures = [
        Sent(max(each.at_s, 37.0) if each.at_s > 30 else each.at_s, each.media_s, each.keyframe) for each in sent(60)
    ]
    reader = Reader().read(pictures)
    assert reader.late_s(keyframes=True) == 0
    assert reader.woken / 60 < 5


@pytest.mark.parametrize("jump_s", [-500.0, 5_000.0])
def test_a_clock_that_jumps_makes_one_keyframe_late_at_most(jump_s: float) -> None:
    """By one nap; and a minute later the reader naps as before."""
    pictures = [Sent(each.at_s, each.media_s + jump_s * (each.at_s >= 60), each.keyframe) for each in sent(240)]
    reader = Reader().read(pictures)
    assert reader.late_s(keyframes=True) <= LONGEST_S
    assert reader.late_s(keyframes=True, after_s=60 + 2 * GROUP_S) == 0
    woken = reader.woken
    reader.read(Sent(each.at_s + 240, each.media_s + 240 + jump_s, each.keyframe) for each in sent(60))
    assert (reader.woken - woken) / 60 < 5


@pytest.mark.parametrize(("weight", "naps_s"), [(1_000, LONGEST_S), (4_000, 0.33), (12_000, 0.11), (20_000, 0.0)])
def test_no_more_waits_than_a_connection_takes(weight: int, naps_s: float) -> None:
    """Two hundred kilobits a second leave long naps, four megabits none: a camera must never find the window closed."""
    reader = Reader().read(sent(60, weight=weight))
    late_s = reader.late_s(keyframes=False)
    assert late_s <= naps_s
    assert late_s > naps_s - 0.15
    assert late_s * RATE * weight <= WAITING


def test_ending_wakes_who_sleeps_and_lets_nobody_sleep_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when it is said twice. The nap would be one of a day."""
    monkeypatch.setattr(naps, "LONGEST_S", 86_400.0)
    asleep = Naps(lambda: BEGIN)

    def sleeper() -> None:
        for media_s in (0.0, 86_400.0, 2 * 86_400.0):
            asleep.after(Arrival(packet(Sent(0, media_s, keyframe=True)), BEGIN), following=False)

    thread = Thread(target=sleeper, daemon=True)
    thread.start()
    asleep.end()
    asleep.end()
    thread.join(SECONDS)
    assert not thread.is_alive()


def test_what_is_kept_is_taken_as_it_comes(camera: CameraServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Evidence is dated by the arrival of every packet; who only looks may nap."""
    requests: list[float] = []

    def after(_: Naps, arrival: Arrival, *, following: bool) -> None:
        requests.append(inf if following else float(arrival.packet.pts or 0))

    monkeypatch.setattr(Naps, "after", after)
    packets: list[CodedPicture] = []
    watch(session(camera.url("street.mp4"), keep=packets.append), 2)
    assert len(packets) > 2
    assert requests == []
    watch(session(camera.url("street.mp4")), 2)
    assert requests
