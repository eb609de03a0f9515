"""Points and polygons as drawn on the picture: pairs of fractions, x to the right and y down.

The core only ever sees polygons whose edges do not cross.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, PlainValidator, WithJsonSchema

from edge_agent.config.fields.values import shown, wrong
from edge_agent.core.geometry import Point, Polygon, polygon_area
from edge_agent.core.ground.coordinates import LonLat
from edge_agent.core.site.polygons import crossing_edges
from edge_agent.core.site.zones import MIN_CORNERS

SMALLEST: Final = 0.0001  # of the picture: 20 x 10 pixels of Full HD; less holds no footprint
PAIR: Final = 2
MOST_CORNERS: Final = 200  # far more than a kerb has; what is done with them grows with their square
_FRACTION: Final[dict[str, Any]] = {"type": "number", "minimum": 0, "maximum": 1}
_POINT_SCHEMA: Final[dict[str, Any]] = {
    "type": "array",
    "items": _FRACTION,
    "minItems": PAIR,
    "maxItems": PAIR,
    "description": "[x, y] in fractions of the picture, from its top left corner",
}


def _point(value: object) -> Point:
    if not isinstance(value, list) or len(value) != PAIR:
        raise wrong(shown(value), "a point [x, y]")
    x, y = (_fraction(number) for number in value)
    return Point(x, y)


def _fraction(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise wrong(shown(value), "a number from 0 to 1 (a fraction of the picture)")
    return float(value)


def _lonlat(value: object) -> LonLat:
    expected = "[longitude, latitude] in degrees of CGCS2000, such as [119.9742, 31.8106]"
    match value:
        case [float() | int() as lon, float() | int() as lat] if -180 <= lon <= 180 and -90 <= lat <= 90:  # noqa: PLR2004 - degrees
            return LonLat(float(lon), float(lat))
        case _:
            raise wrong(shown(value), expected)


_LONLAT_SCHEMA: Final[dict[str, Any]] = {
    "type": "array",
    "prefixItems": [
        {"type": "number", "minimum": -180, "maximum": 180},
        {"type": "number", "minimum": -90, "maximum": 90},
    ],
    "items": False,
    "minItems": PAIR,
    "description": "[longitude, latitude] in degrees of CGCS2000",
}
LonLatField = Annotated[LonLat, PlainValidator(_lonlat), WithJsonSchema(_LONLAT_SCHEMA)]


def _enough(value: object) -> object:
    if not isinstance(value, list):
        raise wrong(shown(value), "a list of points [x, y]")
    if len(value) < MIN_CORNERS:
        raise wrong(f"{len(value)} points", f"at least {MIN_CORNERS}")
    if len(value) > MOST_CORNERS:
        raise wrong(f"{len(value)} points", f"at most {MOST_CORNERS}")
    return value


def _simple(polygon: Polygon) -> Polygon:
    crossing = crossing_edges(polygon)
    if crossing is not None:
        raise wrong("edges {} and {} that cross".format(*crossing), "a polygon whose edges do not cross")
    area = polygon_area(polygon)
    if area < SMALLEST:
        raise wrong(f"an area of {area:.2g} of the picture", f"at least {SMALLEST:g}")
    return polygon


def _ends(value: object) -> object:
    if not isinstance(value, list) or len(value) != PAIR:
        raise wrong(shown(value), "the two ends of a line, [[x, y], [x, y]]")
    return value


def _long(line: tuple[Point, Point]) -> tuple[Point, Point]:
    if line[0] == line[1]:
        raise wrong("the same point twice", "the two ends of a line")
    return line


PointField = Annotated[Point, PlainValidator(_point), WithJsonSchema(_POINT_SCHEMA)]
PolygonField = Annotated[
    tuple[PointField, ...],
    AfterValidator(_simple),
    BeforeValidator(_enough, json_schema_input_type=tuple[PointField, ...]),
]
LineField = Annotated[tuple[PointField, PointField], AfterValidator(_long), BeforeValidator(_ends)]
