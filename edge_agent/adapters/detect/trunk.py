"""The trunk of the site's own model: what its first layers make of a crop, for the classifier that a city teaches.

A detector is a trunk that describes a picture at several scales, and heads that name boxes. The trunk is cut out of
the very file that the site uses, at run time, so that no second file can be of another model, and the file stays as it
is. Where to cut is read from the graph, which is a protocol buffer (ONNX, ``onnx.proto``)::

    picture ─▶ halved, five times ─▶ first Resize ─▶ … ─▶ halved ─▶ … ─▶ halved ─▶ Concat … Concat ─▶ Conv ─▶ heads
                                  ▲                    ▲              ▲                               ▲
                       what the neck begins with    the inputs of the two convolutions      what the coarsest
                                                    of stride 2 behind it                   head begins with
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
import onnxruntime as ort

from edge_agent.adapters.detect.onnx import CPU, facts_of, open_session, session_options
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.core.teach.features import Crop, pooled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_agent.core.teach.features import Features

SIDE: Final = 160  # pixels of a crop, each way
LAYERS: Final = 4
_JOINS: Final = 2  # of a block behind a halving: with the layer beside it, and of its own two ways
_GRAPH, _NODE, _OUTPUT = 7, 1, 12  # field numbers of ModelProto.graph, GraphProto.node, GraphProto.output
_INPUTS, _OUTPUTS, _OPERATOR, _ATTRIBUTE = 1, 2, 4, 5  # of NodeProto
_TEXTS: Final = frozenset({_INPUTS, _OUTPUTS, _OPERATOR})
_NAME, _INTS = 1, 8  # of AttributeProto; a ValueInfoProto has its name in field 1 too
_VARINT, _WIDE, _BYTES, _NARROW = 0, 1, 2, 5  # how a field is written
_HALVING: Final = (2, 2)
_SEVEN_BITS: Final = 0x7F
_MORE: Final = 0x80

_Field = tuple[int, int, bytes]  # its number, how it is written, its content (a varint: its bytes)


class Trunk:
    """Describes crops; for one thread at a time.

    Args:
        path: The model of the site.
        threads: Of one inference.

    Raises:
        BadInputError: The file is no model, or nothing in it looks like a trunk.
    """

    def __init__(self, path: Path, *, threads: int = 1, providers: Sequence[str] = CPU) -> None:
        whole, self.model_id = open_session(path, providers=providers, threads=threads)
        self._facts = facts_of(path.name, whole)
        self._input = whole.get_inputs()[0].name
        del whole
        content, self.layers = cut(path.read_bytes(), path.name)
        try:
            self._session = ort.InferenceSession(content, session_options(threads), providers=list(providers))
        except Exception as error:  # ONNX Runtime's exceptions share no public type
            raise BadInputError(f"model {path.name!r}: its trunk cannot be cut out: {error}") from error

    def describe(self, crops: Sequence[Crop]) -> Features:
        """What each crop (BGR, any size) looks like to the trunk: n × the mean and maximum of each layer's channels.

        Raises:
            OutsideError: The inference fails.
        """
        try:
            rows = [pooled(self._session.run(self.layers, {self._input: self._tensor(crop)})) for crop in crops]
        except Exception as error:  # as above
            raise OutsideError(f"inference of the trunk failed: {error}") from error
        return np.stack(rows) if rows else np.zeros((0, 0), np.float32)

    def _tensor(self, crop: Crop) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        given = self._facts.input
        size = (SIDE, SIDE) if given.size is None else (given.size.width, given.size.height)
        shrinking = max(crop.shape[:2]) > SIDE
        small = cv2.resize(crop, size, interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR)
        planes = small[..., ::-1] if given.rgb else small
        return np.ascontiguousarray(planes.transpose(2, 0, 1)[None], np.float32) * np.float32(given.scale)


def cut(model: bytes, name: str) -> tuple[bytes, list[str]]:
    """The model with nothing behind its trunk, and the names of the layers it gives instead.

    Raises:
        BadInputError: No trunk is found in it.
    """
    fields = list(_fields(model))
    graph = next((content for number, _, content in fields if number == _GRAPH), b"")
    parts = list(_fields(graph))
    nodes = [content for number, _, content in parts if number == _NODE]
    layers, needed = _layers(nodes)
    if not layers:
        raise BadInputError(
            f"model {name!r}: no trunk is found in it (a Resize and two halvings behind it), "
            "expected a YOLO detector to teach with"
        )
    rest = [each for each in parts if each[0] not in {_NODE, _OUTPUT}]
    outputs = [(_OUTPUT, _BYTES, _written([(_NAME, _BYTES, layer.encode())])) for layer in layers]
    kept = _written([*((_NODE, _BYTES, node) for node in nodes[:needed]), *rest, *outputs])
    others = [each for each in fields if each[0] != _GRAPH]
    return _written([*others, (_GRAPH, _BYTES, kept)]), layers


def _layers(nodes: Sequence[bytes]) -> tuple[list[str], int]:
    """The names of the trunk's layers, and how many nodes make them; nothing where there is no trunk."""
    layers: list[str] = []
    joined = 0  # since the last halving behind the neck's beginning
    for number, node in enumerate(nodes):
        operator, inputs, outputs = _of_node(node)
        if operator in {"Resize", "Upsample"} and not layers:
            layers = [inputs[0]]
        elif operator == "Conv" and layers and _strides(node) == _HALVING:
            layers, joined = [*layers, inputs[0]], 0
        elif operator == "Concat":
            joined += 1
        elif operator == "Conv" and len(layers) == LAYERS - 1 and joined >= _JOINS:
            return [*layers, outputs[0]], number + 1
    return [], 0


def _of_node(node: bytes) -> tuple[str, list[str], list[str]]:
    """The operator of a node, and the names of what it takes and gives."""
    texts = [(number, content.decode()) for number, _, content in _fields(node) if number in _TEXTS]
    inputs, outputs = ([text for number, text in texts if number == which] for which in (_INPUTS, _OUTPUTS))
    return next((text for number, text in texts if number == _OPERATOR), ""), inputs, outputs


def _strides(node: bytes) -> tuple[int, ...]:
    for number, _, content in _fields(node):
        if number == _ATTRIBUTE:
            attribute = list(_fields(content))
            if (_NAME, _BYTES, b"strides") in attribute:
                return tuple(value for n, how, each in attribute if n == _INTS for value in _integers(how, each))
    return ()


def _integers(how: int, content: bytes) -> list[int]:
    """Whole numbers: one, or as many as are packed together."""
    if how == _VARINT:
        return [_number(content, 0)[0]]
    integers, at = [], 0
    while at < len(content):
        value, at = _number(content, at)
        integers.append(value)
    return integers


def _fields(message: bytes) -> Iterator[_Field]:
    """The fields of a protocol buffer, in order."""
    at = 0
    while at < len(message):
        key, at = _number(message, at)
        number, how = key >> 3, key & 7
        begin = at
        if how == _VARINT:
            _, at = _number(message, at)
        elif how == _BYTES:
            length, begin = _number(message, at)
            at = begin + length
        else:
            at += 8 if how == _WIDE else 4
        yield number, how, message[begin:at]


def _written(fields: Sequence[_Field]) -> bytes:
    parts = []
    for number, how, content in fields:
        parts += [_varint(number << 3 | how), _varint(len(content)) if how == _BYTES else b"", content]
    return b"".join(parts)


def _number(message: bytes, at: int) -> tuple[int, int]:
    """The whole number that begins at ``at``, seven bits a byte and the lowest first, and where it ends."""
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & _SEVEN_BITS) << shift
        at, shift = at + 1, shift + 7
        if byte < _MORE:
            return value, at


def _varint(value: int) -> bytes:
    made = bytearray()
    while value >= _MORE:
        made.append(value & _SEVEN_BITS | _MORE)
        value >>= 7
    return bytes([*made, value])
