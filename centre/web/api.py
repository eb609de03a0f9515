"""The read API: what the boxes said and where incidents stand, for other programs; by token, in pages by cursor.

A page ends before what is not committed yet, so that a program that keeps its cursor misses nothing, however many
workers write side by side.
"""

from __future__ import annotations

import hashlib
import json
import re
from importlib.resources import files
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from centre.clock import now
from centre.web.setting import Centre
from centre.web.visit import whole_number

MOST: Final = 500
CURSOR: Final = re.compile(r"([0-9]{1,19})\.(.{0,200})\.(.{0,200})", re.DOTALL)
MESSAGES: Final = """
SELECT tx::text AS tx, source, id, event FROM message
WHERE (tx, source, id) > (%(tx)s::xid8, %(source)s, %(id)s) AND tx < pg_snapshot_xmin(pg_current_snapshot())
  AND (%(districts)s::text[] IS NULL OR split_part(source, '/', 3) = ANY(%(districts)s))
  AND (%(type)s = '' OR type = %(type)s)
ORDER BY tx, source, id LIMIT %(limit)s"""
CASES: Final = """
SELECT i.source, i.incident, i.adcode, i.stage, i.open, i.camera, i.zone, i.kind, i.opened, i.at, i.ended, i.reason,
  i.delivered, i.recurred, i.severity, i.responsible, i.shop, i.plate, i.lon, i.lat, i.data -> 'text' AS text,
  coalesce(i.data -> 'national', '{}') AS national, i.data -> 'codes' AS codes,
  w.work_order, w.status, w.due, w.late, w.assignee, w.verified_by
FROM incident i LEFT JOIN work_order w ON w.source = i.source AND w.incident = i.incident
WHERE (i.source, i.incident) > (%(source)s, %(id)s) AND (%(open)s = '' OR (i.open OR coalesce(w.open, false)))
  AND (%(districts)s::text[] IS NULL OR i.adcode = ANY(%(districts)s))
ORDER BY i.source, i.incident LIMIT %(limit)s"""


async def openapi(_request: Request) -> Response:
    """The description of all this."""
    text = (files("centre.web") / "openapi.json").read_text(encoding="utf-8")
    return Response(text, media_type="application/json")


async def messages(request: Request) -> Response:
    """Every message, whole, in the order in which they were committed."""
    return await run_in_threadpool(_answer, request, MESSAGES, "messages")


async def cases(request: Request) -> Response:
    """Where every incident and its order stand; ``open=1`` for those that are not over."""
    return await run_in_threadpool(_answer, request, CASES, "cases")


def _answer(request: Request, query: str, name: str) -> Response:
    centre: Centre = request.app.state.centre
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    limit = whole_number(request.query_params.get("limit", "100"), MOST)
    after = CURSOR.fullmatch(request.query_params.get("after", "0.."))
    if not limit or after is None:
        return _refused(400, f"limit: expected 1 to {MOST}; after: expected a cursor that we gave")
    try:
        with centre.pool.connection(timeout=5) as connection, connection.cursor(row_factory=dict_row) as cursor:
            known = cursor.execute(
                "UPDATE api_token SET used = %s WHERE digest = %s RETURNING districts", (now(), digest(token))
            ).fetchone()
            if known is None:
                return _refused(401, "expected Authorization: Bearer with a token that is known")
            values = {
                "tx": after[1],
                "source": after[2],
                "id": after[3],
                "limit": limit,
                "districts": known["districts"],
                "type": request.query_params.get("type", ""),
                "open": request.query_params.get("open", ""),
            }
            rows = cursor.execute(query, values).fetchall()
    except psycopg.errors.DataError:
        return _refused(400, "after: expected a cursor that we gave")
    except psycopg.OperationalError:
        return _refused(503, "the database is away: try again")
    return JSONResponse(json.loads(json.dumps(_page(rows, name, limit), default=str)))


def _page(rows: list[dict[str, Any]], name: str, limit: int) -> dict[str, Any]:
    last = rows[-1] if rows else None
    cursor = None if last is None else f"{last.get('tx', 0)}.{last['source']}.{last.get('id', last.get('incident'))}"
    items = [row["event"] for row in rows] if name == "messages" else rows
    return {name: items, "next": cursor, "more": len(rows) == limit}


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _refused(status: int, why: str) -> JSONResponse:
    return JSONResponse({"error": why}, status)
