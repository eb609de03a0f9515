"""Looks: the frames of a camera with what the detector saw in them, one core decoding while the other detects.

Ahead: let a slow producer run on one core while its consumer works on the other.

Decoding and inference release the interpreter's lock, so a thread that looks a few frames ahead keeps both cores of
a small box busy. Order and content stay exactly those of the plain iterator.
"""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, TypeVar

from edge_agent.core.events import Detection, FrameSeen

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from edge_agent.ports import Detector, Frame, FrameSource

T = TypeVar("T")
POLL_S: Final = 0.1


class _End:
    """Marks the end, and carries what ended it if that was an error."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def ahead(items: Iterable[T], *, depth: int = 4) -> Generator[T]:
    """The same items, taken up to ``depth`` ahead by a thread; an error comes out where it happened."""
    queue: Queue[T | _End] = Queue(maxsize=depth)
    stopped = Event()
    thread = Thread(target=_take, args=(items, queue, stopped), name="ahead", daemon=True)
    thread.start()
    try:
        while not isinstance(item := queue.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stopped.set()
        _empty(queue)
        thread.join()


def _take(items: Iterable[T], queue: Queue[T | _End], stopped: Event) -> None:
    end = _End(None)
    try:
        for item in items:
            if not _put(queue, item, stopped):
                return
    except BaseException as error:  # noqa: BLE001 - it is raised again where the item would have come
        end = _End(error)
    _put(queue, end, stopped)


def _put(queue: Queue[T | _End], item: T | _End, stopped: Event) -> bool:
    while not stopped.is_set():
        try:
            queue.put(item, timeout=POLL_S)
        except Full:
            continue
        return True
    return False


def _empty(queue: Queue[T | _End]) -> None:
    try:
        while True:
            queue.get_nowait()
    except Empty:
        return


Look = tuple["Frame", tuple[Detection, ...]]
Appearing = Callable[["Frame", tuple[Detection, ...]], tuple[Detection, ...]]


def looks(source: FrameSource, detector: Detector) -> Generator[Look]:
    """Every frame of ``source`` with its detections, in order."""
    return ahead((frame, detector.detect(frame.image)) for frame in ahead(source.frames()))


def as_events(seen: Iterator[Look], appeared: Appearing = lambda _, detections: detections) -> Iterator[FrameSeen]:
    """The looks as the core is told of them, with what has ``appeared``."""
    return (FrameSeen(at=frame.at, detections=appeared(frame, detections)) for frame, detections in seen)
