"""Tracking: short-term identity, on which no dwell ever hangs."""

from __future__ import annotations

from edge_agent.core.events import Detection
from edge_agent.core.track.tracker import TrackMemory, track
from tests.site import POLICY
from tests.street import BLUE, BUS, KERB, RED, at, detection, span

FAR = KERB.moved(0.3, 0)


def numbers(*frames: tuple[float, tuple[Detection, ...]]) -> list[list[int]]:
    """The track numbers in each frame, in the order of the detections' scores."""
    memory, numbers_seen = TrackMemory(), []
    for second, things in frames:
        memory, tracks = track(memory, things, at(second), POLICY)
        numbers_seen.append([each.id for each in tracks])
    return numbers_seen


def test_a_thing_that_stands_keeps_its_number() -> None:
    """Also when the detector calls it by another name of its family."""
    assert numbers((0, (detection(),)), (1, (detection("truck"),)), (2, (detection(),))) == [[1], [1], [1]]


def test_a_thing_of_another_family_or_size_is_another() -> None:
    """A stall is no car, and a bus in front of a car is not that car grown."""
    assert numbers((0, (detection(),)), (1, (detection("stall"),))) == [[1], [2]]
    assert numbers((0, (detection(),)), (1, (detection("bus", BUS),))) == [[1], [2]]


def test_a_thing_that_looks_different_is_another() -> None:
    """At the very same place."""
    assert numbers((0, (detection(look=RED),)), (1, (detection(look=BLUE),))) == [[1], [2]]


def test_a_mover_is_followed_by_its_speed() -> None:
    """Its own length a second, and more while it was missed: it is looked for where it should be."""
    frames = [(float(n), (detection(place=KERB.moved(0.09 * n, 0)),)) for n in (0, 1, 2, 4)]
    assert numbers(*frames) == [[1], [1], [1], [1]]


def test_a_like_thing_within_reach_is_the_same() -> None:
    """Where boxes do not meet, a look can tell; without one, or beyond reach, nothing can."""
    assert numbers((0, (detection(look=RED),)), (1, (detection(place=FAR, look=RED),))) == [[1], [1]]
    assert numbers((0, (detection(),)), (1, (detection(place=FAR),))) == [[1], [2]]
    beyond = KERB.moved(0.49, 0)
    assert numbers((0, (detection(look=RED),)), (1, (detection(place=beyond, look=RED),))) == [[1], [2]]


def test_what_stood_has_to_set_off_first() -> None:
    """A parked car that is missed has not become the like one a few lengths away at once; later it may have."""
    stood = [(float(n), (detection(look=RED),)) for n in (0, 1, 2)]
    assert numbers(*stood, (3, (detection(place=FAR, look=RED),))) == [[1], [1], [1], [2]]
    assert numbers(*stood, (5, (detection(place=FAR, look=RED),))) == [[1], [1], [1], [1]]


def test_two_things_cannot_be_one() -> None:
    """The better overlap wins the number, the other one gets a new one."""
    near = detection(place=KERB.moved(0.05, 0), score=0.9)
    assert numbers((0, (detection(),)), (1, (near, detection()))) == [[1], [2, 1]]


def test_two_boxes_on_one_thing_are_one() -> None:
    """A van is truck and car at once; what scores too little, or cannot be seen, is nothing."""
    double = (detection("truck", score=0.7), detection("car", score=0.6), detection("car", FAR, score=0.1))
    assert numbers((0, double)) == [[1]]


def test_a_track_is_forgotten_after_ten_seconds() -> None:
    """The memory stays as small as the street."""
    assert numbers((0, (detection(),)), (11, (detection(),))) == [[1], [2]]
    memory, _ = track(TrackMemory(), (detection(),), at(0), POLICY)
    memory, _ = track(memory, (), at(5), POLICY)
    assert len(memory.tracks) == 1
    memory, _ = track(memory, (), at(0) + span(10.1), POLICY)
    assert memory.tracks == ()


def test_a_look_is_remembered_while_it_is_not_told() -> None:
    """A frame without appearance does not wipe it."""
    memory, _ = track(TrackMemory(), (detection(look=RED),), at(0), POLICY)
    _, (seen,) = track(memory, (detection(),), at(1), POLICY)
    assert seen.appearance == RED
