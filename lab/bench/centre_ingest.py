"""How many messages a second the centre takes in, and how soon they can be seen.

    python -m lab.bench.centre_ingest [WORKERS] [INCIDENTS]

A broker (mosquitto where it is installed), PostgreSQL out of the wheel as it is shipped (commits reach the disk) and
the workers run on this machine, which also publishes; so the figure is what is left to ingest of its cores. Each
incident is twelve messages, its first with a picture of some 5 KB. The first figure is of a backlog that waits at the
broker, with the processor time that it took, which other programs change less than they change the pace; the second of
messages published at 300 a second, from the publication to the commit that makes them visible.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import psycopg
from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from centre.clock import now, running_s, sleep
from centre.database.embedded import EmbeddedDatabase
from centre.database.migrate import migrate
from lab.bench.centre_queue import busy_s
from tests.centre.killing import Worker
from tests.centre.stories import Street, payload_of, topic_of
from tests.feed.brokers import PLAIN, broker_of

RATE = 300
SPAN_S = 20
BATCH = 400


@contextmanager
def publisher(port: int) -> Iterator[Client]:
    """A client that may have much in flight."""
    client = Client(CallbackAPIVersion.VERSION2, client_id="boxes", protocol=MQTTv5)
    client.max_inflight_messages_set(BATCH)
    client.connect("127.0.0.1", port)
    client.loop_start()
    yield client
    client.disconnect()
    client.loop_stop()


def made(incidents: int, name: str) -> list[tuple[str, bytes, str]]:
    """Topic, payload and id of the messages of so many incidents, of a hundred boxes."""
    events = []
    for number in range(incidents):
        source = f"cityops/v1/320402/box-{number % 100}"
        events += Street(f"{name}-{number}", source=source).ladder()
    return [(topic_of(each), payload_of(each), each["id"]) for each in events]


def queued(port: int, messages: list[tuple[str, bytes, str]]) -> None:
    """Publish them for somebody who is away."""
    with publisher(port) as client:
        for first in range(0, len(messages), BATCH):
            sent = [client.publish(topic, payload, qos=1) for topic, payload, _ in messages[first : first + BATCH]]
            for each in sent:
                each.wait_for_publish(60)


@dataclass(frozen=True, slots=True)
class IngestPace:
    """Messages a second; and milliseconds of processor time that a message took of the workers and of the database."""

    rate: float
    workers_ms: float
    database_ms: float


def backlog(database: EmbeddedDatabase, port: int, workers: list[Worker], incidents: int) -> IngestPace:
    """How a queue is taken in that waits at the broker."""
    messages = made(incidents, "backlog")
    for worker in workers:
        worker.start()
    sleep(6)  # they have subscribed, and their sessions stay
    for worker in workers:
        worker.kill()
    queued(port, messages)
    for worker in workers:
        worker.start()
    processes = [worker.process.pid for worker in workers if worker.process is not None]

    def spent() -> tuple[float, float]:
        return sum(busy_s(pid) for pid in processes), busy_s(database.pid)

    with psycopg.connect(database.url, autocommit=True) as connection:
        begun, before, used = 0.0, 0, (0.0, 0.0)
        while (count := (connection.execute("SELECT count(*) FROM message").fetchone() or (0,))[0]) < len(messages):
            if count and not begun:
                begun, before, used = running_s(), count, spent()
            Event().wait(0.1)
        span_s, after, taken = running_s() - begun, spent(), len(messages) - before
    by_workers, by_database = ((b - a) * 1000 / taken for a, b in zip(used, after, strict=True))
    return IngestPace(taken / span_s, by_workers, by_database)


def delays(database: str, port: int) -> list[float]:
    """Seconds from publication to visibility, sorted."""
    messages = made(RATE * SPAN_S // 12, "live")
    published: dict[str, datetime] = {}
    with publisher(port) as client:
        begun = running_s()
        for number, (topic, payload, ident) in enumerate(messages):
            sleep(max(0.0, begun + number / RATE - running_s()))
            published[ident] = now()
            client.publish(topic, payload, qos=1)
        sleep(3)
    # `received` is when its transaction began; it is seen when that has ended, at most one batch later.
    with psycopg.connect(database, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT id, pg_xact_commit_timestamp(xmin) FROM message WHERE id = ANY(%s)", (list(published),)
        ).fetchall()
    return sorted((at - published[ident]).total_seconds() for ident, at in rows)


def main(workers: str = "2", incidents: str = "2000") -> None:
    """Measure both, and print them."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        database = stack.enter_context(EmbeddedDatabase(Path(folder) / "database"))
        with psycopg.connect(database.url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET track_commit_timestamp = on")
        database.stop()
        database.start()
        migrate(database.url)
        broker = broker_of(Path(folder), PLAIN)
        stack.enter_context(broker)
        all_of_them = [Worker(f"worker-{n}", database.url, broker.port) for n in range(int(workers))]
        pace = backlog(database, broker.port, all_of_them, int(incidents))
        print(f"{workers} workers: {pace.rate:,.0f} messages/s of a backlog of {int(incidents) * 12:,}")
        print(
            f"processor time a message: workers {pace.workers_ms:.3f} ms, database {pace.database_ms:.3f} ms",
            flush=True,
        )
        delays_s = delays(database.url, broker.port)
        p50, p99 = delays_s[len(delays_s) // 2], delays_s[len(delays_s) * 99 // 100]
        print(
            f"at {RATE}/s: {len(delays_s):,} messages, seen after {p50 * 1000:.0f} ms (p50), {p99 * 1000:.0f} ms (p99)"
        )
        for worker in all_of_them:
            worker.kill()


if __name__ == "__main__":
    main(*sys.argv[1:])
