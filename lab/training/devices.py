"""Where training computes."""

from __future__ import annotations

import torch

AUTO = "auto"


def device_of(name: str) -> torch.device:
    """The device of this name; `auto` is CUDA where torch has it, else the processor."""
    if name == AUTO:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(name)
