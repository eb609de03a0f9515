"""One camera: its last picture with the zones on it as they were drawn, how it does, and what is open there."""

from __future__ import annotations

from typing import Any, Final

from psycopg.rows import dict_row
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from centre.contract.topics import ROOT
from centre.web.incident import give
from centre.web.pictures import AS_PICTURE
from centre.web.visit import Visit

MISSING: Final = 404
CAMERA: Final = """
SELECT c.camera, c.name, c.state, c.state_at, c.reason, c.lon, c.lat, c.legal, a.status, p.at AS pictured
FROM camera c JOIN agent a USING (source) LEFT JOIN camera_picture p USING (source, camera)
WHERE c.source = %s AND c.camera = %s"""
ZONES: Final = "SELECT zone, name, address, kinds, polygon FROM zone WHERE source = %s AND camera = %s ORDER BY zone"
OPEN: Final = """
SELECT incident, kind, zone, opened, data -> 'zone_name' AS zone_name, stage FROM incident
WHERE open AND source = %s AND camera = %s ORDER BY opened DESC LIMIT 50"""
LOOKS: Final = """
SELECT by, issued, sent, outcome, reason FROM command WHERE source = %s AND verb = 'look' AND camera = %s
ORDER BY issued DESC LIMIT 1"""


def show(visit: Visit) -> Response:
    """The page."""
    source, camera = _named(visit)
    key = (source, camera)
    with visit.connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(CAMERA, key).fetchone()
        if row is None:
            raise HTTPException(MISSING, visit.words("error.missing"))
        zones = cursor.execute(ZONES, key).fetchall()
        incidents = cursor.execute(OPEN, key).fetchall()
        look = cursor.execute(LOOKS, key).fetchone()
    for zone in zones:
        zone["points"] = points(zone["polygon"])
    path = f"/camera/{visit.path['adcode']}/{visit.path['agent']}/{camera}"
    return visit.render(
        "camera.html",
        camera=row,
        zones=zones,
        incidents=incidents,
        look=look,
        box=f"/d/{visit.path['adcode']}/{visit.path['agent']}",
        path=path,
        may_act=visit.person.may("dispatcher", visit.path["adcode"]),
    )


def picture(visit: Visit) -> Response:
    """Its last picture."""
    row = visit.connection.execute(
        "SELECT picture FROM camera_picture WHERE source = %s AND camera = %s", _named(visit)
    ).fetchone()
    if row is None:
        raise HTTPException(MISSING, visit.words("error.missing"))
    return Response(bytes(row[0]), media_type="image/jpeg", headers=AS_PICTURE)


def look(visit: Visit) -> Response:
    """Ask the box for a picture of now."""
    source, camera = _named(visit)
    visit.need("dispatcher", visit.path["adcode"])
    give(visit, "look", source, {"camera": camera}, camera=camera)
    return RedirectResponse(f"/camera/{visit.path['adcode']}/{visit.path['agent']}/{camera}", 303)


def points(polygon: list[list[Any]]) -> str:
    """An outline as SVG draws it, in fractions of the picture."""
    return " ".join(f"{x:.4f},{y:.4f}" for x, y in polygon)


def _named(visit: Visit) -> tuple[str, str]:
    visit.need("viewer", visit.path["adcode"])
    return f"{ROOT}/{visit.path['adcode']}/{visit.path['agent']}", visit.path["camera"]
