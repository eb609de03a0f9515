"""Permits as a table: a register's CSV or GeoJSON, and the entries of zone files, told into each other unchanged.

A row is what the zone file says of a permit, key by key, with the zone it is of. Zones are drawn on pictures, so a
permit's own ``polygon`` travels as it is, in fractions of the picture; beside it, for people and maps, the same outline
in degrees where the camera is calibrated with degrees. A row that has an outline in degrees alone is drawn on the
picture by that calibration; without one it cannot be, and is refused.

::

    CSV      one row a permit; lists with ";" between, polygon "x y, x y, …", outline the same in degrees
    GeoJSON  one feature a permit: geometry = outline (RFC 7946 order: longitude, latitude), properties = all else
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from edge_agent.core.errors import BadInputError

KEYS: Final = ("id", "holder", "hours", "kinds", "goods", "shop", "plates", "capacity", "valid_from", "valid_to")
LISTS: Final = ("kinds", "goods", "plates")
COLUMNS: Final = ("zone", *KEYS, "polygon", "outline")
CGCS2000: Final = "urn:ogc:def:crs:EPSG::4490"
KNOWN_CRS: Final = {
    "EPSG:4490",
    CGCS2000,
    "EPSG:4326",
    "urn:ogc:def:crs:EPSG::4326",
    "urn:ogc:def:crs:OGC:1.3:CRS84",
    "CGCS2000",
}
GCJ02: Final = "GCJ-02"
BETWEEN: Final = ";"
_MOST: Final = 100_000  # rows; a city has some hundreds of places
Corners = tuple[tuple[float, float], ...]
Entry = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitRow:
    """A permit of ``zone``: ``entry`` is what a zone file says of it, without its polygon.

    ``polygon`` is in fractions of the picture, ``outline`` in degrees (longitude, latitude); either may be missing.
    """

    zone: str
    entry: Entry = field(default_factory=dict)
    polygon: Corners | None = None
    outline: Corners | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitTable:
    """Rows, and what their outlines are measured in, where the file says so."""

    rows: tuple[PermitRow, ...]
    crs: str | None = None


def csv_text(rows: Iterable[PermitRow]) -> str:
    """The rows as CSV, as spreadsheets read it."""
    written = io.StringIO()
    table = csv.DictWriter(written, COLUMNS, lineterminator="\r\n")
    table.writeheader()
    for row in rows:
        cells: dict[str, str] = {key: _cell(row.entry[key]) for key in KEYS if key in row.entry}
        for name, corners in (("polygon", row.polygon), ("outline", row.outline)):
            if corners is not None:
                cells[name] = ", ".join(f"{x!r} {y!r}" for x, y in corners)
        table.writerow({"zone": row.zone, **cells})
    return written.getvalue()


def geojson_text(rows: Iterable[PermitRow]) -> str:
    """The rows as GeoJSON in CGCS2000; a permit without an outline has no geometry."""
    crs = {"type": "name", "properties": {"name": CGCS2000}}
    features = [_feature(row) for row in rows]
    whole = {"type": "FeatureCollection", "crs": crs, "features": features}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def read_csv(text: str, name: str) -> PermitTable:
    """The rows of a CSV; raises BadInputError, in one sentence, for what is none."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), restkey="", strict=True)
    try:
        unknown = [each for each in reader.fieldnames or () if each not in COLUMNS]
        if unknown or "id" not in (reader.fieldnames or ()) or "zone" not in (reader.fieldnames or ()):
            value = f"the column {unknown[0]!r}" if unknown else "no columns zone and id"
            raise BadInputError(f"{name}: found {value}, expected zone, id and some of: {', '.join(COLUMNS)}")
        rows = [_row_of(cells, f"{name}, line {reader.line_num}") for cells in reader]
    except csv.Error as error:
        raise BadInputError(f"{name}, line {reader.line_num}: found no CSV ({error}), expected one") from error
    return PermitTable(rows=_limited(rows, name))


def read_geojson(text: str, name: str) -> PermitTable:
    """The rows of a FeatureCollection; raises BadInputError, in one sentence, for what is none."""
    try:
        whole = json.loads(text.removeprefix("\ufeff"))
        crs = whole["crs"]["properties"]["name"] if whole.get("crs") is not None else None
        features = list(whole["features"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadInputError(f"{name}: found no FeatureCollection, expected GeoJSON with features") from error
    rows = [_row_of_feature(each, f"{name}, feature {number}") for number, each in enumerate(features, start=1)]
    return PermitTable(rows=_limited(rows, name), crs=None if crs is None else str(crs))


def _limited(rows: list[PermitRow], name: str) -> tuple[PermitRow, ...]:
    if len(rows) > _MOST:
        raise BadInputError(f"{name}: found {len(rows)} permits, expected at most {_MOST}")
    return tuple(rows)


def _cell(value: object) -> str:
    return BETWEEN.join(str(each) for each in value) if isinstance(value, list) else str(value)


def _feature(row: PermitRow) -> Entry:
    ring = None if row.outline is None else [list(corner) for corner in (*row.outline, row.outline[0])]
    properties: Entry = {"zone": row.zone, **row.entry}
    if row.polygon is not None:
        properties["polygon"] = [list(corner) for corner in row.polygon]
    geometry = None if ring is None else {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "id": row.entry.get("id"), "geometry": geometry, "properties": properties}


def _row_of(cells: Mapping[str, str | None], place: str) -> PermitRow:
    if "" in cells:
        raise BadInputError(f"{place}: found more cells than columns, expected as many")
    given = {key: (value or "").strip() for key, value in cells.items()}
    entry: Entry = {}
    for key in KEYS:
        if given.get(key):
            entry[key] = _value(key, given[key], place)
    corners = {name: _corners_of(given.get(name, ""), f"{place}: {name}") for name in ("polygon", "outline")}
    return PermitRow(zone=_zone(given.get("zone"), place), entry=entry, **corners)


def _value(key: str, text: str, place: str) -> object:
    if key in LISTS:
        return [each.strip() for each in text.split(BETWEEN)]
    if key != "capacity":
        return text
    try:
        return int(text)
    except ValueError as error:
        raise BadInputError(f"{place}: capacity: found {text!r}, expected a whole number") from error


def _zone(zone: object, place: str) -> str:
    if not isinstance(zone, str) or not zone:
        raise BadInputError(f"{place}: zone: found nothing, expected the id of the zone that the permit is of")
    return zone


def _corners_of(text: str, place: str) -> Corners | None:
    if not text:
        return None
    return _corners([each.split() for each in text.split(",")], place)


def _corners(pairs: object, place: str) -> Corners:
    try:
        corners = tuple((float(x), float(y)) for x, y in pairs)  # type: ignore[attr-defined]
    except (TypeError, ValueError) as error:
        raise BadInputError(f"{place}: found no corners, expected pairs of numbers") from error
    return corners


def _row_of_feature(feature: object, place: str) -> PermitRow:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(feature, dict) or not isinstance(properties, dict):
        raise BadInputError(f"{place}: found no properties, expected those of a permit")
    columns = {key: value for key, value in properties.items() if value not in (None, "", [])}
    unknown = [key for key in columns if key not in COLUMNS]
    if unknown:
        raise BadInputError(f"{place}: found the property '{unknown[0]}', expected some of: {', '.join(COLUMNS)}")
    polygon = None if "polygon" not in columns else _corners(columns["polygon"], f"{place}: polygon")
    entry = {key: columns[key] for key in KEYS if key in columns}
    return PermitRow(
        zone=_zone(columns.get("zone"), place), entry=entry, polygon=polygon, outline=_outline(feature, place)
    )


def _outline(feature: Entry, place: str) -> Corners | None:
    """The ring of a feature without its last corner, which is its first; holes cannot be drawn."""
    geometry = feature.get("geometry")
    if geometry is None:
        return None
    rings = geometry.get("coordinates") if isinstance(geometry, dict) and geometry.get("type") == "Polygon" else None
    if not isinstance(rings, list) or len(rings) != 1:
        raise BadInputError(f"{place}: found another geometry, expected a Polygon without holes, or null")
    corners = _corners(rings[0], f"{place}: geometry")
    return corners[:-1] if len(corners) > 1 and corners[0] == corners[-1] else corners
