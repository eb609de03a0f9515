"""The record of who did what; and the messages that were put aside."""

from __future__ import annotations

from typing import Final

from psycopg.rows import dict_row
from starlette.responses import Response

from centre.web.visit import Visit, number

PAGE: Final = 200


def show(visit: Visit) -> Response:
    """The newest first; for managers."""
    visit.need("manager")
    before = number(visit.query.get("before", "0"), least=0, most=2**62, name="before")
    with visit.connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(
            "SELECT n, at, account, address, action, thing, detail FROM audit WHERE %s = 0 OR n < %s "
            "ORDER BY n DESC LIMIT %s",
            (before, before, PAGE),
        ).fetchall()
        letters = cursor.execute(
            "SELECT n, received, topic, bytes, reason FROM dead_letter ORDER BY n DESC LIMIT 50"
        ).fetchall()
    (count,) = visit.connection.execute("SELECT count(*) FROM dead_letter").fetchone() or (0,)
    return visit.render("record.html", rows=rows, letters=letters, count=count, page_size=PAGE)
