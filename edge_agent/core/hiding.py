"""Hiding: what keeps a thing from being seen at its place.

A box hides a thing only where it can be believed to stand in front of it::

    its score            is one that a thing may begin with (``min_score``): a ghost of 0.16 hides nothing
    its foot             is lower in the picture than the foot that it hides: what is behind hides nothing
    it is not the thing  under another label: the very same box, and a bird where a van stands
    its size             is one that its label can have there, ``SLACK`` times over; and not the whole picture

How large a label can be at a place follows from what stands there. Whatever is lower than the camera ends below the
horizon, so at a lower foot the scale is at most ``(foot - top of the place) / height of the place`` times as large.

What I dislike about it: a lorry right before the lens is no occluder, and after a while what stood behind it has left.
"""

from __future__ import annotations

from typing import Final

from edge_agent.core.causes import BLURRED, behind
from edge_agent.core.events import Detection
from edge_agent.core.geometry import Box, covered, iou
from edge_agent.core.tracking import Track

HIDDEN: Final = 0.5  # share of the footprint that another box covers
SAME: Final = 0.7  # IoU from which on a box of another label is the thing itself
BORDER: Final = 0.005  # of the picture: nearer to its edge a box is cut off
SLACK: Final = 3.0  # the hidden thing may be a third of the largest of its label
Thing = Track | Detection

LARGEST_M: Final[dict[str, tuple[float, float]]] = {  # across and up; of other labels nothing is known
    "bench": (3.0, 1.2),
    "bicycle": (2.5, 2.0),
    "bin": (1.5, 1.5),
    "bird": (0.7, 0.5),
    "box": (1.5, 1.5),
    "bus": (18.0, 4.5),
    "car": (5.5, 2.0),
    "cart": (3.0, 2.5),
    "cat": (0.8, 0.5),
    "chair": (1.0, 1.2),
    "dining table": (2.5, 1.2),
    "dog": (1.5, 1.0),
    "garbage": (3.0, 1.5),
    "garbage_bin": (1.5, 1.5),
    "goods": (4.0, 2.5),
    "motorcycle": (2.5, 2.0),
    "overflow": (3.0, 2.0),
    "parasol": (4.0, 3.5),
    "person": (2.0, 2.0),
    "rack": (4.0, 2.5),
    "stall": (6.0, 3.5),
    "table": (2.5, 1.2),
    "tricycle": (3.5, 3.0),
    "truck": (18.0, 4.5),
    "umbrella": (4.0, 3.5),
    "van": (7.0, 3.0),
}


def hidden_by(
    place: Box, label: str, own: Track | None, things: tuple[Thing, ...], *, near: bool, min_score: float
) -> str | None:
    """Why nobody can tell whether what stood at ``place`` is there; None where the place can be seen.

    Args:
        place: Where it stood.
        label: What it is.
        own: The track that has been it.
        things: Everything that this look shows.
        near: Whether ``own`` is not elsewhere: then its box shows the thing, only not clearly at its place.
        min_score: The least score of what can hide anything.
    """
    footprint = place.footprint
    for thing in things:
        if thing.score < min_score or thing is own or not _in_front(thing.box, place):
            continue
        if covered(footprint, thing.box) >= HIDDEN and _believed(thing, place, label):
            return behind(thing.label)
    if own is not None and (near or covered(footprint, own.box) >= HIDDEN):
        return BLURRED
    return None


def _in_front(box: Box, place: Box) -> bool:
    """Whether its foot is lower in the picture; where both are cut off, nobody can tell that it is not."""
    return box.y1 > place.y1 or (box.y1 > 1 - BORDER and place.y1 > 1 - BORDER)


def _believed(thing: Thing, place: Box, label: str) -> bool:
    """Whether it is another thing than that at ``place``, of a size that it can have there."""
    box = thing.box
    everywhere = box.x0 < BORDER and box.x1 > 1 - BORDER and box.y0 < BORDER
    return not everywhere and iou(box, place) < SAME and _fits(box, thing.label, place, label)


def _fits(box: Box, label: str, place: Box, standing: str) -> bool:
    """Whether a thing of this label can be so large there, in front of what is ``standing``."""
    largest, behind_it = LARGEST_M.get(label), LARGEST_M.get(standing)
    if largest is None or behind_it is None or box.y1 > 1 - BORDER:  # how far off it stands, nobody can tell
        return True
    scale = SLACK * (box.y1 - place.y0) / behind_it[1]
    return box.width <= largest[0] * scale and box.height <= largest[1] * scale
