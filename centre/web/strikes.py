"""The strike ledger of one incident, over all boxes: counted, shown, and forgiven by somebody with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from psycopg.rows import class_row
from starlette.responses import RedirectResponse, Response

from centre.cases.strikes import StrikeRule, chosen, colour, key_of, parties
from centre.errors import BadInputError
from centre.ingest.elsewhere import tell_elsewhere
from centre.web.cases import Case
from centre.web.people import audit
from centre.web.visit import Visit

COUNT: Final = """
SELECT count(*), count(*) FILTER (WHERE i.work_order IS NOT NULL) FROM incident i
WHERE i.opened > %(first)s AND i.opened <= %(last)s AND i.stage NOT IN ('cancelled', 'suppressed') AND i.kind = %(kind)s
  AND CASE %(by)s WHEN 'shop' THEN i.shop = %(name)s
    WHEN 'plate' THEN i.plate = %(name)s AND (i.source = %(source)s OR i.plate NOT LIKE 'hmac-sha256:%%')
    ELSE i.source = %(source)s AND i.zone = %(zone)s AND i.shop IS NULL AND i.plate IS NULL END
  AND NOT EXISTS (SELECT FROM forgiven f WHERE f.source = i.source AND f.incident = i.incident)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strikes:
    """How an incident stands in the ledger."""

    by: str
    name: str
    days: int
    times: int
    orders: int
    colour: str | None
    forgiven_by: str | None
    forgiven_why: str | None


def strikes_of(visit: Visit, case: Case) -> Strikes:
    """Count it and those before it."""
    with visit.connection.cursor(row_factory=class_row(StrikeRule)) as cursor:
        rules = cursor.execute("SELECT by, window_days, steps FROM strike_rule").fetchall()
    by, name = key_of(shop=case.shop, plate=case.plate, source=case.source, zone=case.zone)
    rule = chosen(rules, by)
    values = {
        "first": case.opened - timedelta(days=rule.window_days),
        "last": case.opened,
        "kind": case.kind,
        "by": by,
        "name": name,
        "source": case.source,
        "zone": case.zone,
    }
    times, orders = visit.connection.execute(COUNT, values).fetchone() or (0, 0)
    pardon = visit.connection.execute(
        "SELECT account, reason FROM forgiven WHERE source = %s AND incident = %s", (case.source, case.incident)
    ).fetchone() or (None, None)
    return Strikes(
        by=by,
        name=case.zone if by == "place" else name,
        days=rule.window_days,
        times=times,
        orders=orders,
        colour=colour(rule, times),
        forgiven_by=pardon[0],
        forgiven_why=pardon[1],
    )


def forgive(visit: Visit, case: Case) -> Response:
    """Take an incident out of the ledger, with a reason that stays; other boxes are told where it had counted there.

    Raises:
        BadInputError: No reason was given.
    """
    visit.need("manager", case.adcode)
    reason = visit.field("reason")[:300]
    if not reason:
        raise BadInputError(visit.words("strikes.why"))
    with visit.connection.transaction():
        row = (case.source, case.incident, visit.at, visit.person.name, reason)
        visit.connection.execute("INSERT INTO forgiven VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING", row)
        audit(visit.connection, visit.at, visit.person.name, visit.address, "forgive", case.incident, reason=reason)
        tell_elsewhere(visit.connection, parties(shop=case.shop, plate=case.plate, kind=case.kind), visit.at)
        visit.connection.execute("SELECT pg_notify('changed', '[\"*\"]')")
    return RedirectResponse(case.path, 303)
