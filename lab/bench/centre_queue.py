"""How long the centre's pages take with thousands of open incidents and millions of past messages.

    python -m lab.bench.centre_queue FOLDER [MESSAGES] [OPEN]

Fills a database in FOLDER (once: a second run finds it there) with so many messages of the past ten months, twelve an
incident, and everything that ingest makes of them; then asks for pages over HTTP as a person who is logged in does, and
prints of twenty answers the median and the slowest, the processor time that page, database and the asking itself took,
and the size. Ten million messages take 15 GB.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg

from centre.clock import now, running_s
from centre.database.embedded import EmbeddedDatabase
from centre.database.migrate import migrate
from centre.serving import page_at
from centre.web.people import add_account
from centre.web.setting import Settings
from tests.centre.asking import Visitor
from tests.centre.console import PASSWORD
from tests.centre.stories import Street, picture

TIMES = 20
PER_INCIDENT = 12
CHUNK = 20_000
PAGES = (
    "/",
    "/?kind=illegal_parking",
    "/?state=closed",
    "/d/320402/box-1/i-1",
    "/boxes",
    "/map/places",
    "/figures",
)
INCIDENTS = """
INSERT INTO incident (source, incident, adcode, seq, stage, open, camera, zone, kind, opened, at, ended, reason,
  ended_stage, delivered, dwell_s, severity, responsible, work_order, lon, lat, data)
SELECT 'cityops/v1/320402/box-' || n %% 1000, 'i-' || n, '320402', 6,
  CASE WHEN o THEN 'escalated' ELSE 'resolved' END, o,
  'c' || n %% 4, 'zone-' || n %% 7, (ARRAY['illegal_parking', 'prohibited_stall', 'exposed_garbage'])[1 + n %% 3],
  at, at + interval '30 minutes', CASE WHEN NOT o THEN at + interval '30 minutes' END, 'left', 'after_order', 3, 1800,
  1 + n %% 3, 'team ' || n %% 20, 'wo-' || n, 119.9 + n %% 1000 * 0.0002, 31.8 + n %% 777 * 0.0002, %(data)s::jsonb
FROM (SELECT n, n < %(open)s AS o,
  CASE WHEN n < %(open)s THEN %(at)s - n * interval '10 seconds'
    ELSE %(at)s - interval '1 hour' - n * interval '300 days' / %(count)s END AS at
  FROM generate_series(%(first)s::int, %(last)s::int) n) each"""
ORDERS = """
INSERT INTO work_order (source, work_order, incident, adcode, seq, status, open, opened, at, due, late, assignee,
  responsible, data)
SELECT source, work_order, incident, adcode, 6, CASE WHEN open THEN 'dispatched' ELSE 'closed' END, open,
  opened + interval '15 minutes', at, opened + interval '2 hours', false, 'officer-' || seq, responsible, data
FROM incident"""
STEPS = """
INSERT INTO order_step (source, work_order, seq, status, at, assignee, noticed)
SELECT w.source, w.work_order, s.seq, s.status, w.opened + s.seq * interval '3 minutes', w.assignee, true
FROM work_order w, unnest(ARRAY['opened', 'dispatched', 'accepted', 'handled', 'verified', 'closed'])
  WITH ORDINALITY AS s (status, seq) WHERE NOT w.open OR s.seq < 3"""
THUMBNAILS = """
INSERT INTO thumbnail SELECT source, incident, 1, opened, 'image/jpeg', %(picture)s FROM incident WHERE open"""
PAST_THUMBNAILS = """
INSERT INTO thumbnail SELECT source, incident, 1, opened, 'image/jpeg', '\\xffd8ff' FROM incident WHERE NOT open"""
MESSAGES = """
INSERT INTO message (source, id, type, subject, seq, time, event)
SELECT i.source, i.incident || '-' || k, 'incident.warned', i.incident, k, i.opened + k * interval '150 seconds',
  %(event)s::jsonb
FROM incident i, generate_series(1, 12) k
WHERE i.opened >= %(first)s AND i.opened < %(first)s + interval '10 days'"""
COUNTS = """
SELECT (SELECT sum(c.reltuples)::bigint FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'message'::regclass),
  (SELECT reltuples::bigint FROM pg_class WHERE oid = 'incident'::regclass),
  (SELECT count(*) FROM incident WHERE open)"""
BOXES = """
INSERT INTO agent (source, adcode, agent, status) SELECT 'cityops/v1/320402/box-' || n, '320402', 'box-' || n, 'online'
FROM generate_series(0, 999) n"""


def fill(url: str, messages: int, opened: int) -> None:
    """Write a past of so many messages, with so many incidents that are open."""
    count = messages // PER_INCIDENT
    street = Street("i-1")
    warned = street.warned(1, 5)
    at = now()
    with psycopg.connect(url, autocommit=True) as connection:
        for back in range(12):
            connection.execute(
                "SELECT add_month((date_trunc('month', %s) - %s * interval '1 month')::date)", (at, back)
            )
        connection.execute(BOXES)
        for first in range(0, count, CHUNK):
            values = {"first": first, "last": min(count, first + CHUNK) - 1, "open": opened, "count": count, "at": at}
            connection.execute(INCIDENTS, values | {"data": json.dumps(warned["data"])})
        connection.execute(ORDERS)
        connection.execute(STEPS)
        connection.execute(THUMBNAILS, {"picture": picture()})
        connection.execute(PAST_THUMBNAILS)
        for back in range(310, -10, -10):
            (day,) = connection.execute("SELECT %s - %s * interval '1 day'", (at, back)).fetchone() or (at,)
            connection.execute(MESSAGES, {"first": day, "event": json.dumps(warned)})
        connection.execute("VACUUM ANALYZE")
        add_account(connection, "manager", title="m", password=PASSWORD, roles={"*": "manager"})


@contextmanager
def running(folder: Path, messages: int, opened: int) -> Iterator[str]:
    """The page on a database with that past; its address."""
    with EmbeddedDatabase(folder, lasting=False) as database:
        migrate(database.url)
        with psycopg.connect(database.url, autocommit=True) as connection:
            empty = connection.execute("SELECT FROM agent LIMIT 1").fetchone() is None
        if empty:
            begun = running_s()
            fill(database.url, messages, opened)
            print(f"filled in {running_s() - begun:.0f} s")
        with psycopg.connect(database.url, autocommit=True) as connection:
            counts = connection.execute(COUNTS).fetchone() or (0, 0, 0)
            print("messages {:,}, incidents {:,}, of them open {:,}".format(*counts), flush=True)
        with page_at(Settings(database=database.url, timezone=ZoneInfo("Asia/Shanghai")), "127.0.0.1", 0) as url:
            yield url


def busy_s(pid: int | None = None) -> float:
    """Seconds of processor time that a process and all its descendants have used; without one, this process."""
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        each = int(path.parent.name)
        parents[each], spent[each] = int(fields[1]), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    ours = {pid or os.getpid()}
    while more := {each for each, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(spent[each] for each in ours & spent.keys())


def main(folder: str, messages: str = "10000000", opened: str = "5000") -> None:
    """Fill, measure, and print."""
    with running(Path(folder), int(messages), int(opened)) as url:
        visitor = Visitor(url)
        visitor.enters("manager")
        for path in PAGES:
            spans, before = [], busy_s()
            size = 0
            for _ in range(TIMES):
                begun = running_s()
                answer = visitor.get(path)
                spans.append((running_s() - begun) * 1000)
                size = len(answer.content)
                if not answer.ok:
                    raise SystemExit(answer.text)
            median, slowest = statistics.median(spans), max(spans)
            busy = (busy_s() - before) / TIMES * 1000
            print(f"{path:24} busy {busy:5.0f} ms, median {median:5.0f} ms, slowest {slowest:5.0f} ms", end=", ")
            print(f"{size / 1000:4.0f} KB", flush=True)
        visitor.session.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
