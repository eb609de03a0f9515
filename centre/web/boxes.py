"""The boxes: which are there, how they and their cameras are doing, and since when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from psycopg.rows import dict_row
from psycopg.types.range import Range
from starlette.responses import Response

from centre.web.visit import Visit

SILENT: Final = timedelta(minutes=30)
BOXES: Final = """
SELECT a.source, a.adcode, a.agent, a.status, a.status_at, a.health, a.health_at, a.reason, a.software, a.clock_ok,
  a.heard, CASE WHEN isempty(a.seqs) THEN '{}' ELSE int8multirange(int8range(lower(a.seqs), upper(a.seqs))) - a.seqs END
    AS missing,
  (SELECT count(*) FROM incident i WHERE i.source = a.source AND i.open) AS open
FROM agent a WHERE %(districts)s::text[] IS NULL OR a.adcode = ANY(%(districts)s)
ORDER BY (a.status = 'online') , (coalesce(a.health, 'ok') = 'ok'), a.adcode, a.agent LIMIT 500"""
CAMERAS: Final = """
SELECT c.source, c.camera, c.name, c.state, c.state_at, c.reason,
  (SELECT count(*) FROM zone z WHERE z.source = c.source AND z.camera = c.camera) AS zones
FROM camera c JOIN agent a USING (source)
WHERE %(districts)s::text[] IS NULL OR a.adcode = ANY(%(districts)s) ORDER BY c.source, c.camera LIMIT 5000"""
SEEN: Final = """
SELECT source, camera FROM incident
WHERE open AND (%(districts)s::text[] IS NULL OR adcode = ANY(%(districts)s)) GROUP BY source, camera LIMIT 5000"""


def show(visit: Visit) -> Response:
    """The page."""
    values = {"districts": visit.person.districts}
    with visit.connection.cursor(row_factory=dict_row) as cursor:
        boxes = cursor.execute(BOXES, values).fetchall()
        cameras: dict[str, dict[str, dict[str, object]]] = {}
        for row in cursor.execute(CAMERAS, values).fetchall():
            cameras.setdefault(row["source"], {})[row["camera"]] = row
        for row in cursor.execute(SEEN, values).fetchall():
            cameras.setdefault(row["source"], {}).setdefault(row["camera"], row | UNKNOWN)
    for box in boxes:
        box["missing"] = numbers(box["missing"])
    template = "boxes_rows.html" if visit.by_htmx else "boxes.html"
    return visit.render(template, boxes=boxes, cameras=cameras, silent_before=visit.at - SILENT)


UNKNOWN: Final[dict[str, object]] = {"name": {}, "state": None, "state_at": None, "reason": "", "zones": 0}


def numbers(missing: Iterable[Range[int]], most: int = 5) -> str:
    """The numbers that are missing, as a person writes them: ``3–5, 9``."""
    spans = [(each.lower, each.upper - 1) for each in missing if each.lower is not None and each.upper is not None]
    text = ", ".join(f"{first}" if first == last else f"{first}–{last}" for first, last in spans[:most])
    return text + (", …" if len(spans) > most else "")
