"""The detectors of a box: each for one thread at a time, and second looks first."""

from __future__ import annotations

from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest

from edge_agent.app.detect.detectors import Closer, Detectors
from edge_agent.core.events import Detection
from edge_agent.core.geometry import Box

if TYPE_CHECKING:
    from edge_agent.ports import Image

PATIENCE_S: Final = 30.0
PICTURE: Final = np.zeros((2, 2, 3), np.uint8)


def car(score: float) -> Detection:
    """A thing that was seen so surely."""
    return Detection(label="car", score=score, box=Box(0.1, 0.1, 0.2, 0.2))


class Slow:
    """A detector that sees three cars, and says when it has been asked; each look lasts until it is told to end."""

    labels = frozenset({"car"})
    model_id = "slow"

    def __init__(self) -> None:
        self.asked: SimpleQueue[int] = SimpleQueue()
        self.end: SimpleQueue[None] = SimpleQueue()

    def detect(self, image: Image) -> tuple[Detection, ...]:
        """What is in the picture; its width says whose it is."""
        self.asked.put(image.shape[1])
        self.end.get(timeout=PATIENCE_S)
        return (car(0.9), car(0.35), car(0.2))


def waiting(detectors: Detectors, *, first: bool, width: int) -> Thread:
    """A thread that wants one look at a picture of that width, and waits for its turn."""
    before = len(detectors._first) + len(detectors._rest)  # noqa: SLF001 - nothing else tells that a thread waits

    def work() -> None:
        with detectors.lent(first=first) as detector:
            detector.detect(np.zeros((2, width, 3), np.uint8))

    thread = Thread(target=work, daemon=True)
    thread.start()
    while len(detectors._first) + len(detectors._rest) == before:  # noqa: SLF001
        thread.join(0.001)
    return thread


def test_second_looks_come_before_sweeps_that_have_waited_for_longer() -> None:
    """And each kind in its own order; nobody is left out."""
    slow = Slow()
    detectors = Detectors([slow])
    threads = []
    with detectors.lent():
        for width, first in ((1, False), (2, True), (3, False), (4, True)):
            threads.append(waiting(detectors, first=first, width=width))
    order = []
    for _ in threads:
        order.append(slow.asked.get(timeout=PATIENCE_S))
        slow.end.put(None)
    for thread in threads:
        thread.join(PATIENCE_S)
    assert order == [2, 4, 1, 3]


def test_as_many_look_at_once_as_there_are_detectors() -> None:
    """No two threads have the same."""
    detectors = Detectors([Slow(), Slow()])
    with detectors.lent() as one, detectors.lent(first=True) as other:
        assert one is not other
        third = waiting(detectors, first=True, width=1)
        assert third.is_alive()
    for slow in (one, other):
        assert isinstance(slow, Slow)
        slow.end.put(None)
    third.join(PATIENCE_S)
    assert not third.is_alive()


def test_a_detector_that_failed_is_given_back() -> None:
    """The error is for who asked."""
    detectors = Detectors([Slow()])
    with pytest.raises(RuntimeError), detectors.lent():
        raise RuntimeError
    with detectors.lent() as detector:
        assert detector.model_id == detectors.model_id


def test_a_second_look_sees_only_what_is_sure_enough() -> None:
    """Though the detector gives all that is enough to go on seeing a thing."""
    slow = Slow()
    slow.end.put(None)
    closer = Closer(Detectors([slow]), min_score=0.35)
    assert closer.detect(PICTURE) == (car(0.9), car(0.35))
    assert (closer.labels, closer.model_id) == (slow.labels, slow.model_id)
