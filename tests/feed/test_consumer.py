"""The reference receiver, run as a stranger would run it, on a feed with everything that can happen on the way."""

from __future__ import annotations

import json
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

from edge_agent.adapters.broker import EmbeddedBroker
from edge_agent.adapters.mqtt import MqttPublisher, MqttSubscriber
from edge_agent.app.feed import command_topics
from edge_agent.config.deployment import BrokerSettings
from edge_agent.ports import Message
from tests.architecture import ROOT
from tests.feed.contract import faults
from tests.feed.story import story, street
from tests.feed.waiting import wait_for

SCRIPT: Final = ROOT / "docs" / "feed" / "consumer.py"
RUN: Final = "import consumer, sys; consumer.PATIENCE_S = 3.0; consumer.main(*sys.argv[1:])"
SECONDS: Final = 30.0
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
def receiver(port: int, inbox: Path) -> Iterator[Running]:
    """The script in a process of its own, killed in the end."""
    command = [sys.executable, "-c", RUN, "127.0.0.1", str(port), str(inbox)]
    with subprocess.Popen(
        command, cwd=SCRIPT.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
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
        box = MqttSubscriber(settings, command_topics(street()), lambda *told: heard.put(told), client_id="box")
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


def test_the_receiver_is_as_short_as_a_page() -> None:
    """What somebody copies must be read in a few minutes."""
    lines = SCRIPT.read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line.strip()]) <= 75
