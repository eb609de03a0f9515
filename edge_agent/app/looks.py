"""Looks: the frames of a camera with what the detector saw in them, one core decoding while the other detects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.app.ahead import ahead
from edge_agent.core.events import Detection, FrameSeen

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from edge_agent.ports import Detector, Frame, FrameSource

Look = tuple["Frame", tuple[Detection, ...]]


def looks(source: FrameSource, detector: Detector) -> Generator[Look]:
    """Every frame of ``source`` with its detections, in order."""
    return ahead((frame, detector.detect(frame.image)) for frame in ahead(source.frames()))


def as_events(seen: Iterator[Look]) -> Iterator[FrameSeen]:
    """The looks as the core is told of them."""
    return (FrameSeen(at=frame.at, detections=detections) for frame, detections in seen)
