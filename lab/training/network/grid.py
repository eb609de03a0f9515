"""Where the anchors of a picture are, and what boxes their raw numbers mean."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from lab.training.network.network import STRIDES

CPU = torch.device("cpu")
_LARGEST_LOG = 8.0  # exp of more than this is no box in any picture


@lru_cache(maxsize=16)
def anchors(height: int, width: int, device: torch.device = CPU) -> tuple[Tensor, Tensor]:
    """Cell corners (N×2, in cells, x then y) and strides (N×1) of all anchors, levels one after another."""
    cells, strides = [], []
    for stride in STRIDES:
        rows, columns = height // stride, width // stride
        y, x = torch.meshgrid(torch.arange(rows, device=device), torch.arange(columns, device=device), indexing="ij")
        cells.append(torch.stack((x, y), 2).reshape(-1, 2).float())
        strides.append(torch.full((rows * columns, 1), float(stride), device=device))
    return torch.cat(cells), torch.cat(strides)


def boxes_of(raw: Tensor, cells: Tensor, strides: Tensor) -> Tensor:
    """Raw …×N×4 → boxes cx cy w h in pixels: `xy = (o + cell) · stride`, `wh = exp(o) · stride`."""
    centre = (raw[..., :2] + cells) * strides
    size = raw[..., 2:4].clamp(max=_LARGEST_LOG).exp() * strides
    return torch.cat((centre, size), -1)


def overlap(a: Tensor, b: Tensor) -> Tensor:
    """Intersection over union of boxes cx cy w h, broadcast."""
    low = torch.maximum(a[..., :2] - a[..., 2:4] / 2, b[..., :2] - b[..., 2:4] / 2)
    high = torch.minimum(a[..., :2] + a[..., 2:4] / 2, b[..., :2] + b[..., 2:4] / 2)
    shared = (high - low).clamp(min=0).prod(-1)
    union = a[..., 2:4].prod(-1) + b[..., 2:4].prod(-1) - shared
    return shared / union.clamp(min=1e-6)
