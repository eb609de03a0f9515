"""The models commands as a person uses them: what they print, and how they end."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from typer.testing import CliRunner, Result

from edge_agent.adapters.detect.onnx import OnnxDetector
from edge_agent.app.detect.model_timing import timed
from edge_agent.cli.setting_up.models import app
from edge_agent.config.policy.model_register import read_register
from edge_agent.core.errors import BadInputError
from tests.architecture import ROOT
from tests.tiny_models import save_constant, save_endless, save_of

CLIP = ROOT / "sample_videos" / "campus_road.mp4"
NAMES = {"names": "{0: 'car', 1: 'garbage'}", "license": "Apache-2.0"}
CAR = np.array([[[8, 8, 40, 40, 0.9, 0]]], np.float32)
NOTHING = np.zeros((1, 1, 6), np.float32)


class Steps:
    """A clock that is a quarter of a second on whenever it is asked."""

    def __init__(self) -> None:
        self._at = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """A quarter of a second later than last time."""
        self._at += timedelta(milliseconds=250)
        return self._at

    def sleep(self, seconds: float) -> None:
        """Later by so much."""
        self._at += timedelta(seconds=seconds)


def run(*words: object) -> Result:
    """One command line."""
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one model, entered as `tiny`."""
    made = tmp_path / "models"
    source = save_constant(tmp_path / "source.onnx", CAR, metadata=NAMES)
    assert run("add", source, "--name", "tiny", "--folder", made).exit_code == 0
    return made


def test_a_model_that_was_added_is_listed_and_verified(folder: Path) -> None:
    """With its labels, what they mean, and its licence."""
    (entry,) = read_register(folder).models
    assert (entry.name, entry.license, entry.input, entry.output) == ("tiny", "Apache-2.0", "64x64", "1x1x6")
    assert entry.objects == {"vehicle": ("car",), "garbage": ("garbage",)}
    assert "tiny" in run("list", "--folder", folder).stdout
    verified = run("verify", "--folder", folder)
    assert (verified.exit_code, verified.stdout) == (0, "tiny: end2end with 2 labels, as registered.\n")


def test_another_file_of_the_same_name_is_found_out(folder: Path) -> None:
    """One sentence: the thing, the value, the expectation."""
    save_constant(folder / "tiny.onnx", NOTHING, metadata=NAMES)
    refused = run("verify", "tiny", "--folder", folder)
    assert refused.exit_code == 1
    assert refused.stderr.startswith("model 'tiny': sha256 of tiny.onnx is ")
    assert ", expected " in refused.stderr
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('["car", "garbage"]', '["car", "bags"]', "label 1 of tiny.onnx is garbage, expected bags"),
        ('["car", "garbage"]', '["car"]', "number of labels of tiny.onnx is 2, expected 1"),
        ('"1x1x6"', '"1x87x3549"', "output of tiny.onnx is 1x1x6, expected 1x87x3549"),
        ('"64x64"', '"any"', "input of tiny.onnx is 64x64, expected any"),
        ("tiny.onnx", "gone.onnx", "gone.onnx"),
    ],
)
def test_a_model_that_does_not_fit_its_entry_is_refused(folder: Path, before: str, after: str, message: str) -> None:
    """Labels, shapes and the file itself are held against the register."""
    register = folder / "models.toml"
    text = register.read_text(encoding="utf-8").replace(before, after)
    register.write_text(text.replace('garbage = ["garbage"]\n', ""), encoding="utf-8")
    refused = run("verify", "--folder", folder)
    assert refused.exit_code == 1
    assert message in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_verifying_nothing_is_an_error(tmp_path: Path) -> None:
    """An empty folder must not pass for a good one."""
    refused = run("verify", "--folder", tmp_path)
    assert refused.exit_code == 1
    assert "no models, expected at least one" in refused.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--name", "tiny"), "model 'tiny': already in"),
        (("--name", "../up"), "model name '../up': expected letters"),
        (("--name", "taken"), "taken.onnx is there already"),
    ],
)
def test_a_name_that_cannot_be_given_is_refused(folder: Path, words: tuple[str, ...], message: str) -> None:
    """Nothing is overwritten, and nothing lands outside the folder."""
    (folder / "taken.onnx").write_bytes(b"somebody's")
    source = save_constant(folder.parent / "other.onnx", CAR, metadata=NAMES)
    refused = run("add", source, *words, "--folder", folder)
    assert refused.exit_code == 1
    assert message in refused.stderr
    assert len(read_register(folder).models) == 1


def test_weights_without_the_tool_that_exports_them_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The agent does not bring that tool."""
    monkeypatch.setitem(sys.modules, "ultralytics", None)
    refused = run("add", tmp_path / "best.pt", "--folder", tmp_path)
    assert refused.exit_code == 1
    assert refused.stderr.startswith("model 'best.pt': a .pt needs the ultralytics tool")


def test_weights_are_exported_by_the_tool_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its export is entered under the weights' name."""

    class Yolo:
        """What the agent needs of the tool: weights in, an ONNX file beside them out."""

        def __init__(self, weights: str) -> None:
            self.weights = Path(weights)

        def export(self, *, format: str) -> str:  # noqa: A002 - the tool's own word
            return str(save_constant(self.weights.with_suffix(f".{format}"), CAR, metadata=NAMES))

    tool = ModuleType("ultralytics")
    tool.YOLO = Yolo  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "ultralytics", tool)
    added = run("add", tmp_path / "best.pt", "--folder", tmp_path / "models")
    assert added.exit_code == 0
    assert read_register(tmp_path / "models").entry("best").labels == ("car", "garbage")


def test_bench_recommends_what_sees_the_same(folder: Path) -> None:
    """On real pictures; the same file twice agrees wholly."""
    result = run("bench", "tiny", "--video", CLIP, "--pictures", 2, "--int8", folder / "tiny.onnx", "--folder", folder)
    assert result.exit_code == 0
    assert "1.000" in result.stdout
    assert "Recommended: " in result.stdout


def test_bench_refuses_a_quantised_copy_that_sees_nothing(folder: Path) -> None:
    """However fast it is."""
    silent = save_constant(folder / "int8.onnx", NOTHING, metadata=NAMES)
    result = run("bench", "tiny", "--video", CLIP, "--pictures", 2, "--int8", silent, "--folder", folder)
    assert result.exit_code == 1
    assert "no: under 0.98" in result.stdout


def test_a_model_that_finds_nothing_recommends_nothing(folder: Path) -> None:
    """Agreement about nothing proves nothing."""
    silent = OnnxDetector(save_constant(folder / "silent.onnx", NOTHING, metadata=NAMES))
    (timing,) = timed({"only": silent}, [np.zeros((64, 64, 3), np.uint8)], Steps())
    assert timing.milliseconds == 250
    assert not timing.usable


def test_the_shipped_models_are_what_the_register_says() -> None:
    """The file in the clone is the one that was measured."""
    verified = run("verify", "--folder", ROOT / "models")
    assert verified.exit_code == 0, verified.stderr


def test_the_card_and_the_register_tell_the_same_figures() -> None:
    """A figure that is renewed in one place only is a lie in the other."""
    entry = read_register(ROOT / "models").entry("street")
    assert entry.card is not None
    card = (ROOT / "models" / entry.card).read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in card.splitlines() if line.startswith("| ") and line.count(" | ") == 4]
    figures = [float(row[1]) for row in rows if row[1][0].isdigit()]
    assert figures == list(entry.measured.values())
    assert all(credit.origin in card for credit in entry.credits if credit.license == "CC BY 4.0")


@pytest.mark.parametrize(
    ("kind", "batch"),
    [(TensorProto.FLOAT16, 1), (TensorProto.UINT8, 1), (TensorProto.FLOAT, 4), (TensorProto.UINT8, 3)],
)
def test_other_tensors_are_filled_as_they_are(tmp_path: Path, kind: int, batch: int) -> None:
    """Half precision, whole numbers, and exports that take so many pictures at once and no fewer."""
    made = run("add", save_of(tmp_path / "odd.onnx", kind, batch=batch), "--folder", tmp_path / "models")
    assert made.exit_code == 0, made.output
    (car,) = OnnxDetector(tmp_path / "models" / "odd.onnx").detect(np.full((64, 64, 3), 204, np.uint8))
    assert car.label == "car"
    assert car.score == pytest.approx(0.8, abs=0.001)


def test_a_tensor_that_cannot_be_filled_is_refused(tmp_path: Path) -> None:
    """Before anything is copied."""
    odd = save_of(tmp_path / "odd.onnx", TensorProto.DOUBLE)
    refused = run("add", odd, "--folder", tmp_path / "models")
    assert refused.exit_code == 1
    assert "input is of tensor(double), expected tensor(float), tensor(float16), tensor(uint8)" in refused.output
    assert list((tmp_path / "models").iterdir()) == []


def test_a_model_that_never_answers_is_refused(tmp_path: Path) -> None:
    """An endless loop is a model like any other, until it is run."""
    with pytest.raises(BadInputError, match=r"model 'endless.onnx': gave no answer in 0.5 s"):
        OnnxDetector(save_endless(tmp_path / "endless.onnx")).try_once(0.5)


def test_weights_in_another_file_are_refused(tmp_path: Path) -> None:
    """A copy of the one file would be of no use; nothing is left of it."""
    model = onnx.load(save_of(tmp_path / "whole.onnx", TensorProto.FLOAT))
    weight = numpy_helper.from_array(np.zeros((1, 1, 6), np.float32), "far")
    model.graph.initializer.append(weight)
    model.graph.node[-1].output[0] = "near"
    model.graph.node.append(helper.make_node("Add", ["near", "far"], ["output"]))
    onnx.save_model(model, tmp_path / "parts.onnx", save_as_external_data=True, location="parts.data", size_threshold=0)
    refused = run("add", tmp_path / "parts.onnx", "--folder", tmp_path / "models")
    assert refused.exit_code == 1
    assert "its weights lie in another file beside it (external data)" in refused.output
    assert list((tmp_path / "models").iterdir()) == []


def test_labels_can_be_given_to_a_file_without(tmp_path: Path) -> None:
    """They are written into the copy, so that whatever reads it later knows them."""
    source, models = save_constant(tmp_path / "bare.onnx", CAR), tmp_path / "models"
    assert "expected a label for each" in run("add", source, "--folder", models).output
    names = [f"label{n}" for n in range(40)]
    made = run("add", source, "--folder", models, "--names", ", ".join(["car", *names]))
    assert made.exit_code == 0, made.output
    assert "No shipped kind looks for 40 of its labels: label0, label1" in made.output
    assert read_register(models).models[0].labels == ("car", *names)
    assert run("verify", "--folder", models).exit_code == 0
    taken = run("add", models / "bare.onnx", "--name", "again", "--folder", models, "--names", "bus")
    assert "names its labels itself, expected no --names" in taken.output
