"""Decides which anchors answer for which labelled box: SimOTA (Ge et al. 2021, arXiv:2107.08430, section 2.3).

Every box asks the anchors near its centre for the cheapest match (class cost + 3 × box cost) and takes as many
as its best overlaps add up to. An anchor asked by two boxes goes to the cheaper.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from lab.training.network.grid import overlap

_RADIUS = 2.5  # of the centre region, in cells
_CANDIDATES = 10
_OUTSIDE = 1e5  # cost of an anchor that is not both in the box and near its centre


@dataclass(frozen=True, slots=True)
class Match:
    """Indices of the anchors that answer, the box each answers for, and how well it does already (IoU)."""

    anchor: Tensor
    box: Tensor
    quality: Tensor


@torch.no_grad()
def assign(boxes: Tensor, labels: Tensor, predicted: Tensor, scores: Tensor, centres: Tensor, strides: Tensor) -> Match:
    """Match G boxes (cx cy w h, pixels) to N anchors.

    Args:
        boxes: G×4 true boxes.
        labels: G class indices.
        predicted: N×4 boxes the network gives now.
        scores: N×C, probability of object times class.
        centres: N×2 anchor centres, pixels.
        strides: N×1.
    """
    offset = (centres[None] - boxes[:, None, :2]).abs()
    inside = (offset < boxes[:, None, 2:4] / 2).all(-1)
    near = (offset < _RADIUS * strides[None]).all(-1)
    candidate = (inside | near).any(0).nonzero().squeeze(1)
    if not len(candidate) or not len(boxes):
        nothing = torch.zeros(0, dtype=torch.long, device=boxes.device)
        return Match(nothing, nothing, torch.zeros(0, device=boxes.device))
    quality = overlap(boxes[:, None], predicted[candidate][None])
    chance = scores[candidate].clamp(1e-6, 1 - 1e-6).sqrt()
    background = -(1 - chance).log().sum(1)
    wanted = chance[:, labels].T
    class_cost = background[None] + (1 - wanted).log() - wanted.log()
    cost = class_cost - 3 * (quality + 1e-8).log()
    cost = cost + _OUTSIDE * ~(inside & near)[:, candidate]
    return _cheapest(cost, quality, candidate)


def _cheapest(cost: Tensor, quality: Tensor, candidate: Tensor) -> Match:
    top = quality.topk(min(_CANDIDATES, quality.shape[1]), dim=1).values
    wanted = top.sum(1).int().clamp(min=1)
    taken = torch.zeros_like(cost, dtype=torch.bool)
    for index, count in enumerate(wanted.tolist()):
        taken[index, cost[index].topk(count, largest=False).indices] = True
    disputed = taken.sum(0) > 1
    if disputed.any():
        winner = cost[:, disputed].argmin(0)
        taken[:, disputed] = False
        taken[winner, disputed.nonzero().squeeze(1)] = True
    box, column = taken.nonzero(as_tuple=True)
    return Match(candidate[column], box, quality[box, column])
