"""Enters `street.onnx` in the register of models: hash, labels, what they mean, credits, and what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from edge_agent.app.detect.models import describe
from edge_agent.config.policy.model_register import REGISTER, Credit, ModelEntry, entry_text, read_register

_HEAD = """# The models of this box. `edge-agent models verify` holds every file against its entry;
# `edge-agent models add FILE` enters another at the end.
"""
_BY: Final = "CC BY 4.0"
CREDITS: Final = (
    Credit(
        what="YOLOX-nano 0.1.1, the starting weights, by Megvii",
        license="Apache-2.0",
        origin="github.com/Megvii-BaseDetection/YOLOX; learnt on COCO 2017 (annotations CC BY 4.0)",
    ),
    Credit(
        what="garbage, garbage_bin and overflow in Chinese streets, 2,679 photos to learn from and 491 to measure",
        license=_BY,
        origin="universe.roboflow.com/project-shb1t/-111-ehcfr v2",
    ),
    Credit(
        what="person-vehicle-bike-detection-2003 by Intel: asked about vehicles on training roads; none of its weights",
        license="Apache-2.0",
        origin="github.com/openvinotoolkit/open_model_zoo",
    ),
    Credit(
        what="street vendors' parasols from straight above, to learn from (as places without garbage)",
        license=_BY,
        origin="universe.roboflow.com/piscinas-2is0y/vendedores_ambulantes_pesquisa-pwao5 v8",
    ),
    Credit(
        what="vehicle_detection_yolov8 by farzad: elevated roads, 362 pictures to learn from, 90 to measure",
        license=_BY,
        origin="universe.roboflow.com/farzad/vehicle_detection_yolov8 v3",
    ),
    Credit(
        what="vehicles (RF100) by Yudha Bhakti Nugraha and Kris: a toll road, 140 to learn from, 70 to measure",
        license=_BY,
        origin="universe.roboflow.com/roboflow-100/vehicles-q0x2v",
    ),
    Credit(
        what="car-detection.mp4, 31 frames to learn from (vehicles, and a place without garbage)",
        license=_BY,
        origin="github.com/intel-iot-devkit/sample-videos",
    ),
    Credit(
        what="vtest.avi (PETS 2009 S2.L1 View_001), 60 frames to learn from (vehicles, no garbage), 80 to measure",
        license="Apache-2.0",
        origin="OpenCV samples, Debian package opencv-doc",
    ),
    Credit(
        what="29 pictures of COCO 2017, to measure only",
        license="CC BY 2.0 each, annotations CC BY 4.0",
        origin="cocodataset.org",
    ),
)


def enter(model: Path, measured: Mapping[str, float]) -> ModelEntry:
    """Write the model's entry into the register beside it, in the place of an older one; other entries stay."""
    folder = model.parent
    entry = replace(
        describe(model, model.stem, license_name=None),
        card=f"{model.stem}.md",
        credits=CREDITS,
        measured=dict(measured),
    )
    others = [other for other in read_register(folder).models if other.name != entry.name]
    text = "\n".join((_HEAD, *(entry_text(each) for each in (entry, *others))))
    (folder / REGISTER).write_text(text, encoding="utf-8")
    return entry
