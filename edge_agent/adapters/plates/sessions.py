"""Sessions of ONNX Runtime for the small models of plates: one thread, and foreign errors said in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from edge_agent.core.errors import BadInputError, OutsideError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Floats = NDArray[np.float32]


class PlateNetwork:
    """A model with one input; ``run`` takes its tensor and gives its outputs, or those that are named.

    Raises:
        BadInputError: The file is not there, or holds no model with one input.
    """

    def __init__(self, path: Path) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        if not path.is_file():
            raise BadInputError(f"model {str(path)!r}: no such file, expected an ONNX file")
        try:
            self._session: Any = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime's exceptions share no public type
            raise BadInputError(f"model {path.name!r}: not a readable ONNX model") from error
        inputs = self._session.get_inputs()
        if len(inputs) != 1:
            raise BadInputError(f"model {path.name!r}: {len(inputs)} inputs, expected one")
        self._name, self._input = path.name, inputs[0].name
        self.outputs = tuple(str(each.name) for each in self._session.get_outputs())

    def run(self, tensor: Floats, outputs: Sequence[str] | None = None) -> list[Floats]:
        """The outputs; raises OutsideError where the model cannot be run on such a tensor."""
        try:
            given = self._session.run(outputs, {self._input: tensor})
        except Exception as error:  # as above
            raise OutsideError(f"model {self._name!r}: cannot be run on a picture") from error
        return [np.asarray(each, np.float32) for each in given]
