"""The figures: what becomes of incidents, how long each stage takes, and where and when they happen."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, LiteralString

from starlette.exceptions import HTTPException
from starlette.responses import Response

from centre.cases.shares import Share
from centre.cases.tables import Cell, Table, as_csv, as_xlsx
from centre.errors import BadInputError
from centre.web.visit import Visit

SPAN: Final = timedelta(days=30)
LONGEST: Final = timedelta(days=800)
TOP: Final = 20
MISSING: Final = 404
CHOSEN: Final[LiteralString] = """
  i.opened >= %(start)s AND i.opened < %(end)s AND i.stage <> 'suppressed'
  AND (%(districts)s::text[] IS NULL OR i.adcode = ANY(%(districts)s))
  AND (%(district)s = '' OR i.adcode = %(district)s) AND (%(kind)s = '' OR i.kind = %(kind)s)"""
OUTCOMES: Final[LiteralString] = (
    """
SELECT i.kind, count(*),
  count(*) FILTER (WHERE left_early AND ended_stage = '1'), count(*) FILTER (WHERE left_early AND ended_stage = '2'),
  count(*) FILTER (WHERE left_early AND ended_stage NOT IN ('0', '1', '2')),
  count(*) FILTER (WHERE work_order IS NOT NULL), count(*) FILTER (WHERE stage = 'cancelled'),
  count(*) FILTER (WHERE left_early AND ended_stage <> '0')
FROM (SELECT *, stage = 'resolved' AND reason = 'left' AND work_order IS NULL AS left_early FROM incident) i
WHERE"""  # noqa: S608 - all of it is ours
    + CHOSEN
    + " GROUP BY i.kind ORDER BY 2 DESC"
)
STEPS: Final[LiteralString] = (
    """
WITH first AS MATERIALIZED (
  SELECT w.responsible, i.opened AS found, w.opened, s.*
  FROM incident i JOIN work_order w USING (source, incident) LEFT JOIN LATERAL (
    SELECT min(at) FILTER (WHERE status = 'dispatched') AS dispatched,
      min(at) FILTER (WHERE status = 'accepted') AS accepted,
      min(at) FILTER (WHERE status IN ('handled', 'verified', 'closed')) AS handled,
      min(at) FILTER (WHERE status IN ('verified', 'closed')) AS verified
    FROM order_step o WHERE o.source = w.source AND o.work_order = w.work_order) s ON true WHERE"""  # noqa: S608 - all of it is ours
    + CHOSEN
    + """), within AS (
  SELECT responsible, minutes, count(*) FILTER (WHERE handled - opened <= make_interval(mins => minutes)) AS n
  FROM first, time_limit GROUP BY responsible, minutes)
SELECT responsible, count(*),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM opened - found) / 60),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM dispatched - opened) / 60),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM accepted - dispatched) / 60),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM handled - opened) / 60),
  percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM handled - opened) / 60),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM verified - handled) / 60),
  count(handled),
  ARRAY(SELECT minutes FROM within w WHERE w.responsible = first.responsible ORDER BY minutes),
  ARRAY(SELECT n FROM within w WHERE w.responsible = first.responsible ORDER BY minutes)
FROM first GROUP BY responsible ORDER BY 2 DESC, 1"""
)
REVIEWS: Final[LiteralString] = (
    """
SELECT i.kind, i.zone, count(*) FILTER (WHERE said = 'rejected'), count(*) FILTER (WHERE said = 'confirmed'),
  count(*) FILTER (WHERE said = 'unanswered')
FROM incident i, LATERAL (SELECT CASE WHEN i.stage = 'cancelled' AND i.data ->> 'verb' = 'reject' THEN 'rejected'
  ELSE i.data ->> 'review' END AS said) judged WHERE"""
    + CHOSEN
    + """ AND said IN ('rejected', 'confirmed', 'unanswered')
  GROUP BY i.kind, i.zone ORDER BY 3 DESC, 4 DESC, 2, 1 LIMIT 50"""
)
HOURS: Final[LiteralString] = (
    """
SELECT extract(isodow FROM i.opened AT TIME ZONE %(zone)s)::int, extract(hour FROM i.opened AT TIME ZONE %(zone)s)::int,
  count(*) FROM incident i WHERE"""
    + CHOSEN
    + " GROUP BY 1, 2"
)
BY_HOUR: Final[LiteralString] = (
    """
SELECT i.source, i.zone, max(i.data -> 'zone_name' ->> %(language)s),
  extract(isodow FROM i.opened AT TIME ZONE %(zone)s)::int, extract(hour FROM i.opened AT TIME ZONE %(zone)s)::int,
  count(*)
FROM incident i WHERE"""
    + CHOSEN
    + " GROUP BY i.source, i.zone, 4, 5 ORDER BY 1, 2, 4, 5 LIMIT 100000"
)
PLACES: Final[LiteralString] = (
    """
SELECT i.source, i.zone, max(i.data -> 'zone_name' ->> %(language)s), i.kind, count(*),
  count(*) FILTER (WHERE i.work_order IS NOT NULL)
FROM incident i WHERE"""
    + CHOSEN
    + " GROUP BY i.source, i.zone, i.kind ORDER BY 5 DESC, 1, 2 LIMIT 20"
)
DAYS: Final[LiteralString] = (
    """
SELECT (i.opened AT TIME ZONE %(zone)s)::date, count(*), count(*) FILTER (WHERE i.work_order IS NOT NULL)
FROM incident i WHERE"""
    + CHOSEN
    + " GROUP BY 1 ORDER BY 1"
)


def show(visit: Visit) -> Response:
    """The page, which also prints."""
    values = _values(visit)
    tables = {table.name: table for table in _tables(visit, values)}
    hours = {(day, hour): count for day, hour, count in visit.connection.execute(HOURS, values)}
    most = max(hours.values(), default=1)
    heat = [
        [(count := hours.get((day, hour), 0), round(9 * count / most)) for hour in range(24)] for day in range(1, 8)
    ]
    days = visit.connection.execute(DAYS, values).fetchall()
    zone = visit.centre.settings.timezone
    noons = [datetime.combine(day, time(12), zone).timestamp() for day, _, _ in days]
    series = [noons, [row[1] for row in days], [row[2] for row in days]]
    first, last = values["start"].astimezone(zone).date(), values["end"].astimezone(zone).date() - timedelta(days=1)
    return visit.render(
        "figures.html",
        tables=tables,
        heat=heat,
        series=json.dumps(series),
        chosen={"from": first, "to": last, "district": values["district"], "kind": values["kind"]},
        query=f"from={first}&to={last}&district={values['district']}&kind={values['kind']}",
        total=sum(row[1] for row in days),
        month=visit.query.get("month", ""),
    )


def file(visit: Visit) -> Response:
    """One table as CSV or XLSX."""
    values = _values(visit)
    tables = [_hours(visit, values)] if visit.path["table"] == "hours" else _tables(visit, values)
    found = [table for table in tables if table.name == visit.path["table"]]
    if not found or visit.path["form"] not in {"csv", "xlsx"}:
        raise HTTPException(MISSING, visit.words("error.missing"))
    (table,) = found
    headings = [visit.words(f"column.{name}") for name in table.columns]
    if visit.path["form"] == "csv":
        content, kind = as_csv(headings, table.rows), "text/csv; charset=utf-8"
    else:
        content = as_xlsx(table.name, headings, table.rows)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    name = f"{table.name}.{visit.path['form']}"
    return Response(content, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


def _tables(visit: Visit, values: Mapping[str, Any]) -> list[Table]:
    run, words = visit.connection.execute, visit.words
    outcomes = tuple(
        (words.known("kind", kind), count, one, two, more, orders, cancelled, str(Share(early, early + orders)))
        for kind, count, one, two, more, orders, cancelled, early in run(OUTCOMES, values)
    )
    steps = run(STEPS, values).fetchall()
    parties = tuple((row[0] or "–", row[1], *(_minutes(each) for each in row[2:8])) for row in steps)
    limits = tuple(
        (row[0] or "–", words("figures.limit", n=minutes), str(Share(within, row[1])))
        for row in steps
        for minutes, within in zip(row[9], row[10], strict=True)
    )
    ranking = _ranking(steps)
    reviews = tuple(
        (words.known("kind", kind), zone, rejected, confirmed, silent, str(Share(rejected, rejected + confirmed)))
        for kind, zone, rejected, confirmed, silent in run(REVIEWS, values)
    )
    places = tuple(
        (name or zone, source.split("/")[2], words.known("kind", kind), count, orders)
        for source, zone, name, kind, count, orders in run(PLACES, values)
    )
    stages = ("found_ordered", "ordered_sent", "sent_accepted", "ordered_handled", "handled_p90", "handled_verified")
    return [
        Table("outcomes", ("kind", "incidents", "left1", "left2", "left3", "orders", "cancelled", "self"), outcomes),
        Table("stages", ("party", "orders", *stages), parties),
        Table("limits", ("party", "limit", "share"), limits),
        Table("ranking", ("rank", "party", "orders", "handled", "share", "ordered_handled"), ranking),
        Table("reviews", ("kind", "zone", "rejected", "confirmed", "unanswered", "share"), reviews),
        Table("places", ("place", "district", "kind", "incidents", "orders"), places),
    ]


def _ranking(steps: Sequence[tuple[Any, ...]]) -> tuple[tuple[Cell, ...], ...]:
    """Parties by the share of their orders that was handled within the shortest limit; then by the median.

    Those with equal shares and medians have the same rank.
    """
    rows = [(Share(row[10][0] if row[10] else 0, row[1]), row) for row in steps]

    def better(each: tuple[Share, tuple[Any, ...]]) -> tuple[float, float]:
        share, row = each
        return -(share.value or 0.0), math.inf if row[5] is None else round(float(row[5]), 1)

    rows.sort(key=better)
    places = [better(each) for each in rows]
    return tuple(
        (places.index(better((share, row))) + 1, row[0] or "–", row[1], row[8], str(share), _minutes(row[5]))
        for share, row in rows
    )


def _hours(visit: Visit, values: Mapping[str, Any]) -> Table:
    """Incidents by zone, weekday and hour: too long for the page, right for a file."""
    words = visit.words
    rows = tuple(
        (source.split("/")[2], name or zone, words(f"day.{day}"), hour, count)
        for source, zone, name, day, hour, count in visit.connection.execute(BY_HOUR, values)
    )
    return Table("hours", ("district", "zone", "weekday", "hour", "incidents"), rows)


def _minutes(minutes: float | None) -> Cell:
    return None if minutes is None else round(float(minutes), 1)


def _values(visit: Visit) -> dict[str, Any]:
    zone = visit.centre.settings.timezone
    today = visit.at.astimezone(zone).date()
    month = visit.query.get("month", "")
    last = _day(visit, "to", today)
    first = _day(visit, "from", last - SPAN)
    if month:  # a whole one: what is reported on
        first = _day(visit, "month", today, of=f"{month}-01")
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if not first <= last <= first + LONGEST:
        raise BadInputError(visit.words("figures.bad_span", days=LONGEST.days))
    return {
        "start": datetime.combine(first, time(), zone),
        "end": datetime.combine(last + timedelta(days=1), time(), zone),
        "districts": visit.person.districts,
        "district": visit.query.get("district", ""),
        "kind": visit.query.get("kind", ""),
        "zone": zone.key,
        "language": visit.words.language,
    }


def _day(visit: Visit, name: str, otherwise: date, of: str = "") -> date:
    text = of or visit.query.get(name, "")
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError as error:
        raise BadInputError(visit.words("figures.bad_day", day=text[:40])) from error
