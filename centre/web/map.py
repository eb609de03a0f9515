"""The map: zones where their boxes can say it in degrees, what is open, and where most of it happens."""

from __future__ import annotations

from typing import Final

from starlette.responses import JSONResponse, Response

from centre.cases.shift import to_gcj02
from centre.web.visit import Visit, number, whole_number

MANY: Final = 5000
OPEN: Final = """
SELECT i.source, i.incident, i.kind, i.severity, i.lon, i.lat, i.data -> 'zone_name' FROM incident i
WHERE i.open AND i.lon IS NOT NULL
  AND (%(districts)s::text[] IS NULL OR i.adcode = ANY(%(districts)s)) LIMIT %(many)s"""
HEAT: Final = """
SELECT round(i.lon::numeric, 4)::float, round(i.lat::numeric, 4)::float, count(*) FROM incident i
WHERE i.lon IS NOT NULL AND i.opened > %(at)s - make_interval(days => %(days)s)
  AND (%(districts)s::text[] IS NULL OR i.adcode = ANY(%(districts)s))
  AND (%(weekday)s = 0 OR extract(isodow FROM i.opened AT TIME ZONE %(zone)s) = %(weekday)s)
  AND (%(hour)s < 0 OR extract(hour FROM i.opened AT TIME ZONE %(zone)s) = %(hour)s)
GROUP BY 1, 2 ORDER BY 3 DESC LIMIT %(many)s"""
ZONES: Final = """
SELECT z.zone, z.name, z.outline FROM zone z JOIN agent a USING (source)
WHERE jsonb_array_length(z.outline) > 2
  AND (%(districts)s::text[] IS NULL OR a.adcode = ANY(%(districts)s)) LIMIT %(many)s"""
CAMERAS: Final = """
SELECT c.source, c.camera, c.name, c.state, c.lon, c.lat FROM camera c JOIN agent a USING (source)
WHERE c.lon IS NOT NULL AND (%(districts)s::text[] IS NULL OR a.adcode = ANY(%(districts)s)) LIMIT %(many)s"""


def show(visit: Visit) -> Response:
    """The page."""
    return visit.render("map.html")


def places(visit: Visit) -> Response:
    """What is drawn on it."""
    values = {
        "districts": visit.person.districts,
        "many": MANY,
        "at": visit.at,
        "days": number(visit.query.get("days", "30"), least=1, most=800, name="days"),
        "weekday": number(visit.query.get("weekday", "0"), least=0, most=7, name="weekday"),
        "hour": -1 if (hour := whole_number(visit.query.get("hour", ""), 23)) is None else hour,
        "zone": visit.centre.settings.timezone.key,
    }
    run, words = visit.connection.execute, visit.words
    places_found = {
        "open": [
            {
                "at": shown(visit, lon, lat),
                "path": f"/d/{source.split('/')[2]}/{source.split('/')[3]}/{incident}",
                "text": f"{words.known('kind', kind)} {words.of(name)}",
                "severity": severity,
            }
            for source, incident, kind, severity, lon, lat, name in run(OPEN, values)
        ],
        "heat": [{"at": shown(visit, lon, lat), "n": count} for lon, lat, count in run(HEAT, values)],
        "zones": [
            {"outline": [shown(visit, lon, lat) for lon, lat in outline], "text": words.of(name, zone)}
            for zone, name, outline in run(ZONES, values)
        ],
        "cameras": [
            {
                "at": shown(visit, lon, lat),
                "text": words.of(name, camera),
                "state": state or "unknown",
                "path": f"/camera/{'/'.join(source.split('/')[2:])}/{camera}",
            }
            for source, camera, name, state, lon, lat in run(CAMERAS, values)
        ],
    }
    return JSONResponse(places_found)


def shown(visit: Visit, lon: float, lat: float) -> tuple[float, float]:
    """Latitude before longitude, as Leaflet wants it; shifted where the tiles are."""
    if visit.centre.settings.tiles_gcj02:
        lon, lat = to_gcj02(lon, lat)
    return lat, lon
