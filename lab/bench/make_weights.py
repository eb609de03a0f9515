"""Random weights in the shape of YOLO11n, named as COCO's classes: how fast they run does not depend on what they are.

<python with ultralytics> lab/bench/make_weights.py FOLDER
"""

import os
import sys
from pathlib import Path

from ultralytics import YOLO

NAMES = Path(__file__).parents[1] / "training" / "pictures" / "coco_names.txt"


def main(folder: str) -> None:
    """Write yolo11n.pt and yolo11n.onnx."""
    model = YOLO("yolo11n.yaml")
    model.model.names = dict(enumerate(NAMES.read_text(encoding="utf-8").split("\n")[:80]))
    os.chdir(folder)
    model.save("yolo11n.pt")
    YOLO("yolo11n.pt").export(format="onnx", imgsz=[384, 640], opset=17, simplify=False)


if __name__ == "__main__":
    main(*sys.argv[1:2])
