"""What is remembered of a view, as bytes: a line of JSON, and the planes behind it, pressed.

The same view gives the same bytes, and reads back to the last cell, or a restart would part from an unbroken run.
"""

from __future__ import annotations

import json
import zlib
from datetime import datetime
from functools import cache
from typing import Any, Final

import numpy as np
from pydantic import TypeAdapter, ValidationError

from edge_agent.core.errors import BadInputError
from edge_agent.core.stream.appeared import WIDTH, Memory
from edge_agent.core.stream.standing import Appeared, Standing

_DEPTH: Final = {"short": 3, "long": 3, "lead": 1, "noise": 1, "held": 1}
_INSTANTS: Final = ("at", "learned", "flooded")
_LEVEL: Final = 1  # of pressing: it is written every few seconds
_HIGHEST: Final = 4 * WIDTH  # of pictures that stand upright


def encode_view(view: Appeared) -> bytes:
    """The bytes of a view."""
    memory = view.memory
    things = _things().dump_python(view.things, mode="json")
    if memory is None:
        return json.dumps({"things": things}).encode() + b"\n"
    instants: dict[str, Any] = {
        name: None if (at := getattr(memory, name)) is None else at.isoformat() for name in _INSTANTS
    }
    head = {**instants, "height": memory.lead.shape[0], "things": things}
    planes = b"".join(getattr(memory, name).astype(np.uint8).tobytes() for name in _DEPTH)
    return json.dumps(head).encode() + b"\n" + zlib.compress(planes, _LEVEL)


def decode_view(data: bytes) -> Appeared:
    """The view again; raises BadInputError where the bytes hold none."""
    try:
        line, _, pressed = data.partition(b"\n")
        head: dict[str, Any] = json.loads(line)
        things = _things().validate_python(head["things"])
        if not pressed:
            return Appeared(things=things)
        return Appeared(memory=_memory(head, pressed), things=things)
    except (KeyError, TypeError, ValueError, ValidationError, zlib.error) as error:
        raise BadInputError(f"stored view: {str(error).splitlines()[0]}") from error


def _memory(head: dict[str, Any], pressed: bytes) -> Memory:
    height = int(head["height"])
    if not 0 < height <= _HIGHEST:
        raise ValueError(f"height: expected 1 to {_HIGHEST}, got {height}")
    cells = height * WIDTH
    unpressed = zlib.decompressobj()
    data = np.frombuffer(unpressed.decompress(pressed, cells * sum(_DEPTH.values())), np.uint8)
    if not unpressed.eof and unpressed.decompress(unpressed.unconsumed_tail, 1):
        raise ValueError("more planes than there are")
    planes: dict[str, Any] = {}
    place = 0
    for name, depth in _DEPTH.items():
        part = data[place : place + depth * cells]
        planes[name] = part.reshape((depth, height, WIDTH) if depth > 1 else (height, WIDTH))
        place += depth * cells
    instants = {name: _instant().validate_python(head[name]) for name in _INSTANTS}
    return Memory(**planes, **instants)


@cache
def _things() -> TypeAdapter[tuple[Standing, ...]]:
    return TypeAdapter(tuple[Standing, ...])


@cache
def _instant() -> TypeAdapter[Any]:
    return TypeAdapter(datetime | None)
