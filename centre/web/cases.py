"""What the database says of incidents: the queue, and all of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, LiteralString

import psycopg
from psycopg.rows import class_row

Connection = psycopg.Connection[tuple[Any, ...]]
PAGE: Final = 40
FILTERS: Final = ("district", "kind", "zone", "stage", "person", "state")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the queue."""

    source: str
    incident: str
    adcode: str
    stage: str
    open: bool
    camera: str
    zone: str
    kind: str
    opened: datetime
    at: datetime
    ended: datetime | None
    delivered: int
    recurred: int
    severity: int
    responsible: str
    zone_name: Any
    camera_name: Any
    title: Any
    status: str | None
    due: datetime | None
    late: bool | None
    assignee: str | None
    picture: int | None
    of: int
    review_until: str | None

    @property
    def path(self) -> str:
        """Its page."""
        _, _, adcode, agent = self.source.split("/")
        return f"/d/{adcode}/{agent}/{self.incident}"


MOST_COUNTED: Final = 1000  # of what is over: a count of all of it would read all of it

# What is open is found by two small indexes; a condition on incident and order together would read every past one.
_OPEN: Final[LiteralString] = """
WITH open AS MATERIALIZED (
  SELECT source, incident FROM incident WHERE open UNION SELECT source, incident FROM work_order WHERE open)"""
_CHOSEN: Final[LiteralString] = """
  LEFT JOIN work_order w ON w.source = i.source AND w.incident = i.incident
WHERE (%(districts)s::text[] IS NULL OR i.adcode = ANY(%(districts)s))
  AND (%(district)s = '' OR i.adcode = %(district)s) AND (%(kind)s = '' OR i.kind = %(kind)s)
  AND (%(zone)s = '' OR i.zone = %(zone)s) AND (%(person)s = '' OR w.assignee = %(person)s)
  AND (%(stage)s = '' OR CASE WHEN w.status IS NULL THEN i.stage ELSE w.status END = %(stage)s)"""
_NEED: Final[LiteralString] = """
  i.severity DESC, (i.stage = 'referred') DESC, coalesce(w.late, false) DESC,
  (w.status = 'opened') DESC NULLS LAST, w.due NULLS LAST,
  i.delivered DESC, i.opened DESC, i.incident"""
_PICK_OPEN: Final[LiteralString] = (
    _OPEN  # noqa: S608 - all of it is ours
    + ", picked AS (SELECT i.source, i.incident, count(*) OVER () AS of, row_number() OVER (ORDER BY"
    + _NEED
    + ") AS place FROM open JOIN incident i USING (source, incident)"
    + _CHOSEN
    + " ORDER BY place LIMIT %(page)s OFFSET %(first)s)"
)
_PICK_OVER: Final[LiteralString] = (
    "WITH picked AS (SELECT i.source, i.incident, 0 AS of, row_number() OVER ("  # noqa: S608 - all of it is ours
    "ORDER BY i.at DESC, i.incident) AS place FROM incident i"
    + _CHOSEN
    + " AND NOT i.open AND NOT coalesce(w.open, false) ORDER BY i.at DESC, i.incident"
    + " LIMIT %(page)s OFFSET %(first)s)"
)
_COUNT_OVER: Final[LiteralString] = (
    "SELECT count(*) FROM (SELECT FROM incident i"  # noqa: S608 - all of it is ours
    + _CHOSEN
    + " AND NOT i.open AND NOT coalesce(w.open, false) LIMIT %(most)s) AS over"
)
# The columns are read of the forty that are shown, not of the thousands that they are picked from.
_ENTRIES: Final[LiteralString] = """
SELECT i.source, i.incident, i.adcode, i.stage, i.open OR coalesce(w.open, false) AS open, i.camera, i.zone, i.kind,
  i.opened, i.at, i.ended, i.delivered, i.recurred, i.severity, i.responsible, i.data -> 'zone_name' AS zone_name,
  i.data -> 'camera_name' AS camera_name, i.data -> 'title' AS title, w.status, w.due, w.late, w.assignee, picked.of,
  i.data ->> 'review_until' AS review_until,
  (SELECT max(seq) FROM thumbnail t WHERE t.source = i.source AND t.incident = i.incident) AS picture
FROM picked JOIN incident i USING (source, incident)
  LEFT JOIN work_order w ON w.source = i.source AND w.incident = i.incident
ORDER BY picked.place"""


def queue(
    connection: Connection, chosen: Mapping[str, str], districts: list[str] | None, first: int = 0
) -> tuple[list[Entry], int]:
    """One screen of the incidents that are chosen, those in the greatest need first; and how many there are.

    Of those that are over no more than ``MOST_COUNTED`` are counted.
    """
    values: dict[str, object] = {name: chosen.get(name, "") for name in FILTERS}
    values |= {"districts": districts, "first": first, "page": PAGE, "most": MOST_COUNTED}
    over = values["state"] == "closed"
    with connection.cursor(row_factory=class_row(Entry)) as cursor:
        entries = cursor.execute((_PICK_OVER if over else _PICK_OPEN) + _ENTRIES, values).fetchall()
    if not over:
        return entries, entries[0].of if entries else 0
    (count,) = connection.execute(_COUNT_OVER, values).fetchone() or (0,)
    return entries, max(count, first + len(entries) + (len(entries) == PAGE))


def choices(connection: Connection, districts: list[str] | None) -> dict[str, list[str]]:
    """What can be chosen from: districts, kinds and zones of open incidents, persons of open orders."""
    rows = connection.execute(
        "SELECT i.*, w.* FROM (SELECT array_agg(DISTINCT adcode ORDER BY adcode), "
        "array_agg(DISTINCT kind ORDER BY kind), array_agg(DISTINCT zone ORDER BY zone) "
        "FROM incident WHERE open AND (%s::text[] IS NULL OR adcode = ANY(%s))) i, "
        "(SELECT array_agg(DISTINCT assignee) FROM work_order "
        "WHERE open AND assignee IS NOT NULL AND (%s::text[] IS NULL OR adcode = ANY(%s))) w",
        (districts, districts, districts, districts),
    ).fetchone()
    names = ("district", "kind", "zone", "person")
    return {name: list(values or ())[:200] for name, values in zip(names, rows or [None] * 4, strict=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that the last messages say of one incident and its order."""

    source: str
    incident: str
    adcode: str
    seq: int
    stage: str
    open: bool
    camera: str
    zone: str
    kind: str
    opened: datetime
    at: datetime
    ended: datetime | None
    reason: str
    ended_stage: str | None
    delivered: int
    recurred: int
    dwell_s: float
    severity: int
    responsible: str
    shop: str | None
    plate: str | None
    lon: float | None
    lat: float | None
    data: dict[str, Any]
    work_order: str | None
    status: str | None
    order_open: bool | None
    order_opened: datetime | None
    due: datetime | None
    late: bool | None
    assignee: str | None
    verified_by: str | None
    order_data: dict[str, Any] | None
    online: str | None

    @property
    def path(self) -> str:
        """Its page."""
        _, _, adcode, agent = self.source.split("/")
        return f"/d/{adcode}/{agent}/{self.incident}"

    @property
    def agent(self) -> str:
        """The box that told it."""
        return self.source.split("/")[3]


_JOINED: Final = {
    "work_order": "coalesce(i.work_order, w.work_order)",
    "status": "w.status",
    "order_open": "w.open",
    "order_opened": "w.opened",
    "due": "w.due",
    "late": "w.late",
    "assignee": "w.assignee",
    "verified_by": "w.verified_by",
    "order_data": "w.data",
    "online": "a.status",
}
_CASE: Final = (
    "SELECT "  # noqa: S608 - names of ours
    + ", ".join(f"{_JOINED.get(each.name, 'i.' + each.name)} AS {each.name}" for each in fields(Case))
    + " FROM incident i LEFT JOIN work_order w ON w.source = i.source AND w.incident = i.incident"
    " LEFT JOIN agent a ON a.source = i.source WHERE i.source = %s AND i.incident = %s"
)


def case_of(connection: Connection, source: str, incident: str) -> Case | None:
    """One incident; None where nothing was heard of it."""
    with connection.cursor(row_factory=class_row(Case)) as cursor:
        return cursor.execute(_CASE, (source, incident)).fetchone()
