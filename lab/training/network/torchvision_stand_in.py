"""Lets tools that import torchvision run where its compiled operators do not load beside a CPU-only torch.

Of torchvision a detector's training needs one function, non-maximum suppression. Where the real package loads, nothing
is replaced.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType

import torch
from torch import Tensor


def mend_torchvision() -> bool:
    """Put the stand-in in place if the real package is missing or broken; tells whether it did."""
    try:
        import_module("torchvision")
    except (ImportError, RuntimeError):
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
            del sys.modules[name]
        package, ops = ModuleType("torchvision"), ModuleType("torchvision.ops")
        package.__spec__ = ModuleSpec("torchvision", None, is_package=True)
        vars(package).update(__version__="0.0.0", __path__=[], ops=ops)
        vars(ops).update(nms=suppress)
        sys.modules.update({"torchvision": package, "torchvision.ops": ops})
        return True
    return False


def suppress(boxes: Tensor, scores: Tensor, overlap: float) -> Tensor:
    """Indices of boxes (x0 y0 x1 y1) to keep, best first: greedy non-maximum suppression."""
    area = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    order = scores.argsort(descending=True)
    chosen: list[int] = []
    while len(order):
        best, rest = int(order[0]), order[1:]
        chosen.append(best)
        low = torch.maximum(boxes[best, :2], boxes[rest, :2])
        high = torch.minimum(boxes[best, 2:], boxes[rest, 2:])
        shared = (high - low).clamp(min=0).prod(1)
        order = rest[shared <= overlap * (area[best] + area[rest] - shared)]
    return torch.tensor(chosen, dtype=torch.long, device=boxes.device)
