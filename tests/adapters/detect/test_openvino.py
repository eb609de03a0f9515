"""OpenVINO as an engine: the same boxes as ONNX Runtime where it is installed, one sentence where it is not."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from edge_agent.adapters.detect.onnx import OnnxDetector
from edge_agent.adapters.detect.openvino import openvino_engine
from edge_agent.core.errors import BadInputError, OutsideError
from tests.tiny_models import save_first_channel

installed = pytest.mark.skipif(find_spec("openvino") is None, reason="the openvino extra is not installed")
NAMES = {"names": "{0: 'light'}"}


def test_without_the_extra_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named."""
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(OutsideError, match=r"OpenVINO is not installed: pip install 'edge-agent\[openvino\]'"):
        openvino_engine(tmp_path / "m.onnx")


@installed
def test_it_sees_what_onnx_runtime_sees(tmp_path: Path) -> None:
    """The same picture, the same score, exactly computed."""
    path = save_first_channel(tmp_path / "m.onnx", size=(64, 64), metadata=NAMES)
    picture = np.full((64, 64, 3), (50, 100, 200), np.uint8)
    (expected,) = OnnxDetector(path).detect(picture)
    (seen,) = OnnxDetector(path, engine=openvino_engine(path, precision="f32")).detect(picture)
    assert seen.score == pytest.approx(expected.score, abs=1e-4)
    assert seen.box == expected.box


@installed
def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    """A text is no model."""
    (tmp_path / "text.onnx").write_text("not a model")
    with pytest.raises(BadInputError, match=r"model 'text.onnx': OpenVINO cannot read it"):
        openvino_engine(tmp_path / "text.onnx")
