"""What the COCO head should answer: what the frozen judge answers, except where more is known of vehicles.

No label is needed for most of it, and no class that a set leaves unlabelled becomes a negative.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from lab.training.network.assignment import assign
from lab.training.network.grid import boxes_of, overlap
from lab.training.pictures.coco import COCO_NAMES

_BOX, _OBJECT, _CLASSES = slice(0, 4), 4, slice(5, None)
_VEHICLES = [COCO_NAMES.index(name) for name in ("car", "bus", "truck")]
_DOUBTFUL = 0.05  # a chance under this is no vehicle
_DENIED = 8.0  # how much it counts that a vehicle which the judge is sure of is none: that is the lesson
_BESIDE = 0.2  # overlap under which a box is not one of many on a known vehicle
_WORST_FIT = 0.4  # a box that is drawn badly still is what it is


@dataclass(slots=True)
class Aim:
    """Of B pictures and N anchors: objectness, whether it counts (B×N), classes (B×N×80), boxes (cx cy w h, pixels)."""

    present: Tensor
    counted: Tensor
    kinds: Tensor
    boxes: Tensor


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one picture beyond the frozen judge: vehicles with their chance, and patches without anything.

    `vehicles` G×4 (cx cy w h, pixels), `kinds` G (COCO), `chances` G, under 0 where nothing should be learnt; all three
    are None where the judge is believed. `void` V×4.
    """

    vehicles: Tensor | None
    kinds: Tensor | None
    chances: Tensor | None
    void: Tensor


def as_before(start: Tensor, cells: Tensor, strides: Tensor) -> Aim:
    """The frozen judge's raw answer, B×N×85, as the aim."""
    present = start[..., _OBJECT].sigmoid()
    boxes = boxes_of(start[..., _BOX], cells, strides)
    return Aim(present, torch.ones_like(present), start[..., _CLASSES].sigmoid(), boxes)


@torch.no_grad()
def aim_at(start: Tensor, raw: Tensor, known: list[Known], cells: Tensor, strides: Tensor) -> Aim:
    """The judge's answer, corrected by what is known; by the learner's answer `raw` the boxes find their anchors."""
    aim = as_before(start, cells, strides)
    centres = (cells + 0.5) * strides
    for index, facts in enumerate(known):
        if facts.vehicles is not None and facts.kinds is not None and facts.chances is not None:
            _correct(aim, index, raw[index], (facts.vehicles, facts.kinds, facts.chances), centres, strides, cells)
        aim.present[index] *= 1 - covered(facts.void, centres)
    return aim


def _correct(
    aim: Aim,
    index: int,
    raw: Tensor,
    vehicles: tuple[Tensor, Tensor, Tensor],
    centres: Tensor,
    strides: Tensor,
    cells: Tensor,
) -> None:
    """Take the judge's vehicles off this picture and put the known ones in their place."""
    boxes, kinds, chances = vehicles
    others = aim.kinds[index].clone()
    others[:, _VEHICLES] = 0
    theirs = aim.kinds[index][:, _VEHICLES].amax(1) > others.amax(1)
    denied = aim.present[index] * theirs
    aim.present[index, theirs] = 0
    aim.counted[index] = 1 - covered(boxes[chances < 0], centres) * theirs
    believed = chances >= _DOUBTFUL
    boxes, kinds, chances = boxes[believed], kinds[believed], chances[believed]
    scores = raw[:, _OBJECT : _OBJECT + 1].sigmoid() * raw[:, _CLASSES].sigmoid()
    aim.counted[index] *= 1 + (_DENIED - 1) * denied * _apart(aim.boxes[index], boxes)
    match = assign(boxes, kinds, boxes_of(raw[:, _BOX], cells, strides), scores, centres, strides)
    aim.present[index, match.anchor] = chances[match.box]
    aim.counted[index, match.anchor] = 1
    aim.boxes[index, match.anchor] = boxes[match.box]
    aim.kinds[index, match.anchor] = 0
    aim.kinds[index, match.anchor, kinds[match.box]] = match.quality.clamp(min=_WORST_FIT)


def _apart(judged: Tensor, known: Tensor) -> Tensor:
    """Which of the judge's boxes meet no known vehicle."""
    if not len(known):
        return torch.ones(len(judged), dtype=torch.bool, device=judged.device)
    return overlap(judged[:, None], known[None]).amax(1) < _BESIDE


def covered(boxes: Tensor, centres: Tensor) -> Tensor:
    """1 for each anchor whose centre lies in one of the boxes (cx cy w h), else 0."""
    if not len(boxes):
        return torch.zeros(len(centres), device=centres.device)
    offset = (centres[:, None] - boxes[None, :, :2]).abs()
    return (offset < boxes[None, :, 2:4] / 2).all(-1).any(1).float()
