"""Attention at work: the most urgent look first, the newest picture of each camera, and nothing twice at a time."""

from __future__ import annotations

from threading import Event, Thread

import numpy as np

from edge_agent.app.detect.scheduling import Attention, Ticket
from edge_agent.core.incident.scheduling import SWEEP
from edge_agent.ports import DropCause, Frame
from tests.street import at, span


def frame(second: float) -> Frame:
    """A picture of that second."""
    return Frame(at=at(second), image=np.zeros((2, 2, 3), np.uint8))


def taken(attention: Attention) -> tuple[str, float]:
    """The camera and second of the next look."""
    ticket = attention.take()
    assert ticket is not None
    return ticket.camera, (ticket.frame.at - at(0)).total_seconds()


def watched(**looked: float) -> Attention:
    """Attention to cameras that were last looked at in these seconds."""
    attention = Attention(tuple(looked))
    for camera, second in looked.items():
        attention.looked(camera, at(second))
    return attention


def test_who_has_waited_longest_comes_first() -> None:
    """Whatever the order in which pictures arrive."""
    attention = watched(a=3, b=1, c=2)
    for camera in "abc":
        attention.offer(camera, frame(9))
    assert [taken(attention)[0] for _ in "abc"] == ["b", "c", "a"]


def test_a_camera_never_seen_comes_before_all() -> None:
    """Nobody knows what stands there."""
    attention = Attention(("old", "new"))
    attention.looked("old", at(-1000))
    attention.offer("old", frame(0))
    attention.offer("new", frame(0))
    assert taken(attention) == ("new", 0)


def test_a_decision_overtakes_a_sweep() -> None:
    """What falls due sooner is looked at sooner, and its lag is told."""
    attention = Attention(("sweep", "decision"))
    attention.looked("sweep", at(0))
    attention.looked("decision", at(0.5), at(1))
    attention.offer("sweep", frame(3))
    attention.offer("decision", frame(3))
    first, second = attention.take(), attention.take()
    assert first == Ticket(camera="decision", frame=first.frame, lag=span(2)) if first else False
    assert second is not None
    assert second.lag is None


def test_a_decision_overtakes_sweeps_that_have_been_due_for_longer() -> None:
    """But not those that are late by a sweep more: none is forgotten."""
    attention = Attention(("forgotten", "late", "decision"))
    attention.looked("forgotten", at(0))
    attention.looked("late", at(2.5))
    attention.looked("decision", at(5), at(6))
    for camera in ("late", "decision", "forgotten"):
        attention.offer(camera, frame(7))
    assert [taken(attention)[0] for _ in range(3)] == ["forgotten", "decision", "late"]


def test_a_picture_of_the_decision_takes_the_place_of_one_before_it() -> None:
    """And once there is one, no other between keyframes is decoded."""
    attention = Attention(("a",))
    attention.looked("a", at(0), at(2.5))
    attention.offer("a", frame(2))
    assert not attention.wants("a", at(2.4), keyframe=False)
    assert attention.wants("a", at(2.5), keyframe=False)
    attention.offer("a", frame(2.5))
    assert not attention.wants("a", at(2.6), keyframe=False)
    assert taken(attention) == ("a", 2.5)


def test_the_newest_picture_is_looked_at() -> None:
    """And the ones it replaced are counted."""
    dropped: list[tuple[str, DropCause]] = []
    attention = Attention(("a",), lambda *each: dropped.append(each))
    for second in (2, 4, 6):
        attention.offer("a", frame(second))
    assert taken(attention) == ("a", 6)
    assert dropped == [("a", DropCause.SUPERSEDED)] * 2


def test_a_picture_that_may_not_be_trusted_any_more_is_counted() -> None:
    """Once, however often trouble is named."""
    dropped: list[tuple[str, DropCause]] = []
    attention = Attention(("a",), lambda *each: dropped.append(each))
    attention.offer("a", frame(2))
    for _ in range(2):
        attention.blind("a")
    assert dropped == [("a", DropCause.UNTRUSTED)]


def test_what_nobody_wants_is_not_decoded() -> None:
    """Nothing before the next sweep is due."""
    attention = watched(a=0)
    early, due = at(1), at(0) + SWEEP
    assert not attention.wants("a", early, keyframe=True)
    assert attention.wants("a", due, keyframe=False)


def test_one_look_of_a_camera_at_a_time() -> None:
    """While one is under way the next waits, and only a keyframe is worth decoding; another camera is served."""
    attention = watched(a=0, b=5)
    attention.offer("a", frame(2))
    assert taken(attention)[0] == "a"
    assert not attention.wants("a", at(4), keyframe=False)
    assert attention.wants("a", at(4), keyframe=True)
    attention.offer("a", frame(4))
    attention.offer("b", frame(8))
    assert taken(attention)[0] == "b"
    attention.looked("a", at(2))
    assert taken(attention) == ("a", 4)


def test_a_look_of_which_nothing_came_is_made_again() -> None:
    """The camera still wants one."""
    attention = watched(a=0)
    attention.offer("a", frame(2))
    taken(attention)
    attention.looked("a")
    assert attention.wants("a", at(3), keyframe=False)


def test_a_blind_camera_has_nothing_to_look_at() -> None:
    """The picture that waited is not trusted any more."""
    attention = watched(a=0, b=1)
    attention.offer("a", frame(2))
    attention.offer("b", frame(3))
    attention.blind("a")
    assert taken(attention)[0] == "b"


def test_decisions_in_a_span_are_known() -> None:
    """So that a reader decodes more than keyframes."""
    attention = Attention(("a",))
    attention.looked("a", at(0), at(7))
    assert attention.decides_within("a", at(6), span(2))
    assert not attention.decides_within("a", at(2), span(2))


def test_a_detector_that_waits_is_woken() -> None:
    """By a picture, and by the end."""
    attention = Attention(("a",))
    got: list[Ticket | None] = []
    once = Event()

    def work() -> None:
        while (ticket := attention.take()) is not None:
            got.append(ticket)
            attention.looked("a", ticket.frame.at)
            once.set()
        got.append(None)

    thread = Thread(target=work)
    thread.start()
    attention.offer("a", frame(0))
    assert once.wait(60)
    attention.close()
    thread.join(60)
    assert [ticket and ticket.camera for ticket in got] == ["a", None]


def test_how_far_behind_is_known() -> None:
    """By the picture that has waited longest; nothing waits, nothing is behind."""
    attention = watched(a=0, b=10)
    assert attention.behind() == span(0)
    attention.offer("b", frame(13))
    assert attention.behind() == span(1)
    attention.offer("a", frame(9))
    assert attention.behind() == span(7)
