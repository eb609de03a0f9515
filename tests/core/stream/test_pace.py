"""The state: jumps and wrong speeds are found, and what a network does to arrivals is neither."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.core.stream.pace import StreamPace, beat
from edge_agent.core.stream.trouble import Pace

Frames = Iterable[tuple[float, float]]  # when taken, on the stream's clock, and when arrived


def paces(frames: Frames) -> list[tuple[float, Pace]]:
    """Each change of pace, with the arrival at which it was known."""
    state: StreamPace | None = None
    states_seen: list[tuple[float, Pace]] = []
    for media_s, arrived_s in frames:
        state, pace = beat(state, media_s=media_s, arrived_s=arrived_s)
        if not states_seen or states_seen[-1][1] is not pace or pace is Pace.JUMPED:
            states_seen.append((arrived_s, pace))
    return states_seen


def steady(first: float, last: float, *, ahead: float = 0, every: float = 0.5) -> list[tuple[float, float]]:
    """Frames that arrive as they are taken; the stream's clock is ``ahead`` of ours."""
    return [(n * every + ahead, n * every) for n in range(round(first / every), round(last / every))]


SETTLES = [(0, Pace.UNSETTLED), (3, Pace.STEADY)]


@pytest.mark.parametrize("every", [0.04, 0.5, 2.0, 10.0])
def test_two_clocks_that_run_alike_are_steady(every: float) -> None:
    """However far apart the clocks and the frames are."""
    paces_seen = paces(steady(0, 600, ahead=95_000, every=every))
    assert [pace for _, pace in paces_seen] == [Pace.UNSETTLED, Pace.STEADY]


@pytest.mark.parametrize("by", [-3600.0, -20.0, 20.0, 3600.0])
def test_a_jump_is_known_at_its_frame(by: float) -> None:
    """Forwards and backwards; steady again three seconds later, on the new anchor."""
    paces_seen = paces([*steady(0, 100), *steady(100, 200, ahead=by)])
    assert paces_seen == [*SETTLES, (100, Pace.JUMPED), (100.5, Pace.UNSETTLED), (103, Pace.STEADY)]


def test_every_jump_is_told() -> None:
    """A file served round and round goes back once a lap."""
    paces_seen = paces((n % 60, n) for n in range(200))
    assert [arrived for arrived, pace in paces_seen if pace is Pace.JUMPED] == [60, 120, 180]


def test_frames_in_the_order_of_decoding_are_no_jump() -> None:
    """A frame may come up to a second before one that is shown earlier."""
    paces_seen = paces((n + (0.7 if n % 2 else -0.7), n) for n in range(100))
    assert [pace for _, pace in paces_seen] == [Pace.UNSETTLED, Pace.STEADY]


def test_a_burst_at_the_beginning_is_no_jump() -> None:
    """A server sends eight seconds at once, and then at the pace of the stream."""
    paces_seen = paces([(n / 2, 0.01 * n) for n in range(16)] + [(8 + n / 2, n / 2) for n in range(1, 400)])
    assert [pace for _, pace in paces_seen] == [Pace.UNSETTLED, Pace.STEADY]


def test_what_was_held_up_and_catches_up_is_no_jump() -> None:
    """Eight seconds on the way, then all at once: unsettled in between, and that is all."""
    late = [(media, max(arrived, 108.0)) for media, arrived in steady(100, 110)]
    paces_seen = paces([*steady(0, 100), *late, *steady(110, 200)])
    assert paces_seen == [*SETTLES, (108, Pace.UNSETTLED), (108, Pace.STEADY)]


def test_a_clock_that_stood_still_is_a_jump_when_it_never_catches_up() -> None:
    """The stream goes on after half a minute as if there had been none: known ten seconds later."""
    paces_seen = paces([*steady(0, 100), *((media, media + 30) for media, _ in steady(100, 150))])
    assert paces_seen[2:] == [
        (130, Pace.UNSETTLED),
        (140, Pace.JUMPED),
        (140.5, Pace.UNSETTLED),
        (143, Pace.STEADY),
    ]


@pytest.mark.parametrize("speed", [0.5, 0.9, 1.08, 2.0, 4.0])
def test_another_speed_is_named_and_its_end_seen(speed: float) -> None:
    """After a minute and a half at the latest, and over within the same when it is right again."""
    wrong = [(n / 2 * speed, n / 2) for n in range(400)]
    right = [(200 * speed + n / 2, 200 + n / 2) for n in range(400)]
    paces_seen = paces([*wrong, *right])
    assert [pace for _, pace in paces_seen] == [Pace.UNSETTLED, Pace.STEADY, Pace.WRONG_SPEED, Pace.STEADY]
    assert 70 <= paces_seen[2][0] <= 95
    assert 200 < paces_seen[3][0] <= 270


@pytest.mark.parametrize("speed", [0.97, 1.0, 1.03])
def test_a_cheap_quartz_is_no_wrong_speed(speed: float) -> None:
    """Less than five per cent is the timeline's business."""
    paces_seen = paces((n / 2 * speed, n / 2) for n in range(1000))
    assert [pace for _, pace in paces_seen] == [Pace.UNSETTLED, Pace.STEADY]


def test_a_gap_without_frames_leaves_nothing_to_compare() -> None:
    """A stall of a minute during a wrong speed: found again, in full, from after it."""
    frames = [(n / 2 * 1.2, n / 2) for n in range(100)]
    after = [(50 * 1.2 + 60 + n / 2 * 1.2, 110 + n / 2) for n in range(200)]
    paces_seen = paces([*frames, *after])
    assert [pace for _, pace in paces_seen] == [Pace.UNSETTLED, Pace.STEADY, Pace.WRONG_SPEED]
    assert paces_seen[2][0] >= 110 + 60


@settings(max_examples=60)
@given(
    delays=st.lists(st.floats(0, 2.5), min_size=50, max_size=50),
    every=st.sampled_from((0.2, 1.0, 2.0)),
)
def test_a_jittery_network_is_no_trouble(delays: list[float], every: float) -> None:
    """Whatever delays of up to two and a half seconds it heaps on frames, so long as they keep their order."""
    arrived, frames = 0.0, []
    for n in range(400):
        arrived = max(arrived, n * every + delays[n % len(delays)])
        frames.append((n * every, arrived))
    assert {pace for _, pace in paces(frames)} <= {Pace.UNSETTLED, Pace.STEADY}
