"""What a training step is asked to lessen: error on garbage, and distance from the aim on everything else."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy
from torch.nn.functional import one_hot

from lab.training.aims import Aim, covered
from lab.training.network.assignment import assign
from lab.training.network.grid import boxes_of, overlap
from lab.training.pictures.scenes import IGNORED

_BOX = slice(0, 4)
_OBJECT = 4
_CLASSES = slice(5, None)
_FAINT = 0.01  # where the aim's objectness is under this, its class and box decide nothing


def garbage_loss(
    raw: Tensor, boxes: list[Tensor], labels: list[Tensor], cells: Tensor, strides: Tensor, box_weight: float
) -> Tensor:
    """YOLOX's loss on the garbage tower: IoU, objectness and class, per matched anchor of the batch.

    Args:
        raw: B×N×(5 + classes).
        boxes: for each picture G×4, cx cy w h in pixels.
        labels: for each picture G class indices; `IGNORED` boxes teach neither yes nor no.
        cells: N×2 anchor cells.
        strides: N×1 anchor strides.
        box_weight: how much the box term counts.
    """
    centres = (cells + 0.5) * strides
    predicted = boxes_of(raw[..., _BOX], cells, strides)
    present = torch.zeros_like(raw[..., _OBJECT])
    counted = torch.ones_like(present)
    box_terms, class_terms, matched = [], [], 0
    scores = (raw[..., _OBJECT : _OBJECT + 1].sigmoid() * raw[..., _CLASSES].sigmoid()).detach()
    for index, (all_boxes, all_labels) in enumerate(zip(boxes, labels, strict=True)):
        known = all_labels != IGNORED
        counted[index] = 1 - covered(all_boxes[~known], centres)
        truth, kinds = all_boxes[known], all_labels[known]
        match = assign(truth, kinds, predicted[index].detach(), scores[index], centres, strides)
        if not len(match.anchor):
            continue
        matched += len(match.anchor)
        present[index, match.anchor] = 1
        counted[index, match.anchor] = 1
        agreement = overlap(predicted[index, match.anchor], truth[match.box])
        box_terms.append((1 - agreement.square()).sum())
        kind = one_hot(kinds[match.box], raw.shape[-1] - 5) * match.quality[:, None]
        class_terms.append(cross_entropy(raw[index, match.anchor, _CLASSES], kind, reduction="sum"))
    total = cross_entropy(raw[..., _OBJECT], present, weight=counted, reduction="sum")
    if matched:
        total = total + box_weight * torch.stack(box_terms).sum() + torch.stack(class_terms).sum()
    return total / max(matched, len(boxes))


def keeping_loss(raw: Tensor, aim: Aim, cells: Tensor, strides: Tensor, box_weight: float) -> Tensor:
    """Distance of the COCO head from its aim: objectness everywhere, class and box where there is something."""
    amount = aim.present.sum().clamp(min=len(raw))
    apart = cross_entropy(raw[..., _OBJECT], aim.present, reduction="none") - _entropy(aim.present)
    objects = (apart * aim.counted).sum()
    picture, anchor = ((aim.present > _FAINT) & (aim.counted > 0)).nonzero(as_tuple=True)
    ours, weight = raw[picture, anchor], aim.present[picture, anchor]
    kinds = aim.kinds[picture, anchor]
    classes = ((cross_entropy(ours[:, _CLASSES], kinds, reduction="none") - _entropy(kinds)).sum(-1) * weight).sum()
    predicted = boxes_of(ours[:, _BOX], cells[anchor], strides[anchor])
    boxes = ((1 - overlap(predicted, aim.boxes[picture, anchor])) * weight).sum()
    total: Tensor = (objects + classes + box_weight * boxes) / amount
    return total


def _entropy(probability: Tensor) -> Tensor:
    """The least a cross-entropy with this target can be; taking it off makes agreement a loss of zero."""
    p = probability.clamp(1e-7, 1 - 1e-7)
    return -(p * p.log() + (1 - p) * (1 - p).log())
