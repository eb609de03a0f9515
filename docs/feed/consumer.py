"""A receiver of the feed, to start from: each message once, each subject in order, gaps told; what is none kept apart.

One that begins late asks each box for the last message of what is open there, and begins a subject with that.

python consumer.py HOST PORT inbox.db [USER PASSWORD]       needs paho-mqtt 2; prints one JSON line a message
ACCEPT_AS=NAME in the environment makes it accept every work order in that name;
TOPIC_PREFIX=city/devices is what stands before every topic, where the boxes have a `topic_prefix`.
"""

import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from queue import Empty, Queue

from paho.mqtt.client import CallbackAPIVersion, Client, MQTTMessage, MQTTv5
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

WEEK_S, EXPIRY_S = 7 * 24 * 3600, 3600
PATIENCE_S = 5.0  # so long a message waits for those before it
ODD = (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError)  # of what is no message
PREFIX = f"{os.environ['TOPIC_PREFIX']}/" if os.environ.get("TOPIC_PREFIX") else ""
BOX = f"{PREFIX}cityops/v1/+/+"
TOPICS = [(f"{BOX}/{part}", 1) for part in ("incident/#", "work_order/#", "notify/#", "cam/#", "health")]
STANDING = [(f"{BOX}/{part}", 1) for part in ("site", "open", "status")]  # the last of each: no events
INBOX = """CREATE TABLE IF NOT EXISTS inbox (source, id, subject, seq INT, event, done INT DEFAULT 0,
  came REAL, PRIMARY KEY (source, id)); CREATE TABLE IF NOT EXISTS dead_letters (topic, payload, reason);
  CREATE TABLE IF NOT EXISTS standing (topic PRIMARY KEY, payload)"""
LAST = "(SELECT coalesce(max(seq), 0) FROM inbox WHERE source = i.source AND subject = i.subject AND done)"
DUE = f"""SELECT event, seq, {LAST} AS before FROM inbox AS i WHERE NOT done
  AND (seq <= before + 1 OR came < julianday('now') - ? / 86400) ORDER BY seq"""


def read(topic: str, payload: bytes) -> tuple[object, ...]:
    """A row of the inbox; raises one of ODD for what is no message, or one of a box that the topic is not of."""
    event = json.loads(payload)
    numbered = not event["type"].endswith(".health")  # each change of health is told as it comes
    row = [event["source"], event["id"], event["subject"], event["type"], event["data"]["incident"] if numbered else ""]
    # Access lists of a broker hold for topics, not for what is written: only the topic says which box it was.
    fits = row[0] == "/".join(topic.split("/")[:4]) and all(each.isprintable() for each in row)
    seq = event["data"]["seq"] if numbered else 1
    if not fits or not 0 < seq < 1 << 63:
        raise ValueError("found another source than the topic's, or other fields than the schema's")
    return (*row[:3], int(seq), json.dumps(event))


def keep(inbox: sqlite3.Connection, topic: str, payload: bytes) -> None:
    """Write a message down; one that is there already (source, id) changes nothing."""
    inbox.execute("INSERT OR IGNORE INTO inbox VALUES (?, ?, ?, ?, ?, 0, julianday('now'))", read(topic, payload))
    inbox.commit()


def apart(inbox: sqlite3.Connection, topic: str, payload: bytes, error: Exception) -> None:
    """Put away what is no message: if it were not acknowledged, the broker would give it again for ever."""
    print(f"dead letter on {topic!a}: {error!a:.200}", file=sys.stderr, flush=True)
    inbox.execute("INSERT INTO dead_letters VALUES (?, ?, ?)", (topic, payload[:65536], repr(error)[:200]))
    inbox.commit()


def due(inbox: sqlite3.Connection) -> Iterator[dict]:
    """Each message that is the next of its subject, or has waited long enough: then there is a gap, which is told."""
    while row := inbox.execute(DUE, (PATIENCE_S,)).fetchone():
        event, (seq, before) = json.loads(row[0]), row[1:]
        if seq > before + 1:
            what = "gap" if before else "joined late, without"
            print(f"{what}: {event['subject']} {before + 1}..{seq - 1}", file=sys.stderr, flush=True)
        yield event
        inbox.execute("UPDATE inbox SET done = 1 WHERE source = ? AND id = ?", (event["source"], event["id"]))
        inbox.commit()  # only now: after a crash in between, the same is done again


def act(client: Client, event: dict) -> None:
    """Print a message, accept a work order if we are to; the same command id is obeyed once: twice does no harm."""
    print(json.dumps(event), flush=True)  # in ASCII: nothing of others steers a terminal
    if event["type"] == "work_order.opened" and "ACCEPT_AS" in os.environ:
        keys = {"by": os.environ["ACCEPT_AS"], "incident": event["data"]["incident"]}
        command(client, event["source"], "accept", f"accept-{event['id']}", keys)


def command(client: Client, source: str, verb: str, ident: str, keys: dict) -> None:
    """Tell a box to do something within the hour."""
    now, expiry = datetime.now(UTC), Properties(PacketTypes.PUBLISH)
    expiry.MessageExpiryInterval = EXPIRY_S
    heading = {"id": ident, "issued": now.isoformat(), "expires": (now + timedelta(seconds=EXPIRY_S)).isoformat()}
    client.publish(f"{PREFIX}{source}/cmd/{verb}", json.dumps(heading | keys), qos=1, properties=expiry)


def stand(client: Client, inbox: sqlite3.Connection, topic: str, payload: bytes) -> None:
    """Keep what stands of a box, and print it; where something is open that we have not heard of, ask for it."""
    source, name = topic.rsplit("/", 1)
    told = json.loads(payload)
    inbox.execute("INSERT OR REPLACE INTO standing VALUES (?, ?)", (topic, payload))
    inbox.commit()
    print(json.dumps({"topic": topic, "data": told}), flush=True)
    subjects = told["incidents"] + told["work_orders"] if name == "open" else []
    had = dict(inbox.execute("SELECT subject, max(seq) FROM inbox WHERE source = ? GROUP BY subject", (source,)))
    if any(had.get(each["id"], 0) < each.get("seq", 0) for each in subjects):
        command(client, source, "report", f"report-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}", {})


def main(host: str, port: str, path: str, user: str | None = None, password: str | None = None) -> None:
    """Receive for ever; what comes while we are away, the broker keeps."""
    inbox, heard = sqlite3.connect(path), Queue[MQTTMessage]()
    inbox.executescript(INBOX)
    client = Client(CallbackAPIVersion.VERSION2, client_id="consumer", protocol=MQTTv5, manual_ack=True)
    client.username_pw_set(user, password)
    client.on_connect = lambda *_: client.subscribe(TOPICS + STANDING)
    client.on_message = lambda _client, _data, message: heard.put(message)
    session = Properties(PacketTypes.CONNECT)
    session.SessionExpiryInterval = WEEK_S
    client.connect(host, int(port), clean_start=False, properties=session)
    client.loop_start()
    while True:
        try:
            message = heard.get(timeout=PATIENCE_S)
            topic = message.topic.removeprefix(PREFIX)
            try:
                if topic.rsplit("/", 1)[1] in ("site", "open", "status"):
                    stand(client, inbox, topic, message.payload)
                else:
                    keep(inbox, topic, message.payload)
            except ODD as error:
                apart(inbox, topic, message.payload, error)
            client.ack(message.mid, message.qos)  # it is written down: the broker may forget it
        except Empty:
            pass  # time has passed
        for event in due(inbox):
            act(client, event)


if __name__ == "__main__":
    main(*sys.argv[1:])
