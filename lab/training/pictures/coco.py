"""The 80 names of COCO, in the order of the starting model's outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

COCO_NAMES: Final = tuple(Path(__file__).with_name("coco_names.txt").read_text(encoding="utf-8").splitlines())
