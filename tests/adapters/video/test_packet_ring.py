"""The ring holds a stretch that can be shown, long enough, and never more than it may."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.adapters.video.packet_ring import PacketRing
from edge_agent.core.errors import BadInputError
from edge_agent.core.stream.pictures import CodedPicture, StreamFormat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

STARTED = datetime(2026, 11, 1, 8, tzinfo=UTC)
LIGHT = 1_000_000  # bytes: no limit for what these tests keep


def coding() -> StreamFormat:
    """A session's format."""
    return StreamFormat(codec="h264", parameters=b"", size=(640, 360), time_base=Fraction(1, 90_000))


FIRST = coding()


def picture(second: float, *, key: bool, weight: int = 10, session: StreamFormat = FIRST) -> CodedPicture:
    """A picture received that many seconds into the story."""
    ticks = round(second * 90_000)
    at = STARTED + timedelta(seconds=second)
    return CodedPicture(
        format=session, pts=ticks, dts=ticks, duration=90_000, keyframe=key, data=bytes(weight), received_at=at
    )


def gop(first: int, *, length: int = 4, session: StreamFormat = FIRST) -> list[CodedPicture]:
    """A keyframe and its followers, one a second."""
    return [picture(first + n, key=n == 0, session=session) for n in range(length)]


def ring(
    pictures: Iterable[CodedPicture],
    *,
    span_s: float = 8,
    limit_bytes: int = LIGHT,
    dropped: Callable[[], None] = lambda: None,
) -> PacketRing:
    """A ring that was given the pictures."""
    made = PacketRing(span=timedelta(seconds=span_s), limit_bytes=limit_bytes, dropped=dropped)
    for each in pictures:
        made.put(each)
    return made


def seconds(pictures: Iterable[CodedPicture]) -> list[float]:
    """When each was received, in seconds of the story."""
    return [(each.received_at - STARTED).total_seconds() for each in pictures]


def taken(packets: PacketRing, begin: float, end: float) -> list[float]:
    """The stretch between two seconds of the story."""
    return seconds(packets.stretch(STARTED + timedelta(seconds=begin), STARTED + timedelta(seconds=end)))


def test_a_stretch_begins_at_the_keyframe_before_it() -> None:
    """And ends with the last picture that was received by its end."""
    packets = ring([*gop(0), *gop(4), *gop(8)], span_s=60)
    assert taken(packets, 6, 9.5) == [4, 5, 6, 7, 8, 9]
    assert taken(packets, 8, 8) == [8]
    assert taken(packets, -5, 1) == [0, 1]
    assert taken(packets, -5, 99) == list(range(12))


def test_where_nothing_was_received_there_is_nothing() -> None:
    """Before the first picture, after the last, and in an empty ring."""
    packets = ring(gop(10))
    assert taken(packets, 0, 9) == []
    assert taken(packets, 14, 20) == []
    assert taken(ring([]), 0, 20) == []


def test_pictures_before_the_first_keyframe_are_let_go() -> None:
    """They refer to one that was never received, at the start and after another session began in the middle."""
    other = coding()
    late = gop(6, session=other)
    packets = ring([*gop(0)[2:], *gop(2), *gop(8, session=other)[1:], *late], span_s=60)
    assert taken(packets, -9, 5.5) == [2, 3, 4, 5]
    assert taken(packets, 5.9, 99) == seconds(late)


def test_one_stretch_is_of_one_session() -> None:
    """Of the one with the longer part of it: the timestamps of two sessions have nothing to do with each other."""
    packets = ring([*gop(0), *gop(4), *gop(10, session=coding())], span_s=60)
    assert taken(packets, 2, 11) == list(range(8))
    assert taken(packets, 7, 13) == [10, 11, 12, 13]


GROUPS = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 400)), min_size=1, max_size=30)


@given(GROUPS, st.integers(1, 20))
def test_enough_is_held(groups: list[tuple[int, int]], span_s: int) -> None:
    """At least the span that was asked for, once that much was received, and no group that is not needed for it."""
    made, second = ring([], span_s=span_s), 0
    for length, weight in groups:
        for n in range(length):
            made.put(picture(second, key=n == 0, weight=weight))
            assert min(span_s, second) <= made.held.span.total_seconds() < span_s + 6
            second += 1


@given(GROUPS, st.integers(1, 2_500))
def test_never_too_much_is_held(groups: list[tuple[int, int]], limit: int) -> None:
    """Not a byte more than the limit at any time; and what is held begins with a keyframe and has no gap."""
    made, second = ring([], span_s=10_000, limit_bytes=limit), 0
    for length, weight in groups:
        for n in range(length):
            made.put(picture(second, key=n == 0, weight=weight))
            second += 1
            everything = made.stretch(STARTED, STARTED + timedelta(days=1))
            assert made.held.weight == sum(len(each.data) for each in everything) <= limit
            assert not everything or everything[0].keyframe
            times = seconds(everything)
            assert times == [times[0] + n for n in range(len(times))]


def test_what_is_no_longer_needed_goes() -> None:
    """The oldest group stays only as long as the others do not span enough by themselves."""
    packets = ring([each for first in range(0, 100, 4) for each in gop(first)], span_s=8)
    assert packets.held.span == timedelta(seconds=11)
    assert taken(packets, 0, 100) == list(range(88, 100))
    assert packets.held.weight == 120


def test_a_group_that_is_too_heavy_alone_is_let_go() -> None:
    """And counted; the next keyframe begins anew."""
    heavy = [picture(n, key=n == 0, weight=60) for n in range(5)]
    dropped: list[str] = []
    packets = ring([*heavy, picture(5, key=True)], limit_bytes=200, dropped=lambda: dropped.append("all"))
    assert (dropped, packets.held.weight) == (["all"], 10)
    assert taken(packets, 0, 9) == [5]


@pytest.mark.parametrize(("span_s", "limit"), [(0, 1), (1, 0), (-1, 1)])
def test_a_ring_for_nothing_is_refused(span_s: int, limit: int) -> None:
    """A setting of zero is a mistake."""
    with pytest.raises(BadInputError, match="expected more than 0"):
        PacketRing(span=timedelta(seconds=span_s), limit_bytes=limit)


def test_it_may_be_read_while_it_is_filled() -> None:
    """A stretch is one moment's, whatever another thread puts in meanwhile."""
    packets = ring(gop(0), span_s=10_000)

    def fill() -> None:
        for first in range(4, 8_000, 4):
            for each in gop(first):
                packets.put(each)

    filler = Thread(target=fill)
    filler.start()
    while filler.is_alive():
        now = taken(packets, 0, 10_000)
        assert now == list(range(len(now)))
    filler.join()
    assert len(taken(packets, 0, 10_000)) == 8_000
