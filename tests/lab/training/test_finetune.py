"""The ultralytics way, end to end: drawn pictures, one command, a registered model that the agent can run.

Runs where whoever trains has installed that tool (`make test-train`); the agent itself never needs it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_agent.adapters.detect.onnx import OnnxDetector
from edge_agent.app.detect.models import verify
from edge_agent.config.policy.model_register import read_register
from edge_agent.core.detect.yolo import Layout
from tests.architecture import ROOT

pytestmark = pytest.mark.skipif(find_spec("ultralytics") is None, reason="the ultralytics tool is not installed")

SIDE = 96


def draw_city(folder: Path, pictures: int) -> Path:
    """A data set of white and red squares on grey, in YOLO format; returns its data.yaml."""
    rng = np.random.default_rng(1)
    for split in ("train", "val"):
        for kind in ("images", "labels"):
            (folder / kind / split).mkdir(parents=True)
        for number in range(pictures):
            picture = np.full((SIDE, SIDE, 3), 90, np.uint8)
            label = number % 2
            x, y = rng.integers(10, 50, 2).tolist()
            picture[y : y + 30, x : x + 30] = ((255, 255, 255), (30, 30, 220))[label]
            cv2.imwrite(str(folder / "images" / split / f"{number}.png"), picture)
            row = f"{label} {(x + 15) / SIDE} {(y + 15) / SIDE} {30 / SIDE} {30 / SIDE}\n"
            (folder / "labels" / split / f"{number}.txt").write_text(row)
    data = folder / "data.yaml"
    data.write_text(f"path: {folder}\ntrain: images/train\nval: images/val\nnames: [stall, parasol]\n")
    return data


def test_one_command_from_labelled_pictures_to_a_model_that_runs(tmp_path: Path) -> None:
    """Trained from nothing for one round, so that no weights are fetched; its boxes are not the point, its path is."""
    data = draw_city(tmp_path / "city", 8)
    wishes = ["--epochs", "1", "--pixels", str(SIDE), "--batch", "4", "--weights", "yolo11n.yaml"]
    places = ["--out", str(tmp_path / "runs"), "--models", str(tmp_path / "models")]
    done = subprocess.run(
        [sys.executable, "-m", "lab.training.finetune", "--data", str(data), "--name", "city", *wishes, *places],
        cwd=ROOT,
        env=os.environ | {"YOLO_OFFLINE": "true", "YOLO_CONFIG_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    entry = read_register(tmp_path / "models").entry("city")
    assert entry.labels == ("stall", "parasol")
    assert entry.objects == {"stall": ("stall",), "stall_furniture": ("parasol",)}
    assert "AGPL" in entry.license
    assert verify(entry, tmp_path / "models").spec.layout is Layout.V8
    detector = OnnxDetector(tmp_path / "models" / entry.file)
    assert {seen.label for seen in detector.detect(np.zeros((SIDE, SIDE, 3), np.uint8))} <= {"stall", "parasol"}
