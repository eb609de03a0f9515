"""The way back over a real broker: a person at the centre writes, the box does, and its receipt comes back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from edge_agent.adapters.broker import HOST, EmbeddedBroker
from edge_agent.adapters.mqtt import MqttPublisher, MqttSubscriber
from edge_agent.adapters.mqtt.subscriber import CommandListener
from edge_agent.app.feed.delivery import Delivery
from edge_agent.app.feed.messages import command_topics
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.wire.events import instant_text
from edge_agent.config.wire.feed_schemas import ROOT
from edge_agent.ports import Message
from tests.app.centre import Centre
from tests.feed.waiting import SLOWEST_S, wait_for
from tests.street import at


class Person:
    """Somebody at the centre, with an ear and a hand of her own."""

    def __init__(self, broker: BrokerSettings, centre: Centre) -> None:
        self._centre = centre
        self._lock = Lock()
        self._heard: list[dict[str, Any]] = []
        self._hand = MqttPublisher(broker, client_id="hand")
        self._ear = MqttSubscriber(broker, f"{ROOT}/#", self._hear, client_id="ear")

    def close(self) -> None:
        """Go home."""
        self._hand.close()
        self._ear.close()

    def write(self, verb: str, payload: bytes | None = None, **keys: object) -> None:
        """Write a command, or anything."""
        now = self._centre.clock.now()
        heading = {"by": "Li", "issued": instant_text(now), "expires": instant_text(at(5000))}
        body = json.dumps(heading | keys).encode() if payload is None else payload
        topic = command_topics(self._centre.site).replace("+", verb)
        self._hand.send(Message(id="m", key="k", topic=topic, payload=body)).result(SLOWEST_S)

    def heard(self, kind: str) -> list[dict[str, Any]]:
        """The data of what came of one type, each id once."""
        with self._lock:
            came = {each["id"]: each["data"] for each in self._heard if each["type"] == kind}
        return list(came.values())

    def count(self, kind: str) -> int:
        """How many came, with those that came twice."""
        with self._lock:
            return sum(each["type"] == kind for each in self._heard)

    def _hear(self, topic: str, payload: bytes) -> None:
        if "/cmd/" not in topic and not topic.endswith("/status"):
            with self._lock:
                self._heard.append(json.loads(payload))


@contextmanager
def running(centre: Centre, broker: BrokerSettings) -> Iterator[None]:
    """The box listens, and delivers what it has to say; the desk's turns are made by the test."""
    stop = Event()
    topics = command_topics(centre.site)
    ear = CommandListener(broker=broker, topics=topics, client_id="box-01-commands", heard=centre.desk.hear)
    listening = Thread(target=ear.run, args=(stop,))
    delivery = Delivery(centre.store, MqttPublisher(broker, client_id="box-01"))
    listening.start()
    delivery.start()
    try:
        yield
    finally:
        stop.set()
        listening.join()
        delivery.close()


def test_a_command_goes_there_and_its_receipt_comes_back(tmp_path: Path) -> None:
    """Rejected, malformed, repeated, and given while the box was away: one receipt each, and one deed."""
    centre = Centre(tmp_path)
    centre.looks(30)
    with EmbeddedBroker() as embedded:
        broker = BrokerSettings(host=HOST, port=embedded.port)
        person = Person(broker, centre)
        try:
            with running(centre, broker):
                wait_for(lambda: bool(person.heard("incident.warned")))
                incident = person.heard("incident.opened")[0]["incident"]
                settled(centre, person, 1, lambda: person.write("reject", id="a", incident=incident, reason="other"))
                settled(centre, person, 2, lambda: person.write("cancel", payload=b"\x00 garbage"))
                person.write("reject", id="a", incident=incident, reason="other")
                wait_for(lambda: turn(centre) and person.count("command.receipt") == 3)
            person.write("silence", id="b", zone="z", until=instant_text(at(4000)))  # the box is away
            centre.restart()
            with running(centre, broker):
                settled(centre, person, 3, lambda: None)
        finally:
            person.close()
    receipts = {each["command"]: each["outcome"] for each in person.heard("command.receipt")}
    assert receipts.pop("a") == "accepted"
    assert receipts.pop("b") == "accepted"
    assert list(receipts.values()) == ["refused"]
    assert len(person.heard("incident.cancelled")) == 1
    assert centre.loop.world.standing.silent("z", at(3000))
    centre.store.close()


def settled(centre: Centre, person: Person, receipts: int, act: Callable[[], None]) -> None:
    """Do something, and wait until so many different receipts have come."""
    act()
    wait_for(lambda: turn(centre) and len(person.heard("command.receipt")) == receipts)


def turn(centre: Centre) -> bool:
    """Let the desk do what has come."""
    centre.desk.turn()
    return True
