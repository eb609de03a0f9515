"""The reference receiver, run as a stranger would run it, on a feed with everything that can happen on the way."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO, Any, Final

import pytest

from edge_agent.adapters.broker import EmbeddedBroker
from edge_agent.adapters.mqtt import MqttPublisher, MqttSubscriber
from edge_agent.adapters.store import SqliteStore
from edge_agent.app.feed.delivery import Delivery
from edge_agent.app.feed.messages import command_topics, messages
from edge_agent.app.feed.standing import StandingMessages
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.core.effects import ReportHealth
from edge_agent.ports import Message
from tests.architecture import ROOT
from tests.core_run import tell as tell_core
from tests.feed.brokers import MOSQUITTO, PLAIN, Mosquitto, settings_of
from tests.feed.contract import faults
from tests.feed.story import story, street
from tests.feed.waiting import wait_for
from tests.street import at, looks, stands

SCRIPT: Final = ROOT / "docs" / "feed" / "consumer.py"
RUN: Final = "import consumer, sys; consumer.PATIENCE_S = 3.0; consumer.main(*sys.argv[1:])"
SECONDS: Final = 60.0
DARK: Final = ReportHealth(at=at(900), camera="c1", state="dark")
RECORDS: Final = tuple(each for each in story() if "/incident/" in each.topic or "/work_order/" in each.topic)


@dataclass(slots=True)
class Running:
    """A receiver at work: what it prints, line by line."""

    printed: Queue[str] = field(default_factory=Queue)
    complained: Queue[str] = field(default_factory=Queue)

    def events(self, count: int) -> list[dict[str, Any]]:
        """The next so many messages it prints."""
        return [json.loads(self.printed.get(timeout=SECONDS)) for _ in range(count)]


@contextmanager
def receiver(port: int, inbox: Path, *, accept_as: str | None = "consumer", prefix: str = "") -> Iterator[Running]:
    """The script in a process of its own, killed in the end; it accepts work orders where it is given a name."""
    command = [sys.executable, "-c", RUN, "127.0.0.1", str(port), str(inbox)]
    environ = {name: value for name, value in os.environ.items() if name != "ACCEPT_AS"} | {"TOPIC_PREFIX": prefix}
    if accept_as is not None:
        environ["ACCEPT_AS"] = accept_as
    with subprocess.Popen(
        command, cwd=SCRIPT.parent, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        running = Running()
        readers = [
            Thread(target=_read, args=(process.stdout, running.printed)),
            Thread(target=_read, args=(process.stderr, running.complained)),
        ]
        for reader in readers:
            reader.start()
        try:
            yield running
        finally:
            process.kill()
            for reader in readers:
                reader.join()


def _read(pipe: IO[str], into: Queue[str]) -> None:
    for line in pipe:
        into.put(line.rstrip("\n"))


def tell(publisher: MqttPublisher, *messages: Message) -> None:
    """Send them in this order."""
    for message in messages:
        publisher.publish(message.topic, message.payload)


def awaken(publisher: MqttPublisher, message: Message, running: Running) -> None:
    """Say one thing again and again, until the receiver has subscribed and prints it."""
    for _ in range(int(SECONDS)):
        tell(publisher, message)
        try:
            assert json.loads(running.printed.get(timeout=1))["id"] == message.id
        except Empty:
            continue
        return
    raise AssertionError("the receiver prints nothing: " + "\n".join(running.complained.queue))


def ids(events: list[dict[str, Any]], subject: str) -> list[str]:
    """Those of one subject, as printed."""
    return [event["id"] for event in events if event["subject"] == subject]


def test_each_message_once_in_order_with_gaps_told_and_work_orders_accepted(tmp_path: Path) -> None:
    """Doubled, overtaken and lost on the way; killed and started again; told all of it anew."""
    car = RECORDS[0].key
    of_car = [each for each in RECORDS if json.loads(each.payload)["subject"] == car]
    others = [each for each in RECORDS if each not in of_car]
    first, second, third, missing, *rest = of_car
    heard: Queue[tuple[str, bytes]] = Queue()
    with EmbeddedBroker() as broker:
        settings = BrokerSettings(host="127.0.0.1", port=broker.port)
        box = MqttSubscriber(settings, command_topics(street()), lambda *message: heard.put(message), client_id="box")
        publisher = MqttPublisher(settings, client_id="sender")
        with receiver(broker.port, tmp_path / "inbox.db") as running:
            awaken(publisher, first, running)
            tell(publisher, third, third, second, first, *rest, *others, *others)
            events = running.events(2 + len(rest) + len(others))
            assert ids(events, car) == [each.id for each in (second, third, *rest)]
            assert sorted(event["id"] for event in events) == sorted(
                each.id for each in RECORDS if each not in (first, missing)
            )
            number = json.loads(missing.payload)["data"]["seq"]
            assert running.complained.get(timeout=SECONDS) == f"gap: {car} {number}..{number}"
            wait_for(lambda: all_done(tmp_path / "inbox.db"))  # what it is killed in the middle of, it does again
        with receiver(broker.port, tmp_path / "inbox.db") as running:
            awaken(publisher, missing, running)
            assert running.printed.empty()
        publisher.close()
        box.close()
    accepted = [json.loads(heard.get(timeout=SECONDS)[1]) for _ in opened()]
    assert {each["id"] for each in accepted} == {f"accept-{each.id}" for each in opened()}
    assert [faults("command.accept", each) for each in accepted] == [[]] * len(accepted)


def all_done(inbox: Path) -> bool:
    """Whether the receiver has written down that it has done all it has printed."""
    with closing(sqlite3.connect(inbox)) as rows:
        return not rows.execute("SELECT id FROM inbox WHERE NOT done").fetchall()


def opened() -> list[Message]:
    """The work orders that the receiver must accept."""
    return [each for each in RECORDS if each.topic.endswith("/opened") and "/work_order/" in each.topic]


SOURCE: Final = "/".join(RECORDS[0].topic.split("/")[:4])
WHOLE: Final = json.loads(RECORDS[0].payload)


def changed(**change: object) -> bytes:
    """The first event with other fields; those of its data with ``data_`` before them."""
    data = {name.removeprefix("data_"): value for name, value in change.items() if name.startswith("data_")}
    rest = {name: value for name, value in change.items() if not name.startswith("data_")}
    return json.dumps(WHOLE | {"id": "another", "data": WHOLE["data"] | data} | rest).encode()


STRANGE: Final = (
    b"{{{",
    b"[]",
    b"7",
    b"",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"id": "x", "data": {}}',
    json.dumps({name: value for name, value in WHOLE.items() if name != "subject"}).encode(),
    changed(data=None),
    changed(source=None),
    changed(source="cityops/v1/999999/VICTIM"),
    changed(source="cityops/v1"),
    changed(id=["x"]),
    changed(id="\ud800"),
    changed(subject="\x1b[2J"),
    changed(type={"a": 1}),
    changed(data_incident=None),
    *(changed(data_seq=seq) for seq in (None, "1", 0, -1, 2**63, 1e999, [1])),
)


def test_what_is_no_message_is_kept_apart_and_ends_nothing(tmp_path: Path) -> None:
    """Nor does it at the next start: the broker gives again what was not acknowledged."""
    inbox, first, second = tmp_path / "inbox.db", *RECORDS[:2]
    with EmbeddedBroker() as broker:
        publisher = MqttPublisher(BrokerSettings(host="127.0.0.1", port=broker.port), client_id="sender")
        with receiver(broker.port, inbox) as running:
            awaken(publisher, first, running)
            for each in STRANGE:
                publisher.publish(f"{SOURCE}/incident/illegal_parking/opened", each)
            tell(publisher, second)
            assert running.events(1)[0]["id"] == second.id
            wait_for(lambda: all_done(inbox))
        with receiver(broker.port, inbox) as running:
            tell(publisher, *RECORDS[2:3])
            assert running.events(1)[0]["id"] == RECORDS[2].id
        publisher.close()
    with closing(sqlite3.connect(inbox)) as rows:
        apart = rows.execute("SELECT topic, payload FROM dead_letters").fetchall()
    assert [payload for _, payload in apart] == [each[:65536] for each in STRANGE]


def test_it_commands_nobody_without_a_name(tmp_path: Path) -> None:
    """Who copies it does not accept the work orders of a city by that."""
    order = opened()[0]
    heard: Queue[tuple[str, bytes]] = Queue()
    with EmbeddedBroker() as broker:
        settings = BrokerSettings(host="127.0.0.1", port=broker.port)
        box = MqttSubscriber(settings, command_topics(street()), lambda *message: heard.put(message), client_id="box")
        publisher = MqttPublisher(settings, client_id="sender")
        with receiver(broker.port, tmp_path / "inbox.db", accept_as=None) as running:
            awaken(publisher, order, running)
            wait_for(lambda: all_done(tmp_path / "inbox.db"))
        publisher.close()
        box.close()
    assert heard.empty()


def test_the_receiver_is_as_short_as_a_page() -> None:
    """What somebody copies must be read in a few minutes; since it joins late as it should, two pages."""
    lines = SCRIPT.read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line.strip()]) <= 112


def test_below_another_root_it_hears_and_commands_as_it_does_below_none(tmp_path: Path) -> None:
    """``TOPIC_PREFIX`` is the boxes' ``topic_prefix``: topics have it, the source has not."""
    heard: Queue[tuple[str, bytes]] = Queue()
    order = next(each for each in RECORDS if json.loads(each.payload)["type"] == "work_order.opened")
    with EmbeddedBroker() as broker:
        settings = BrokerSettings(host="127.0.0.1", port=broker.port, topic_prefix="city/devices")
        box = MqttSubscriber(settings, command_topics(street()), lambda *message: heard.put(message), client_id="box")
        publisher = MqttPublisher(settings, client_id="sender")
        with receiver(broker.port, tmp_path / "inbox.db", prefix="city/devices") as running:
            awaken(publisher, order, running)
            topic, payload = heard.get(timeout=SECONDS)
        publisher.close()
        box.close()
    assert (topic, json.loads(payload)["by"]) == (f"{SOURCE}/cmd/accept", "consumer")


@pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed here")
def test_one_that_begins_at_seq_6_knows_where_everything_stands(tmp_path: Path) -> None:
    """It reads what is open, asks for what it has not heard of, and begins each subject with its last message."""
    heard: Queue[tuple[str, bytes]] = Queue()
    here, store = street(), SqliteStore(tmp_path / "agent.db")
    result = tell_core(looks(stands("car", 0, 2000), until=1000), here)
    store.commit(result.world, (), result.effects, messages((*result.effects, DARK), here))
    store.commit(result.world, (), (DARK,))
    with Mosquitto(folder=tmp_path, settings=PLAIN) as broker:
        settings = settings_of(broker.port)
        first = MqttSubscriber(settings, f"{SOURCE}/#", lambda *result: heard.put(result), client_id="before")
        publisher = MqttPublisher(settings, client_id="sender")
        delivery = Delivery(store, publisher)
        delivery.standing = StandingMessages(site=here, book=store.open, software="1", timezone="UTC")
        delivery.start()

        def report(topic: str, _payload: bytes) -> None:
            assert topic.endswith("/cmd/report")
            store.open.tell_again()
            delivery.wake()

        box = MqttSubscriber(
            settings,
            command_topics(here),
            report,
            client_id="box",
        )
        wait_for(lambda: any(topic.endswith("/open") for topic, _ in heard.queue))
        with receiver(broker.port, tmp_path / "inbox.db", accept_as=None) as running:
            lines = running.events(5)
            complaint = running.complained.get(timeout=SECONDS)
        delivery.drain(within_s=60)
        for each in (publisher, box, first):
            each.close()
    store.close()
    by_type = {line.get("type", line.get("topic", "").rpartition("/")[2]): line for line in lines}
    assert by_type.keys() == {"site", "open", "camera.health", "incident.escalated", "work_order.opened"}
    assert by_type["incident.escalated"]["data"]["seq"] == result.events[-1].seq == 5
    assert complaint == f"joined late, without: {result.events[-1].incident} 1..4"
