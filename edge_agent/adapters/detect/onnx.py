"""Runs a YOLO model with ONNX Runtime: a picture in, detections out.

One thread and no spinning by default: a box runs one detector a core, and a second thread gains
less than a second camera does. Another engine (OpenVINO) may stand in for the session; all else stays the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from edge_agent.core.detect.appearance import Places, signatures
from edge_agent.core.detect.model_spec import ModelFacts, read_facts
from edge_agent.core.detect.yolo import PAD, Floats, Letterbox, RawDetections, Size, detect_in, input_size, letterbox
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.core.events import Appearance, Detection
from edge_agent.core.geometry import Box

if TYPE_CHECKING:
    from edge_agent.ports import Image

Engine = Callable[[Floats], Floats]  # the tensor 1×3×H×W to the output, batch axis and all

CPU = ("CPUExecutionProvider",)
DIGITS = 5  # a fiftieth of a pixel of Full HD: what is written beyond it is noise, and a third of a log
LIMIT_S = 60.0  # the slowest box looks at the largest picture in less
_TENSORS: Mapping[str, type[np.generic]] = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(uint8)": np.uint8,
}


class OnnxDetector:
    """A detector that reads labels, input and layout from the model file itself; for one thread at a time."""

    def __init__(  # noqa: PLR0913 - every one is a setting of its own
        self,
        path: Path,
        *,
        names: Sequence[str] = (),
        min_score: float = 0.25,
        min_scores: Mapping[str, float] | None = None,
        overlap: float = 0.5,
        pixels: int | None = None,
        providers: Sequence[str] = CPU,
        threads: int = 1,
        engine: Engine | None = None,
        signed: frozenset[str] | None = None,
    ) -> None:
        """Open the model.

        Args:
            path: the ONNX file.
            names: labels, for a file that names none itself.
            min_score: detections below it are left out.
            min_scores: other floors for single labels.
            overlap: boxes of one family whose IoU is above it are one thing.
            pixels: how large to make the input of a model that takes any size; its own wish by default.
            providers: ONNX Runtime's execution providers, best first.
            threads: of one inference.
            engine: runs the tensor instead of ONNX Runtime.
            signed: the labels of things that are known again by what they look like; all of them by default.

        Raises:
            BadInputError: the file cannot be used, and why.
        """
        session, self.model_id = open_session(path, providers=providers, threads=threads)
        self.facts = facts_of(path.name, session, names=names)
        self._name, self._options = path.name, ort.RunOptions()
        self._engine = engine or _session_engine(session, self._options)
        self._pixels, self._overlap = pixels or self.facts.input.pixels, overlap
        self._signed = self.facts.labels if signed is None else signed
        labels, floors = self.facts.spec.names, min_scores or {}
        self._sheet: _Sheet | None = None
        self._floors = np.array([floors.get(labels[i], min_score) for i in range(len(labels))], np.float32)

    @property
    def labels(self) -> frozenset[str]:
        """Every label the model can give."""
        return self.facts.labels

    def try_once(self, limit_s: float = LIMIT_S) -> None:
        """Look at a grey picture, within a time that no box would wait for longer.

        Raises:
            BadInputError: the model cannot be run, gives what cannot be read, or takes longer.
        """
        late = Timer(limit_s, setattr, (self._options, "terminate", True))
        late.start()
        try:
            self.find(np.full((360, 640, 3), PAD, np.uint8))
        except (OutsideError, ValueError, IndexError) as error:
            why = f"gave no answer in {limit_s:g} s" if self._options.terminate else f"cannot be run: {error}"
            raise BadInputError(f"model {self._name!r}: {why}") from error
        finally:
            late.cancel()

    def detect(self, image: Image) -> tuple[Detection, ...]:
        """What is in a BGR picture, best first."""
        raw = self.find(image)
        labels = [self.facts.spec.names[kind] for kind in raw.classes.tolist()]
        rows = zip(labels, raw.scores.tolist(), raw.boxes.tolist(), self._looks(image, labels, raw), strict=True)
        return tuple(
            Detection(label=label, score=round(score, DIGITS), box=_box(box), appearance=looks)
            for label, score, box, looks in rows
        )

    def _looks(self, image: Image, labels: Sequence[str], detections: RawDetections) -> list[Appearance | None]:
        """What each thing looks like, where that is asked for."""
        looks: list[Appearance | None] = [None] * len(labels)
        signed_indices = [index for index, label in enumerate(labels) if label in self._signed]
        for index, signed in zip(
            signed_indices, signatures(image, _pixels(image, detections.boxes[signed_indices])), strict=True
        ):
            looks[index] = signed
        return looks

    def find(self, image: Image) -> RawDetections:
        """The same as numbers only: boxes in fractions of the picture, without appearance."""
        box = self._letterbox(Size(*image.shape[:2]))
        if self._sheet is None or self._sheet.box != box:
            self._sheet = _Sheet(box, self.facts)
        output = self._engine(self._sheet.filled(image))
        return detect_in(output[0], self.facts.spec, box, floors=self._floors, overlap=self._overlap)

    def _letterbox(self, source: Size) -> Letterbox:
        wanted = self.facts.input
        outer = wanted.size or input_size(source, pixels=self._pixels, stride=wanted.stride)
        return letterbox(source, outer, centred=wanted.centred)


class _Sheet:
    """The tensor 1×3×H×W that pictures of one size are laid into, one after another.

    It is made once and its margin painted once: memory that is new for each picture has to be fetched from the kernel
    page by page, which costs more than all that is done with it.
    """

    def __init__(self, box: Letterbox, facts: ModelFacts) -> None:
        self.box = box
        self._rgb, self._scale = facts.input.rgb, np.float32(facts.input.scale)
        high, wide = box.inner.height, box.inner.width
        self._small = np.empty((high, wide, 3), np.uint8)
        self._planes = [np.empty((high, wide), np.uint8) for _ in range(3)]
        self._tensor = np.full((1, 3, box.outer.height, box.outer.width), PAD * self._scale, np.float32)
        self._inside = self._tensor[0, :, box.top : box.top + high, box.left : box.left + wide]

    def filled(self, image: Image) -> Floats:
        """The tensor with a BGR picture in it, until the next is laid there."""
        small = image
        if image.shape[:2] != self._small.shape[:2]:
            small = self._small
            cv2.resize(image, (small.shape[1], small.shape[0]), dst=small)
        cv2.split(small, self._planes)
        planes = reversed(self._planes) if self._rgb else self._planes
        for place, plane in zip(self._inside, planes, strict=True):
            np.multiply(plane, self._scale, out=place) if self._scale != 1 else np.copyto(place, plane)
        return self._tensor


def open_session(path: Path, *, providers: Sequence[str] = CPU, threads: int = 1) -> tuple[ort.InferenceSession, str]:
    """A session and the file's sha256; raises `BadInputError` for a missing file, no model, or an absent provider."""
    absent = [name for name in providers if name not in ort.get_available_providers()]
    if absent:
        have = ", ".join(ort.get_available_providers())
        raise BadInputError(f"provider {absent[0]!r}: not in this build of ONNX Runtime, which has {have}")
    options = session_options(threads)
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        # By its path: a session that is given the bytes keeps them beside the weights that it makes of them.
        session = ort.InferenceSession(str(path), options, providers=list(providers))
    except OSError as error:
        raise BadInputError(f"model {str(path)!r}: {error.strerror}, expected an ONNX file") from error
    except Exception as error:  # ONNX Runtime's exceptions share no public type
        raise BadInputError(f"model {path.name!r}: not a readable ONNX model ({_first_line(error)})") from error
    return session, digest


def session_options(threads: int) -> ort.SessionOptions:
    """How a session is made for a box on which several run side by side."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # one block for all that a run needs is larger than what it needs at once
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return options


def facts_of(model: str, session: ort.InferenceSession, *, names: Sequence[str] = ()) -> ModelFacts:
    """What the file says of itself; raises `BadInputError` where it cannot be understood."""
    inputs, outputs = session.get_inputs(), session.get_outputs()
    if len(inputs) != 1 or len(outputs) != 1:
        raise BadInputError(f"model {model!r}: {len(inputs)} inputs and {len(outputs)} outputs, expected one of each")
    metadata = session.get_modelmeta().custom_metadata_map
    taken = inputs[0].type
    if taken not in _TENSORS:
        raise BadInputError(f"model {model!r}: input is of {taken}, expected {', '.join(_TENSORS)}")
    shapes = _shape(inputs[0].shape), _shape(outputs[0].shape)
    return read_facts(model, metadata, *shapes, names=names, bytewise=taken == "tensor(uint8)")


def output_shape(session: ort.InferenceSession) -> str:
    """The output's shape as text, `?` where it is free: `1x3549x85`."""
    return "x".join("?" if side is None else str(side) for side in _shape(session.get_outputs()[0].shape))


def _shape(dimensions: Sequence[Any]) -> tuple[int | None, ...]:
    """ONNX Runtime gives a free dimension as its name or None."""
    return tuple(side if isinstance(side, int) else None for side in dimensions)


def _session_engine(session: ort.InferenceSession, options: ort.RunOptions) -> Engine:
    taken = session.get_inputs()[0]
    name, kind, batch = taken.name, _TENSORS[taken.type], _shape(taken.shape)[0] or 1

    def run(tensor: Floats) -> Floats:
        try:
            given = tensor.astype(kind, copy=False)
            if batch > 1:  # it takes no fewer: the same picture again and again
                given = np.repeat(given, batch, axis=0)
            return np.asarray(session.run(None, {name: given}, options)[0], np.float32)
        except Exception as error:  # as above
            raise OutsideError(f"inference failed: {_first_line(error)}") from error

    return run


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200]


def _box(sides: Sequence[float]) -> Box:
    return Box(*(round(side, DIGITS) for side in sides))


def _pixels(image: NDArray[np.uint8], boxes: Floats) -> Places:
    """Boxes in fractions of a picture as whole pixels of it."""
    height, width = image.shape[:2]
    sides = boxes.astype(np.float64) * (width, height, width, height) + (0, 0, 0.5, 0.5)
    return sides.astype(np.intp)
