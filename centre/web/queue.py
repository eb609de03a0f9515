"""The queue: what is open, the greatest need first."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from centre.web.cases import FILTERS, PAGE, choices, queue
from centre.web.visit import Visit, number


def show(visit: Visit) -> Response:
    """The whole page."""
    return visit.render("queue.html", choices=choices(visit.connection, visit.person.districts), **_rows(visit))


def rows(visit: Visit) -> Response:
    """The rows alone: for the page that is open already."""
    return visit.render("queue_rows.html", **_rows(visit))


def _rows(visit: Visit) -> dict[str, object]:
    chosen = {name: visit.query.get(name, "") for name in FILTERS}
    first = number(visit.query.get("first", "0"), least=0, most=1_000_000, name="first")
    entries, count = queue(visit.connection, chosen, visit.person.districts, first)
    query = {name: value for name, value in chosen.items() if value}

    def at(start: int) -> str:
        return urlencode(query | ({"first": str(start)} if start else {}))

    return {
        "entries": entries,
        "count": count,
        "first": first,
        "chosen": chosen,
        "here": at(first),
        "before": at(max(0, first - PAGE)) if first else None,
        "after": at(first + PAGE) if first + PAGE < count else None,
    }
