"""Strikes at other boxes: the box of an open incident is told how many its party has elsewhere.

It is looked at again in the transaction that may have changed it: a message of an incident of that party, of whatever
box, or a strike that was forgiven. What was told, and how often, stands in the commands themselves.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from centre.cases.strikes import Elsewhere, Party, command_id, news
from centre.contract.commands import MOST_ELSEWHERE, Value, command
from centre.ingest.outgoing import OURSELVES, ask

# Two transactions that change one party wait for each other, or neither would count what the other has not committed.
# It is the last that both take, in one order, so that nobody waits for ever.
LOCK: Final = """
SELECT pg_advisory_xact_lock(7215, hash)
FROM (SELECT DISTINCT hashtext(party) AS hash FROM unnest(%s::text[]) AS party ORDER BY hash) AS sorted"""
# The centre's ledger, as a page counts it, of other boxes alone; and only what somebody has heard of, as boxes count.
# Boxes name shops as their installers like: only those of the register are the same shop wherever they are named.
STANDING: Final = """
SELECT i.source, i.incident, t.told, t.times, (
  SELECT count(*) FROM incident o
  WHERE (o.shop = p.name AND p.by = 'shop' OR o.plate = p.name AND p.by = 'plate') AND o.kind = p.kind
    AND o.source <> i.source AND o.opened < i.opened
    AND o.opened > i.opened - make_interval(days => coalesce(r.window_days, 30))
    AND o.stage NOT IN ('cancelled', 'suppressed') AND (o.delivered > 0 OR o.work_order IS NOT NULL)
    AND NOT EXISTS (SELECT FROM forgiven f WHERE f.source = o.source AND f.incident = o.incident)) AS counted
FROM (SELECT * FROM unnest(%s::text[], %s::text[], %s::text[]) AS each (by, name, kind)
  WHERE each.by <> 'shop' OR EXISTS (SELECT FROM shop WHERE shop.code = each.name)) AS p
JOIN incident i ON (i.shop = p.name AND p.by = 'shop' OR i.plate = p.name AND p.by = 'plate') AND i.kind = p.kind
  AND i.open AND i.data -> 'strike' ->> 'by' = p.by AND i.data -> 'strike' ->> 'party' = p.name
LEFT JOIN strike_rule r ON r.by = p.by
CROSS JOIN LATERAL (
  SELECT count(*) AS times, coalesce((
    array_agg((c.payload::jsonb ->> 'elsewhere')::int ORDER BY c.issued DESC, length(c.id) DESC, c.id DESC)
    FILTER (WHERE c.outcome IS DISTINCT FROM 'expired'))[1], 0) AS told
  FROM command c WHERE c.source = i.source AND c.incident = i.incident AND c.verb = 'strikes') AS t
ORDER BY i.source, i.incident"""
RECORD: Final = """
INSERT INTO audit (at, account, address, action, thing, detail) VALUES (%s, %s, '', 'command.strikes', %s, %s)"""


def tell_elsewhere(connection: psycopg.Connection[tuple[Any, ...]], changed: Collection[Party], at: datetime) -> None:
    """Tell the boxes of what is open of these parties how many strikes those have elsewhere, unless they know.

    To be called last in a transaction, after all that it counts is written.
    """
    if not changed:
        return
    each = sorted(changed)
    connection.execute(LOCK, (["\n".join(party) for party in each],))
    columns = [party.by for party in each], [party.name for party in each], [party.kind for party in each]
    with connection.cursor(row_factory=class_row(Elsewhere)) as cursor:
        standing = cursor.execute(STANDING, columns).fetchall()
    for one in standing:
        count = news(one, MOST_ELSEWHERE)
        if count is None:
            continue
        keys: dict[str, Value] = {"incident": one.incident, "elsewhere": count}
        ask(connection, command("strikes", one.source, ident=command_id(one), by=OURSELVES, at=at, keys=keys))
        connection.execute(RECORD, (at, OURSELVES, one.incident, Jsonb(keys)))
