"""Twenty recorded boxes, an hour each, replayed to the centre through a real broker, and compared.

    python -m lab.bench.centre_hour [BOXES] [FASTER]

Each box is a made-up street of ``lab/bench/streets`` from eight to nine in the morning, folded by the rules of the
agent into the messages that it would send; they are published in the order of their instants, FASTER times as fast as
they happened, each by its box's own connection. Two workers of ingest take them from mosquitto into PostgreSQL. Then
every message in the tables is held against what was published, and every state against a fold of it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import psycopg
from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from centre.clock import running_s, sleep
from centre.database.embedded import EmbeddedDatabase
from centre.database.migrate import migrate
from edge_agent.app.feed.messages import messages
from edge_agent.app.replay.replay import Assumed, replay
from lab.bench.days import STREETS, all_streets, site_of
from lab.simulation.day import simulated
from lab.simulation.street_file import read_street
from tests.centre.killing import Worker
from tests.feed.brokers import LASTING, Mosquitto

EIGHT: Final = 8
HOUR: Final = timedelta(hours=1)
PROBE: Final = "cityops/v1/320402/probe/health"
PATIENCE_S: Final = 120.0
Recorded = tuple[str, bytes, dict[str, Any]]


def recorded(number: int, street_name: str) -> list[Recorded]:
    """What one box would send in its hour: topic, payload, and the payload read."""
    street = read_street(STREETS / f"{street_name}.yaml").street
    midnight = street.start - timedelta(hours=street.hour)
    street = replace(street, start=midnight + timedelta(hours=EIGHT), hour=EIGHT, lasts=HOUR)
    site = replace(site_of(street), agent=f"box-{number:02}", adcode="320402")
    day = simulated(street, seed=number)
    outgoing = messages(replay(day.events(), street.camera, site, Assumed()), site)
    return [(each.topic, each.payload, json.loads(each.payload)) for each in outgoing]


@contextmanager
def connected(port: int, boxes: int) -> Iterator[dict[str, Client]]:
    """A connection for each box."""
    clients: dict[str, Client] = {}
    for number in range(boxes):
        name = f"box-{number:02}"
        client = clients[name] = Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=MQTTv5)
        client.connect("127.0.0.1", port)
        client.loop_start()
    yield clients
    for client in clients.values():
        client.disconnect()
        client.loop_stop()


def listened(port: int) -> None:
    """Wait until a worker has subscribed: what is published before that nobody is given."""
    codes: dict[int, ReasonCode] = {}
    client = Client(CallbackAPIVersion.VERSION2, client_id="probe", protocol=MQTTv5)
    client.on_publish = lambda _client, _data, mid, code, _properties: codes.update({mid: code})
    client.connect("127.0.0.1", port)
    client.loop_start()
    for _ in range(600):
        sent = client.publish(PROBE, "is anybody there?", qos=1)
        sent.wait_for_publish(10)
        if codes.get(sent.mid) == "Success":
            break
        sleep(0.2)
    client.disconnect()
    client.loop_stop()


def publish(hour: list[Recorded], port: int, boxes: int, faster: float) -> None:
    """Publish all of it, at the pace at which it happened, only faster."""
    first = datetime.fromisoformat(hour[0][2]["time"])
    with connected(port, boxes) as clients:
        begun, sent = running_s(), []
        for topic, payload, effect in hour:
            due = (datetime.fromisoformat(effect["time"]) - first).total_seconds() / faster
            sleep(max(0.0, begun + due - running_s()))
            sent.append(clients[topic.split("/")[3]].publish(topic, payload, qos=1))
        for each in sent:
            each.wait_for_publish(60)


def arrived(database: str, count: int) -> None:
    """Wait until so many messages are there, or no more come."""
    with psycopg.connect(database, autocommit=True) as connection:
        until = running_s() + PATIENCE_S
        while running_s() < until:
            if connection.execute("SELECT count(*) FROM message").fetchone() == (count,):
                return
            sleep(0.2)


def compared(database: str, published: list[dict[str, Any]]) -> list[str]:
    """What differs between the tables and a fold of what was published."""
    expected = {(each["source"], each["id"]): each for each in published}
    last: dict[tuple[str, str], dict[str, Any]] = {}
    for each in published:
        if each["type"].startswith(("incident.", "work_order.")):
            key = (each["source"], each["subject"])
            last[key] = max((last.get(key, each), each), key=lambda waiting_event: int(waiting_event["data"]["seq"]))
    with psycopg.connect(database, autocommit=True) as connection:
        run = connection.execute
        stored = {(source, ident): event for source, ident, event in run("SELECT source, id, event FROM message")}
        states = {row[:2]: row[2:] for row in run("SELECT source, incident, stage, seq FROM incident")}
        states |= {row[:2]: row[2:] for row in run("SELECT source, work_order, status, seq FROM work_order")}
        aside = run("SELECT reason FROM dead_letter WHERE topic <> %s", (PROBE,)).fetchall()
    faults = [f"lost: {key}" for key in expected.keys() - stored.keys()]
    faults += [f"doubled or made up: {key}" for key in stored.keys() - expected.keys()]
    faults += [f"changed: {key}" for key in expected.keys() & stored.keys() if expected[key] != stored[key]]
    for key, each in last.items():
        state = (each["data"].get("status") or each["type"].partition(".")[2], each["data"]["seq"])
        if states.get(key) != state:
            faults.append(f"{key}: {states.get(key)}, expected {state}")
    return faults + [f"put aside: {reason}" for (reason,) in aside]


def main(boxes: str = "20", faster: str = "60") -> None:
    """Record, replay, compare, and print."""
    names = islice(cycle(all_streets()), int(boxes))
    hour = [each for number, name in enumerate(names) for each in recorded(number, name)]
    hour.sort(key=lambda each: str(each[2]["time"]))
    with TemporaryDirectory() as folder, ExitStack() as stack:
        database = stack.enter_context(EmbeddedDatabase(Path(folder) / "database"))
        migrate(database.url)
        broker = stack.enter_context(Mosquitto(folder=Path(folder), settings=LASTING))
        workers = [Worker(f"hour-{n}", database.url, broker.port) for n in range(2)]
        for worker in workers:
            worker.start()
        listened(broker.port)
        begun = running_s()
        publish(hour, broker.port, int(boxes), float(faster))
        arrived(database.url, len({(results["source"], results["id"]) for _, _, results in hour}))
        span_s = running_s() - begun
        faults = compared(database.url, [results for _, _, results in hour])
        for worker in workers:
            worker.kill()
    incidents = len({results["data"]["incident"] for _, _, results in hour if results["type"] == "incident.opened"})
    print(f"{boxes} boxes, an hour each in {span_s:.0f} s: {len(hour)} messages of {incidents} incidents")
    print(f"faults: {len(faults)}")
    for each in faults[:5]:
        print(" ", each)


if __name__ == "__main__":
    main(*sys.argv[1:])
