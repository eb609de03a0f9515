"""Places on the ground as written in a file: metres of a local frame, or degrees."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Annotated, ClassVar, Final

from pydantic import ConfigDict, PlainValidator, WithJsonSchema

from edge_agent.config.fields.shapes import PAIR, PointField
from edge_agent.config.fields.values import KEYS, shown, wrong
from edge_agent.core.ground.coordinates import GroundPoint, LonLat

FURTHEST_M: Final = 1e8  # from the origin: a national grid with its zone's number before the metres stays below
MOST_PIXELS: Final = 16_384
_Two = tuple[float, float]


def _two(value: object, expected: str, limits: _Two) -> _Two:
    if not isinstance(value, list) or len(value) != PAIR:
        raise wrong(shown(value), expected)
    x, y = (_number(number, expected, limit) for number, limit in zip(value, limits, strict=True))
    return x, y


def _number(value: object, expected: str, limit: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= limit or not isfinite(value):
        raise wrong(shown(value), expected)
    return float(value)


def _metres(value: object) -> GroundPoint:
    return GroundPoint(*_two(value, "a place [east, north] in metres", (FURTHEST_M, FURTHEST_M)))


def _degrees(value: object) -> LonLat:
    return LonLat(*_two(value, "a place [lon, lat] in degrees", (180, 90)))


def _size(value: object) -> tuple[int, int]:
    expected = "the picture's [width, height] in pixels"
    width, height = _two(value, expected, (MOST_PIXELS, MOST_PIXELS))
    if min(width, height) < 1 or width % 1 or height % 1:
        raise wrong(f"[{width:g}, {height:g}]", expected)
    return int(width), int(height)


def _schema(description: str, kind: str = "number") -> WithJsonSchema:
    items = {"type": kind}
    return WithJsonSchema(
        {"type": "array", "items": items, "minItems": PAIR, "maxItems": PAIR, "description": description}
    )


MetresField = Annotated[GroundPoint, PlainValidator(_metres), _schema("[east, north] in metres")]
DegreesField = Annotated[LonLat, PlainValidator(_degrees), _schema("[lon, lat] in degrees")]
SizeField = Annotated[tuple[int, int], PlainValidator(_size), _schema("[width, height] in pixels", "integer")]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceEntry:
    """A place in the one or the other way; the file's ``crs`` says in which."""

    ground: MetresField | None = None
    lonlat: DegreesField | None = None
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class PairEntry:
    """A point of the picture, and the same point as a place."""

    image: PointField
    ground: MetresField | None = None
    lonlat: DegreesField | None = None
    __pydantic_config__: ClassVar[ConfigDict] = KEYS
