"""The notifier: makes notices of what boxes ask for and of orders, and sends each at most once.

::

    waiting ─▶ sending ─▶ sent
       ▲          ├─────▶ waiting again, later   (certainly not delivered)
       │          ├─────▶ failed                 (five times)
       └──────────┴─────▶ unknown                (no answer, or the worker died: never sent again by itself)

That it is being sent is committed before the first byte leaves. So whatever dies, and whenever, a notice may stay
unsent and be shown as unknown, but is not sent twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Event
from typing import Final

from psycopg.rows import class_row

from centre.clock import now
from centre.database.rounds import rounds
from centre.errors import BadInputError
from centre.ingest.keep import Connection
from centre.notices.forms import Channel
from centre.notices.send import RefusedError, UnknownError, send

LATE: Final = timedelta(hours=2)  # what a box says later than that is told to nobody
DEAD: Final = timedelta(seconds=60)  # longer than any attempt may take
TRIES: Final = 5
BACK_OFF: Final = timedelta(seconds=20)
MAKE: Final = """
WITH new AS (
  UPDATE notification SET noticed = true WHERE (source, id) IN (
    SELECT source, id FROM notification WHERE NOT noticed ORDER BY source, id LIMIT 200 FOR UPDATE SKIP LOCKED)
  RETURNING source, id, incident, contact, at, texts)
INSERT INTO notice (id, source, incident, contact, channel, address, text, made, state, next_at)
SELECT new.source || '|' || new.id || '|' || r.channel || '|' || r.address, new.source, new.incident, new.contact,
  r.channel, r.address, coalesce(new.texts ->> r.language, new.texts ->> 'zh-CN', new.texts ->> 'en', ''), %(at)s,
  CASE WHEN new.at < %(late)s THEN 'too_late' ELSE 'waiting' END, %(at)s
FROM new JOIN recipient r USING (contact) ON CONFLICT DO NOTHING"""
MAKE_OF_ORDERS: Final = """
WITH new AS (
  UPDATE order_step SET noticed = true WHERE (source, work_order, seq) IN (
    SELECT source, work_order, seq FROM order_step WHERE status = 'dispatched' AND NOT noticed
    ORDER BY source, work_order, seq LIMIT 200 FOR UPDATE SKIP LOCKED)
  RETURNING source, work_order, seq, assignee, at)
INSERT INTO notice (id, source, incident, contact, channel, address, text, made, state, next_at)
SELECT new.source || '|' || new.work_order || '-' || new.seq || '|' || r.channel || '|' || r.address, new.source,
  i.incident, r.contact, r.channel, r.address,
  coalesce(i.data -> 'text' ->> r.language, i.data -> 'text' ->> 'zh-CN', i.kind) || E'\n' ||
    coalesce(i.data -> 'national' ->> 'SFWZ', i.data -> 'zone_name' ->> r.language, i.zone) || E'\n' || new.work_order,
  %(at)s, CASE WHEN new.at < %(late)s THEN 'too_late' ELSE 'waiting' END, %(at)s
FROM new JOIN recipient r ON r.contact = new.assignee
  JOIN work_order w ON w.source = new.source AND w.work_order = new.work_order
  JOIN incident i ON i.source = w.source AND i.incident = w.incident
ON CONFLICT DO NOTHING"""
BURY: Final = """
WITH dead AS (
  UPDATE notice SET state = 'unknown' WHERE state = 'sending' AND next_at < %(dead)s RETURNING id)
UPDATE notice_attempt SET outcome = 'unknown', ended = %(at)s, detail = 'the worker died'
WHERE outcome = 'sending' AND notice IN (SELECT id FROM dead)"""
TAKE: Final = """
UPDATE notice SET state = 'sending', tries = tries + 1, next_at = %(at)s WHERE id = (
  SELECT n.id FROM notice n JOIN channel c ON c.name = n.channel
  WHERE n.state = 'waiting' AND n.next_at <= %(at)s AND c.active
    AND (SELECT count(*) FROM notice_attempt a WHERE a.channel = c.name AND a.begun > %(minute)s) < c.per_minute
  ORDER BY n.next_at, n.id LIMIT 1 FOR UPDATE OF n SKIP LOCKED)
RETURNING id, channel, address, text, tries"""
BEGIN: Final = "INSERT INTO notice_attempt (notice, channel, begun) VALUES (%s, %s, %s) RETURNING n"
CHANNEL: Final = "SELECT name, kind, url, secret, template, sender, per_minute FROM channel WHERE name = %s"


class Notifier:
    """Runs until ``stop`` is set; several may run side by side."""

    def __init__(self, url: str) -> None:
        self._url = url

    def run(self, stop: Event) -> None:
        """Make and send what there is."""

        def one(connection: Connection) -> None:
            make(connection, now())
            while not stop.is_set() and send_one(connection, now()):
                pass

        rounds("notifier", self._url, stop, one)


def make(connection: Connection, at: datetime) -> None:
    """Make notices of what is new, once for each contact's channel; and bury those whose worker has died."""
    values = {"at": at, "late": at - LATE, "dead": at - DEAD}
    with connection.transaction():
        connection.execute(MAKE, values)
        connection.execute(MAKE_OF_ORDERS, values)
        connection.execute(BURY, values)


def send_one(connection: Connection, at: datetime) -> bool:
    """Send the next notice that is due; False where there is none."""
    with connection.transaction():
        taken = connection.execute(TAKE, {"at": at, "minute": at - timedelta(minutes=1)}).fetchone()
        if taken is None:
            return False
        ident, name, address, text, tries = taken
        (attempt,) = connection.execute(BEGIN, (ident, name, at)).fetchone() or (None,)
        with connection.cursor(row_factory=class_row(Channel)) as cursor:
            channel = cursor.execute(CHANNEL, (name,)).fetchone()
    if channel is None:
        return False
    outcome, detail = _sent(channel, ident, address, text, at)
    state = outcome
    if outcome == "refused":
        state = "failed" if tries >= TRIES else "waiting"
    after = now()
    with connection.transaction():
        later = after + BACK_OFF * 2 ** (tries - 1)
        connection.execute("UPDATE notice SET state = %s, next_at = %s WHERE id = %s", (state, later, ident))
        row = (after, outcome, detail, attempt)
        connection.execute("UPDATE notice_attempt SET ended = %s, outcome = %s, detail = %s WHERE n = %s", row)
        connection.execute("SELECT pg_notify('changed', '[\"*\"]')")
    return True


def _sent(channel: Channel, ident: str, address: str, text: str, at: datetime) -> tuple[str, str]:
    try:
        send(channel, ident=ident, address=address, text=text, at=at)
    except (RefusedError, BadInputError) as error:
        return "refused", str(error)
    except UnknownError as error:
        return "unknown", str(error)
    return "sent", ""
