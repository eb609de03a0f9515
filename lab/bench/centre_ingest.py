"""How many messages a second the centre takes in, and how soon they can be seen.

    python -m lab.bench.centre_ingest [WORKERS] [INCIDENTS]

A broker (mosquitto where it is installed), PostgreSQL out of the wheel as it is shipped (commits reach the disk) and
the workers run on this machine, which also publishes; so the figure is what is left to ingest of its cores. Each
incident is twelve messages, its first with a picture of some 5 KB. The first figure is of a backlog that waits at the
broker; the second of messages published at 300 a second, from the publication to the commit that makes them visible.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
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
    told = []
    for number in range(incidents):
        source = f"cityops/v1/320402/box-{number % 100}"
        told += Street(f"{name}-{number}", source=source).ladder()
    return [(topic_of(each), payload_of(each), each["id"]) for each in told]


def backlog(database: str, port: int, workers: list[Worker], incidents: int) -> float:
    """Messages a second, of a queue that waits at the broker."""
    messages = made(incidents, "backlog")
    for worker in workers:
        worker.start()
    sleep(6)  # they have subscribed, and their sessions stay
    for worker in workers:
        worker.kill()
    with publisher(port) as client:
        for first in range(0, len(messages), BATCH):
            sent = [client.publish(topic, payload, qos=1) for topic, payload, _ in messages[first : first + BATCH]]
            for each in sent:
                each.wait_for_publish(60)
    for worker in workers:
        worker.start()
    with psycopg.connect(database, autocommit=True) as connection:
        begun, before = 0.0, 0
        while (count := (connection.execute("SELECT count(*) FROM message").fetchone() or (0,))[0]) < len(messages):
            if count and not begun:
                begun, before = running_s(), count
            Event().wait(0.1)
        return (len(messages) - before) / (running_s() - begun)


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
        rate = backlog(database.url, broker.port, all_of_them, int(incidents))
        print(f"{workers} workers: {rate:,.0f} messages/s of a backlog of {int(incidents) * 12:,}")
        found = delays(database.url, broker.port)
        p50, p99 = found[len(found) // 2], found[len(found) * 99 // 100]
        print(
            f"at {RATE}/s: {len(found):,} messages, seen after {p50 * 1000:.0f} ms (median), {p99 * 1000:.0f} ms (p99)"
        )
        for worker in all_of_them:
            worker.kill()


if __name__ == "__main__":
    main(*sys.argv[1:])
