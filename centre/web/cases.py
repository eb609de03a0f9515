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
    review_until: str | None

    @property
    def path(self) -> str:
        """Its page."""
        _, _, adcode, agent = self.source.split("/")
        return f"/d/{adcode}/{agent}/{self.incident}"


_COLUMNS: Final[LiteralString] = """
  i.source, i.incident, i.adcode, i.stage, i.open OR coalesce(w.open, false) AS open, i.camera, i.zone, i.kind,
  i.opened, i.at, i.ended, i.delivered, i.recurred, i.severity, i.responsible, i.data -> 'zone_name' AS zone_name,
  i.data -> 'camera_name' AS camera_name, i.data -> 'title' AS title, w.status, w.due, w.late, w.assignee,
  i.data ->> 'review_until' AS review_until,
  (SELECT max(seq) FROM thumbnail t WHERE t.source = i.source AND t.incident = i.incident) AS picture"""
_FROM: Final[LiteralString] = """
FROM incident i LEFT JOIN work_order w ON w.source = i.source AND w.incident = i.incident
WHERE (%(districts)s::text[] IS NULL OR i.adcode = ANY(%(districts)s))
  AND (%(district)s = '' OR i.adcode = %(district)s) AND (%(kind)s = '' OR i.kind = %(kind)s)
  AND (%(zone)s = '' OR i.zone = %(zone)s) AND (%(person)s = '' OR w.assignee = %(person)s)
  AND (%(stage)s = '' OR CASE WHEN w.status IS NULL THEN i.stage ELSE w.status END = %(stage)s)"""
_OPEN: Final[LiteralString] = " AND (i.open OR w.open)"
_CLOSED: Final[LiteralString] = " AND NOT (i.open OR coalesce(w.open, false))"
_ORDER: Final[LiteralString] = """
ORDER BY i.severity DESC, (i.stage = 'referred') DESC, coalesce(w.late, false) DESC,
  (w.status = 'opened') DESC NULLS LAST, w.due NULLS LAST,
  i.delivered DESC, i.opened DESC, i.incident"""


def queue(
    connection: Connection, chosen: Mapping[str, str], districts: list[str] | None, first: int = 0
) -> tuple[list[Entry], int]:
    """One screen of the incidents that are chosen, those in the greatest need first; and how many there are."""
    values = {name: chosen.get(name, "") for name in FILTERS} | {"districts": districts, "first": first, "page": PAGE}
    closed = values["state"] == "closed"
    where: LiteralString = _FROM + (_CLOSED if closed else _OPEN)
    order: LiteralString = " ORDER BY i.at DESC, i.incident" if closed else _ORDER
    with connection.cursor(row_factory=class_row(Entry)) as cursor:
        entries = cursor.execute(
            "SELECT" + _COLUMNS + where + order + " LIMIT %(page)s OFFSET %(first)s", values
        ).fetchall()
    found = connection.execute("SELECT count(*)" + where, values).fetchone()
    return entries, 0 if found is None else int(found[0])


def choices(connection: Connection, districts: list[str] | None) -> dict[str, list[str]]:
    """What can be chosen from, of the incidents that are open."""
    rows = connection.execute(
        "SELECT array_agg(DISTINCT i.adcode ORDER BY i.adcode), array_agg(DISTINCT i.kind ORDER BY i.kind), "
        "array_agg(DISTINCT i.zone ORDER BY i.zone), array_remove(array_agg(DISTINCT w.assignee), NULL) "
        "FROM incident i LEFT JOIN work_order w ON w.source = i.source AND w.incident = i.incident "
        "WHERE (i.open OR w.open) AND (%s::text[] IS NULL OR i.adcode = ANY(%s))",
        (districts, districts),
    ).fetchone()
    names = ("district", "kind", "zone", "person")
    return {name: list(found or ())[:200] for name, found in zip(names, rows or [None] * 4, strict=True)}


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
