"""Permits: told to the box that watches the zone, and taken in and out as GeoJSON."""

from __future__ import annotations

import json
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from centre.contract.commands import Value
from centre.errors import BadInputError
from centre.web import registers
from centre.web.incident import give
from centre.web.visit import Visit

MISSING: Final = 404
NAMES: Final = ("id", "source", "zone", "holder", "valid_from", "valid_to", "kinds", "shop")
CRS: Final = {"EPSG:4490", "urn:ogc:def:crs:EPSG::4490", "urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"}


def tell(visit: Visit) -> Response:
    """Grant a permit at its box, or revoke it there; the receipt is shown with the permit."""
    visit.need("manager")
    with visit.connection.cursor(row_factory=dict_row) as cursor:
        permit = cursor.execute("SELECT * FROM permit WHERE id = %s", (visit.field("id"),)).fetchone()
    if permit is None:
        raise HTTPException(MISSING, visit.words("error.missing"))
    keys: dict[str, Value] = {"zone": permit["zone"], "permit": permit["id"]}
    verb = "revoke" if visit.field("verb") == "revoke" else "grant"
    if verb == "grant":
        keys |= {"holder": permit["holder"], "valid_to": _instant(permit["valid_to"])}
        if permit["valid_from"]:
            keys["valid_from"] = _instant(permit["valid_from"])
        keys |= {"shop": permit["shop"], "kinds": [kind.strip() for kind in permit["kinds"].split(",") if kind.strip()]}
    ident = give(visit, verb, permit["source"], keys, zone=permit["zone"])
    visit.connection.execute("UPDATE permit SET command = %s WHERE id = %s", (ident, permit["id"]))
    return RedirectResponse("/registers/permit", 303)


def geojson(visit: Visit) -> Response:
    """All permits, as features; without an outline the geometry is null."""
    with visit.connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute("SELECT * FROM permit ORDER BY id").fetchall()
    features = [
        {
            "type": "Feature",
            "id": row["id"],
            "geometry": row["outline"],
            "properties": {name: _plain(row[name]) for name in NAMES},
        }
        for row in rows
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    text = json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}, ensure_ascii=False, indent=1)
    headers = {"content-disposition": 'attachment; filename="permits.geojson"'}
    return Response(text, media_type="application/geo+json", headers=headers)


def bring(visit: Visit) -> Response:
    """Take in features: all of them or nothing."""
    visit.need("manager")
    try:
        features = read_geojson(registers.content_of(visit))
        with visit.connection.transaction():
            for properties, outline in features:
                registers.put(visit, registers.REGISTERS["permit"], properties)
                row = (None if outline is None else Jsonb(outline), properties["id"])
                visit.connection.execute("UPDATE permit SET outline = %s WHERE id = %s", row)
    except (BadInputError, psycopg.errors.IntegrityError, psycopg.errors.DataError) as error:
        raise BadInputError(str(error).splitlines()[0]) from error
    return RedirectResponse("/registers/permit", 303)


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is no number of JSON")


def _outline(geometry: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if geometry is None else {} | geometry


def read_geojson(content: bytes) -> list[tuple[dict[str, str], dict[str, Any] | None]]:
    """Properties and outline of each feature.

    Raises:
        BadInputError: It is no collection of polygons in CGCS2000 or WGS 84: GCJ-02 is refused, for it is off by 500 m.
    """
    try:
        document = json.loads(content, parse_constant=_no_number)
        named = document.get("crs", {}).get("properties", {}).get("name", "EPSG:4490")
        features = [({} | each["properties"], _outline(each["geometry"])) for each in document["features"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadInputError(f"GeoJSON: expected a FeatureCollection: {error}") from error
    if named not in CRS:
        raise BadInputError(f"GeoJSON: crs {named!r}: expected EPSG:4490 or EPSG:4326")
    for properties, outline in features:
        if outline is not None and outline.get("type") not in {"Polygon", "MultiPolygon"}:
            raise BadInputError(f"permit {properties.get('id')!r}: found {outline.get('type')}, expected a Polygon")
    return [
        ({name: str(properties[name] or "") for name in NAMES if properties.get(name) is not None}, outline)
        for properties, outline in features
    ]


def _instant(at: Any) -> str:  # noqa: ANN401 - a datetime of psycopg
    return str(at.isoformat().replace("+00:00", "Z"))


def _plain(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value
