"""Exports a `.pt` of the ultralytics family to ONNX, where a city has installed that tool.

Ultralytics is AGPL-3.0 and no part of this software: it is never installed, shipped or needed by the agent. Who
trains with it exports with it.
"""

from __future__ import annotations

import importlib
from pathlib import Path

from edge_agent.core.errors import OutsideError


def export_onnx(weights: Path) -> Path:
    """The ONNX file made from `weights`, beside it; raises OutsideError when the tool is missing or refuses."""
    try:
        yolo = importlib.import_module("ultralytics").YOLO
    except ImportError as error:
        raise OutsideError(
            f"model {weights.name!r}: a .pt needs the ultralytics tool to be exported; "
            "install it where you train, or export there and add the .onnx"
        ) from error
    try:
        return Path(yolo(str(weights)).export(format="onnx"))
    except Exception as error:  # whatever a foreign tool throws
        raise OutsideError(f"model {weights.name!r}: export failed ({error})") from error
