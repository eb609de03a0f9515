"""Fitness: whether what was kept of one incident meets GA/T 832-2014, the standard for pictures of traffic offences.

A check is met or it is not, and its figure stands beside it. What nobody knows is not met.

Privacy: which parts of a picture are made unrecognisable before it leaves the box.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from edge_agent.core.geometry import Box, covered, iou
from edge_agent.core.incident.grouping import PERSON

if TYPE_CHECKING:
    from edge_agent.core.events import Detection

STANDARD: Final = "GA/T 832-2014"
CLOCK: Final = timedelta(seconds=1)
PANORAMAS: Final = 2
APART: Final = timedelta(seconds=10)
SMALLEST: Final = (1280, 720)  # pixels, across and down
HEAD: Final = 1 / 3  # of a person's height, from the top
BAND: Final = 0.6  # of a vehicle's height, from below: where plates are
SAME: Final = 0.5  # of overlap: a vehicle that is the subject
BICYCLE: Final = "bicycle"
PLATED: Final = frozenset({"car", "truck", "bus", "van", "motorcycle", "tricycle", "train"})  # a bus is taken for one


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockQuality:
    """How far the instants may be trusted: whether something kept the clock right, and by how much it was off at most.

    ``synchronised`` is None where nobody knows, as with a recording.
    """

    synchronised: bool | None
    off: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Panorama:
    """One picture of the whole scene: the moment it shows and its size in pixels; no size where none was noted."""

    at: datetime
    size: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One demand of the standard: what was found against what is expected, in words with units."""

    name: str
    met: bool
    found: str
    expected: str


def checks(clock: ClockQuality, panoramas: tuple[Panorama, ...]) -> tuple[Check, ...]:
    """The demands on clock, number of pictures, time between them and their size."""
    moments = [each.at for each in panoramas]
    span = max(moments) - min(moments) if moments else timedelta(0)
    sizes = [each.size for each in panoramas if each.size is not None]
    known = bool(sizes) and len(sizes) == len(panoramas)
    smallest = min(sizes, key=lambda size: size[0] * size[1]) if known else None
    return (
        Check(
            name="clock",
            met=clock.synchronised is True and abs(clock.off) <= CLOCK,
            found=_clock(clock),
            expected=f"synchronised, off by {CLOCK.total_seconds():.0f} s at most",
        ),
        Check(
            name="panoramas",
            met=len(panoramas) >= PANORAMAS,
            found=f"{len(panoramas)}",
            expected=f"{PANORAMAS} at least",
        ),
        Check(
            name="apart",
            met=span >= APART,
            found=f"{span.total_seconds():.1f} s",
            expected=f"{APART.total_seconds():.0f} s at least from the first to the last",
        ),
        Check(
            name="size",
            met=known and all(width >= SMALLEST[0] and height >= SMALLEST[1] for width, height in sizes),
            found="not known" if smallest is None else f"{smallest[0]}x{smallest[1]}",
            expected=f"{SMALLEST[0]}x{SMALLEST[1]} at least",
        ),
    )


def _clock(clock: ClockQuality) -> str:
    state = {True: "synchronised", False: "not synchronised", None: "not known whether synchronised"}[
        clock.synchronised
    ]
    return f"{state}, off by {abs(clock.off).total_seconds():.1f} s"


class Redacted(StrEnum):
    """What is made unrecognisable: the heads of people found by the detector, faces, plates of all but the subject."""

    PEOPLE = "people"
    FACES = "faces"
    PLATES = "plates"


def heads(detections: tuple[Detection, ...], aspect: float) -> tuple[Box, ...]:
    """Where the heads of people are, in a picture ``aspect`` times as wide as it is high.

    The upper third of each person; of one of whom less is seen, as much from the top as the box is wide, which may be
    all of it.
    """
    return tuple(_head(each.box, aspect) for each in detections if each.label == PERSON)


def _head(box: Box, aspect: float) -> Box:
    high = min(box.height, max(HEAD * box.height, aspect * box.width))
    return Box(box.x0, box.y0, box.x1, box.y0 + high)


def plate_bands(detections: tuple[Detection, ...], subject: Box | None, *, of_subject: bool = False) -> tuple[Box, ...]:
    """Where number plates may be: the lower part of each vehicle but the subject, or ``of_subject`` too.

    An e-bike is called a bicycle as often as not, so bicycles have one too, but for those the subject is made of.
    """
    vehicles = [each for each in detections if each.label in PLATED and not _is_subject(each, subject)]
    bicycles = [each for each in detections if each.label == BICYCLE and not _is_part(each, subject)]
    others = tuple(each.box for each in (*vehicles, *bicycles))
    boxes = (*others, subject) if of_subject and subject is not None else others
    return tuple(Box(box.x0, box.y1 - BAND * box.height, box.x1, box.y1) for box in boxes)


def plates_of_others(
    plates: tuple[Box, ...], detections: tuple[Detection, ...], subject: Box | None
) -> tuple[Box, ...]:
    """The places of plates that are not the subject's own: it has one only where the detector sees a vehicle in it."""
    if subject is None or not any(each.label in PLATED and _is_subject(each, subject) for each in detections):
        return plates
    return tuple(each for each in plates if covered(each, subject) < SAME)


def _is_part(detection: Detection, subject: Box | None) -> bool:
    return subject is not None and covered(detection.box, subject) >= SAME


def _is_subject(detection: Detection, subject: Box | None) -> bool:
    return subject is not None and iou(detection.box, subject) >= SAME
