"""Values of the feed as plain JSON, and the JSON Schema of their types: each kind of value is told here, both ways.

``plain`` writes a value, ``schema_of`` says of its type what will be written; they stand side by side so that they
cannot part. Nothing that is None is written: a field that may be None is one that may be missing. Nor is a count of
``UNSAID`` that is 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from edge_agent.core.feed.strikes import StrikeCount
from edge_agent.core.geometry import Box, Point
from edge_agent.core.ground.coordinates import LonLat
from edge_agent.core.plate.reading import PlateReading, VehicleLook

SPAN_DIGITS: Final = 1  # a tenth of a second is finer than any look
BOX_DIGITS: Final = 4  # a tenth of a pixel at 1000 pixels
DEGREE_DIGITS: Final = 7  # a centimetre
UNSAID: Final[dict[type, frozenset[str]]] = {StrikeCount: frozenset({"elsewhere"})}  # counts that came later, by type

Schema = dict[str, Any]
Words = Mapping[str, str]


def plain(value: object) -> object:
    """``value`` as JSON has it."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case float():
            return round(value, SPAN_DIGITS)
        case Box() | LonLat() | Point() | PlateReading() | VehicleLook():
            return _as_a_whole(value)
        case tuple():
            return [plain(item) for item in value]
        case _ if is_dataclass(value):
            values, unsaid = ((each.name, getattr(value, each.name)) for each in fields(value)), _unsaid(type(value))
            return {name: plain(item) for name, item in values if item is not None and (item or name not in unsaid)}
        case _:
            return value


def _unsaid(kind: type) -> frozenset[str]:
    return UNSAID.get(kind, frozenset())


def _as_a_whole(value: Box | LonLat | Point | PlateReading | VehicleLook) -> object:
    """A value that is written in its own way, as ``_SIMPLE`` says of its type; a confidence keeps all its digits."""
    if isinstance(value, PlateReading | VehicleLook):
        return {name: item for name, item in asdict(value).items() if item is not None}
    return _numbers(value)


def _numbers(value: Box | LonLat | Point) -> list[float]:
    if isinstance(value, Point):
        return [round(side, BOX_DIGITS) for side in (value.x, value.y)]
    if isinstance(value, LonLat):
        return [round(degrees, DEGREE_DIGITS) for degrees in (value.lon, value.lat)]
    return [round(side, BOX_DIGITS) for side in (value.x0, value.y0, value.x1, value.y1)]


_INSTANT: Final[Schema] = {"type": "string", "format": "date-time", "pattern": "Z$"}
_SIMPLE: Final[dict[object, Schema]] = {
    datetime: _INSTANT,
    float: {"type": "number"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    str: {"type": "string"},
    object: {},
    Box: {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
    Point: {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
    LonLat: {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
    PlateReading: {
        "type": "object",
        "required": ["text", "hashed", "confidence", "looks", "province_sure"],
        "properties": {
            "text": {"type": "string", "description": "the plate, or its keyed hash where the site keeps no plates"},
            "hashed": {"type": "boolean", "description": "whether text is the hash"},
            "confidence": {"type": "number", "minimum": 0, "maximum": 1, "description": "of its least sure sign"},
            "looks": {"type": "integer", "minimum": 1, "description": "pictures that agree on it"},
            "province_sure": {
                "type": "boolean",
                "description": "whether its first sign, the province, is sure as well",
            },
            "colour": {"enum": ["blue", "yellow", "green", "white", "black"], "description": "of its ground"},
        },
    },
    VehicleLook: {
        "type": "object",
        "properties": {
            "colour": {"type": "string", "description": "white, grey, yellow, red, green, blue or black"},
            "body": {"type": "string", "description": "car, bus, truck or van"},
        },
    },
}


def schema_of(kind: Any, words: Words) -> Schema:  # noqa: ANN401 - any type
    """What ``plain`` makes of a value of type ``kind``; ``words`` say what each field means.

    Raises:
        TypeError: A type that nobody has told how to write.
        KeyError: A field that nobody has explained.
    """
    if kind in _SIMPLE:
        return dict(_SIMPLE[kind])
    if isinstance(kind, type):
        return _class(kind, words)
    args = get_args(kind)
    match get_origin(kind):
        case origin if origin in {UnionType, Union}:
            return _one_of(tuple(each for each in args if each is not NoneType), words)
        case origin if origin is tuple:
            return {"type": "array", "items": schema_of(args[0], words)}
        case origin if origin is dict:
            return {"type": "object", "additionalProperties": schema_of(args[1], words)}
        case _:
            return {"const": args[0]} if len(args) == 1 else {"enum": list(args)}  # a Literal


def _class(kind: type, words: Words) -> Schema:
    if issubclass(kind, StrEnum):
        return {"enum": [each.value for each in kind]}
    if is_dataclass(kind):
        return _object(kind, words)
    raise TypeError(f"schema: expected a type that can be told as JSON, got {kind.__name__}")


def _one_of(kinds: tuple[object, ...], words: Words) -> Schema:
    schemas = [schema_of(each, words) for each in kinds]
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


def _object(kind: type, words: Words) -> Schema:
    hints = get_type_hints(kind)
    names, unsaid = [each.name for each in fields(kind)], _unsaid(kind)
    return {
        "type": "object",
        "required": [name for name in names if NoneType not in get_args(hints[name]) and name not in unsaid],
        "properties": {name: {"description": words[name]} | schema_of(hints[name], words) for name in names},
    }
