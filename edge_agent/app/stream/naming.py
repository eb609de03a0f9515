"""Naming: what has appeared in a view gets the label of what the camera was taught to tell apart.

A thing is judged once, when it is first shown, and keeps its name for as long as it stands there: a name that changes
from look to look is no name. What is allowed or nothing is not shown at all; what nobody is sure of stays an `object`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.core.events import OBJECT, FrameSeen
from edge_agent.core.geometry import Box, iou
from edge_agent.core.teach.taught import LABELS, SURE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from edge_agent.core.events import Detection, Event
    from edge_agent.core.teach.taught import Judgement

SAME: Final = 0.5  # IoU with where it was when it was shown last
REMEMBERED: Final = timedelta(minutes=5)  # while somebody stands before it


@dataclass(frozen=True, slots=True)
class _Name:
    """A thing at a place: its label, None for what is allowed or nothing, and when it was shown last."""

    box: Box
    label: str | None
    at: datetime


class Naming:
    """Names the objects of one camera, look after look; ``judge`` tells what is at a box at an instant."""

    def __init__(self, judge: Callable[[datetime, Box], Judgement | None]) -> None:
        self._judge = judge
        self._known: tuple[_Name, ...] = ()

    def named(self, detections: tuple[Detection, ...], at: datetime) -> tuple[Detection, ...]:
        """The detections of a look, its objects by their names."""
        if not self._known and not any(each.label == OBJECT for each in detections):
            return detections  # as at most looks
        self._known = tuple(each for each in self._known if at - each.at <= REMEMBERED)
        shown: list[Detection] = []
        known = list(self._known)
        for detection in detections:
            if detection.label != OBJECT:
                shown.append(detection)
                continue
            name = self._name(detection, at)
            known = [*(each for each in known if iou(each.box, name.box) < SAME), name]
            if name.label is not None:
                shown.append(replace(detection, label=name.label))
        self._known = tuple(known)
        return tuple(shown)

    def _name(self, detection: Detection, at: datetime) -> _Name:
        """The name it goes by: the one it had, or what it is judged to be."""
        near = max(self._known, key=lambda each: iou(each.box, detection.box), default=None)
        if near is not None and iou(near.box, detection.box) >= SAME:
            return _Name(detection.box, near.label, at)
        judgement = self._judge(at, detection.box)
        unsure = judgement is None or judgement.chances[judgement.mark] < SURE
        return _Name(detection.box, OBJECT if judgement is None or unsure else LABELS.get(judgement.mark), at)


def renamed(events: Iterable[Event], naming: Naming) -> Iterator[Event]:
    """The events of a log, as they would be had the camera been taught when it was written."""
    for event in events:
        if isinstance(event, FrameSeen):
            yield replace(event, detections=naming.named(event.detections, event.at))
        else:
            yield event
