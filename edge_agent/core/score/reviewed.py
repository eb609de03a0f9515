"""Reviewed pictures: what a detector can learn of what people confirmed and rejected.

A person judges an incident, not a box; what is learnt of it is as much as that says, and no more::

    confirmed                                the thing is where it was found: its label stands
    rejected: not_there, wrong_kind          the detector was wrong: its place is left without a label, a negative
    rejected for any other reason            the thing is there and may be: it says nothing of the detector, left out

All else that was found in the same picture is labelled as it was found, from ``SURE`` on: a picture with things that
nobody labelled would teach that they are none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from edge_agent.core.commands import RejectReason
from edge_agent.core.geometry import Box, intersection, iou
from edge_agent.core.score.outcomes import Judged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge_agent.core.events import Detection

SURE: Final = 0.35  # the score from which on what nobody judged is labelled as it was found
SAME: Final = 0.5  # of a box that lies in the incident's, or of their overlap
WRONG: Final = frozenset({RejectReason.NOT_THERE, RejectReason.WRONG_KIND})
STAGES: Final = ("opened", "referred", "warned", "escalated", "recurred")  # at which the thing was in view


@dataclass(frozen=True, slots=True)
class Label:
    """One thing of a picture; ``judged`` whether a person's word stands behind it, or the detector's alone."""

    label: str
    box: Box
    judged: bool


def teaches(judged: Judged | None, reason: str | None) -> bool:
    """Whether a person's judgement of an incident says something of the detector."""
    return judged is Judged.CONFIRMED or (judged is Judged.REJECTED and reason in WRONG)


def labels_of(
    seen: Iterable[Detection], place: Box, labels: frozenset[str], judged: Judged
) -> tuple[Label, ...] | None:
    """The labels of one picture of an incident at ``place``, whose kind is told by ``labels``.

    None where nothing of the kind was found there in this very picture: it shows nothing that was judged.
    """
    found = tuple(seen)
    subjects = [each for each in found if each.label in labels and _is_at(each.box, place)]
    if not subjects:
        return None
    others = tuple(
        Label(each.label, _within(each.box), judged=False)
        for each in found
        if each not in subjects and each.score >= SURE and not _hides(each, subjects)
    )
    if judged is Judged.REJECTED:
        return others
    return (*(Label(each.label, _within(each.box), judged=True) for each in _strongest(subjects)), *others)


def _is_at(box: Box, place: Box) -> bool:
    area = box.width * box.height
    return iou(box, place) >= SAME or (area > 0 and intersection(box, place) / area >= SAME)


def _hides(other: Detection, subjects: Iterable[Detection]) -> bool:
    """Whether it is one of the things that were judged, by another name."""
    return any(iou(other.box, each.box) >= SAME for each in subjects)


def _strongest(subjects: list[Detection]) -> tuple[Detection, ...]:
    """Of several boxes around one thing the surest."""
    strongest: list[Detection] = []
    for each in sorted(subjects, key=lambda subject: -subject.score):
        if not any(iou(each.box, other.box) >= SAME for other in strongest):
            strongest.append(each)
    return tuple(strongest)


def _within(box: Box) -> Box:
    """The part of a box that lies in the picture."""
    return replace(box, x0=max(0.0, box.x0), y0=max(0.0, box.y0), x1=min(1.0, box.x1), y1=min(1.0, box.y1))
