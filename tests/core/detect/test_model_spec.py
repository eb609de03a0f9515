"""What a model file says of itself is understood, in both dialects, or refused in one sentence."""

from __future__ import annotations

import pytest

from edge_agent.core.detect.model_spec import DEFAULT_PIXELS, ModelFacts, Shape, read_facts
from edge_agent.core.detect.yolo import Layout, Size
from edge_agent.core.errors import BadInputError

SQUARE: Shape = (1, 3, 64, 64)
CELLS = 8 * 8 + 4 * 4 + 2 * 2
NAMES = "{0: 'person', 1: 'car'}"


def facts(outputs: Shape, *, inputs: Shape = SQUARE, **text: str) -> ModelFacts:
    """A model of two labels, if it says nothing else."""
    return read_facts("m.onnx", {"names": NAMES} | text, inputs, outputs)


@pytest.mark.parametrize(
    ("outputs", "layout"),
    [
        ((1, CELLS, 7), Layout.YOLOX),
        ((1, CELLS * 3, 7), Layout.V5),
        ((1, 6, CELLS), Layout.V8),
        ((1, 300, 6), Layout.END2END),
    ],
)
def test_the_layout_shows_in_the_shape(outputs: Shape, layout: Layout) -> None:
    """No file needs to name its layout where its shape does."""
    assert facts(outputs).spec.layout is layout


def test_a_layout_that_is_named_counts() -> None:
    """A model of free size shows no number of rows, so ours say it."""
    facts_read = facts((None, None, 7), inputs=(None, 3, None, None), layout="v5")
    assert facts_read.spec.layout is Layout.V5
    assert facts_read.input.size is None
    assert facts_read.input.pixels == DEFAULT_PIXELS


def test_one_label_and_few_rows_is_end_to_end() -> None:
    """With one label 5 + C is 6 as well; fewer rows than cells cannot be all anchors."""
    facts_read = read_facts("m.onnx", {"names": "{0: 'car'}"}, (1, 3, 320, 320), (1, 300, 6))
    assert facts_read.spec.layout is Layout.END2END
    assert read_facts("m.onnx", {"names": "{0: 'car'}"}, SQUARE, (1, CELLS, 6)).spec.layout is Layout.YOLOX


def test_the_two_dialects_of_input() -> None:
    """YOLOX takes BGR 0–255 in the corner, the ultralytics family RGB 0–1 in the middle."""
    yolox, v8 = facts((1, CELLS, 7)).input, facts((1, 6, CELLS)).input
    assert (yolox.rgb, yolox.scale, yolox.centred) == (False, 1.0, False)
    assert (v8.rgb, v8.scale, v8.centred) == (True, 1 / 255, True)
    assert v8.size == Size(64, 64)


def test_what_a_file_says_goes_before_what_is_usual() -> None:
    """Metadata overrides the dialect."""
    facts_read = facts((1, CELLS, 7), channels="rgb", scale="0.5", letterbox="centre", strides="[4]", pixels="4096")
    assert (facts_read.input.rgb, facts_read.input.scale, facts_read.input.centred) == (True, 0.5, True)
    assert facts_read.spec.strides == (4,)
    assert facts_read.input.pixels == 4096


def test_labels_can_be_given_for_a_file_without_any() -> None:
    """The published YOLOX files name none."""
    facts_read = read_facts("m.onnx", {}, SQUARE, (1, CELLS, 7), names=("a", "b"))
    assert facts_read.labels == {"a", "b"}


@pytest.mark.parametrize(
    ("metadata", "inputs", "outputs", "message"),
    [
        ({}, SQUARE, (1, 100, 9), "output is 1×100×9, expected 1×N×7, 1×6×N or 1×N×6 for its 2 labels"),
        ({}, SQUARE, (1, 100), "output is 1×100, expected"),
        ({}, (1, 1, 64, 64), (1, 6, CELLS), "input is 1×1×64×64, expected 1×3×H×W"),
        ({}, (None, 3, 64), (1, 6, CELLS), "input is ?×3×64, expected 1×3×H×W"),
        ({"layout": "v8"}, SQUARE, (1, CELLS, 7), "layout 'v8' and output is 1×84×7"),
        ({"layout": "v99"}, SQUARE, (1, CELLS, 7), "layout 'v99'"),
        ({"names": ""}, SQUARE, (1, CELLS, 7), "metadata 'names' is ''"),
        ({"names": "{0: 'a', 2: 'b'}"}, SQUARE, (1, CELLS, 7), "expected a label for each of 0, 1, 2"),
        ({"names": "7"}, SQUARE, (1, CELLS, 7), "metadata 'names' is '7'"),
        ({"strides": "eight"}, SQUARE, (1, CELLS, 7), "metadata 'strides' is 'eight', expected a list of numbers"),
        ({"pixels": "0"}, SQUARE, (1, CELLS, 7), "metadata 'pixels' is '0', expected a number of at least 1024"),
        ({"strides": "[1e999]"}, SQUARE, (1, CELLS, 7), "metadata 'strides' is '[1e999]', expected a list of numbers"),
        ({"strides": "[" * 9000}, SQUARE, (1, CELLS, 7), "metadata 'strides' is "),
        ({"pixels": "9" * 5000}, SQUARE, (1, CELLS, 7), "metadata 'pixels' is '999"),
        ({"stride": "9" * 5000}, SQUARE, (1, CELLS, 7), "metadata 'stride' is '999"),
        ({"scale": "nan"}, SQUARE, (1, CELLS, 7), "metadata 'scale' is 'nan', expected a number"),
        ({"names": "{1e999: 'car'}"}, SQUARE, (1, CELLS, 7), "metadata 'names' is "),
        ({"names": "[" * 9000}, SQUARE, (1, CELLS, 7), "metadata 'names' is "),
        ({"scale": "half"}, SQUARE, (1, CELLS, 7), "metadata 'scale' is 'half', expected a number"),
    ],
)
def test_what_cannot_be_understood_is_refused(
    metadata: dict[str, str], inputs: Shape, outputs: Shape, message: str
) -> None:
    """One sentence names the model, what was found and what is expected."""
    with pytest.raises(BadInputError) as refused:
        facts(outputs, inputs=inputs, **metadata)
    assert str(refused.value).startswith("model 'm.onnx': ")
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("task", ["obb", "pose", "segment", "classify"])
def test_what_finds_no_upright_boxes_is_refused(task: str) -> None:
    """Turned boxes, postures and masks lie in shapes that look like ours."""
    with pytest.raises(BadInputError, match=f"its task is '{task}', expected 'detect'"):
        facts((1, 6, CELLS), task=task)


@pytest.mark.parametrize(
    ("columns", "labels", "layout"),
    [(6, "['a', 'b', 'c']", Layout.RTDETR_END), (7, "['a', 'b', 'c']", Layout.RTDETR)],
)
def test_the_head_of_a_model_tells_its_layout(columns: int, labels: str, layout: Layout) -> None:
    """RT-DETR has the shape of others, and fractions where they have pixels."""
    assert facts((1, 300, columns), names=labels, head="RTDETRDecoder").spec.layout is layout


def test_queries_of_two_labels_must_name_their_layout() -> None:
    """Six columns are either a score for both labels, or a score and a number."""
    with pytest.raises(BadInputError, match="output is 1×300×6"):
        facts((1, 300, 6), head="RTDETRDecoder")
    assert facts((1, 300, 6), head="RTDETRDecoder", layout="rtdetr").spec.layout is Layout.RTDETR
    with pytest.raises(BadInputError, match="output is 1×300×9"):
        facts((1, 300, 9), head="RTDETRDecoder")


def test_the_stride_of_the_input_is_heeded() -> None:
    """A model that takes any size takes multiples of its own stride only."""
    assert facts((1, 6, CELLS), stride="64").input.stride == 64
    assert facts((1, 6, CELLS)).input.stride == 32
    for wrong in ("0", "257", "a", "-1"):
        with pytest.raises(BadInputError, match="'stride'"):
            facts((1, 6, CELLS), stride=wrong)


def test_bytes_are_given_as_they_are() -> None:
    """A tensor of whole numbers holds 0 to 255, whatever is usual of its exporter."""
    whole = read_facts("m.onnx", {"names": NAMES}, SQUARE, (1, 6, CELLS), bytewise=True)
    assert whole.input.scale == 1
    assert facts((1, 6, CELLS)).input.scale == pytest.approx(1 / 255)
