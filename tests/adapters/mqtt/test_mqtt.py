"""Delivery is what the broker acknowledged, word for word; everything else is one sentence that keeps the password."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import count
from queue import Queue
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.broker import EmbeddedBroker
from edge_agent.adapters.mqtt import MqttPublisher, MqttSubscriber, StatusTopic
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.fields.secret import Secret
from edge_agent.core.errors import OutsideError
from edge_agent.core.feed.broker_faults import BrokenOffError, HopelessError, MessageRefusedError, NameTakenError
from edge_agent.ports import LoginRefusedError, Message
from tests.adapters.mqtt.scripted_broker import (
    BAD_LOGIN,
    HANG_UP,
    NO_MATCHING_SUBSCRIBERS,
    NONSENSE,
    NOT_AUTHORIZED,
    PACKET_TOO_LARGE,
    PAYLOAD_FORMAT_INVALID,
    SESSION_TAKEN_OVER,
    SUCCESS,
    TOPIC_NAME_INVALID,
    Script,
    scripted_broker,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PASSWORD = "correct horse"  # noqa: S105 - of a broker that lives for one test
LOGIN = {"box": PASSWORD}
TOPIC = "cityops/v1/110105/box/incident/illegal_parking/opened"
STATUS = StatusTopic("cityops/v1/110105/box/status", "box")
numbers = count()  # every listener has an id of its own
SECONDS = 60.0  # no test waits this long unless it fails


@pytest.fixture(scope="module")
def broker() -> Iterator[BrokerSettings]:
    """The embedded broker with one login."""
    with EmbeddedBroker(logins=LOGIN) as running:
        yield at(running.port)


def at(port: int, password: str = PASSWORD) -> BrokerSettings:
    """Where a broker on this machine is, and the login."""
    return BrokerSettings(host="127.0.0.1", port=port, username="box", password=Secret("a test", password))


class Ear:
    """A subscriber that keeps what it hears."""

    def __init__(self, broker: BrokerSettings, topics: str, *, client_id: str = "ear") -> None:
        self.heard: Queue[tuple[str, bytes]] = Queue()
        self.subscriber = MqttSubscriber(broker, topics, self._hear, client_id=client_id)

    def _hear(self, topic: str, payload: bytes) -> None:
        self.heard.put((topic, payload))

    def next(self) -> tuple[str, bytes]:
        """The next message, waited for."""
        return self.heard.get(timeout=SECONDS)


@pytest.fixture
def listen(broker: BrokerSettings) -> Iterator[Callable[[str], Ear]]:
    """Subscribes for the length of the test."""
    ears: list[Ear] = []

    def listening(topics: str) -> Ear:
        ears.append(Ear(broker, topics, client_id=f"ear-{next(numbers)}"))
        return ears[-1]

    yield listening
    for ear in ears:
        ear.subscriber.close()


def test_what_is_published_is_heard_in_order(broker: BrokerSettings, listen: Callable[[str], Ear]) -> None:
    """By the time publish returns, the broker has it; a subscriber hears all of it, bytes unchanged."""
    ear = listen("order/#")
    publisher = MqttPublisher(broker, client_id="order")
    for n in range(50):
        publisher.publish(f"order/{n}", f"消息 {n}".encode())
    publisher.close()
    assert [ear.next() for _ in range(50)] == [(f"order/{n}", f"消息 {n}".encode()) for n in range(50)]


def test_a_large_message_passes(broker: BrokerSettings, listen: Callable[[str], Ear]) -> None:
    """With a thumbnail of 64 KB inside."""
    ear = listen("large/#")
    publisher = MqttPublisher(broker, client_id="large")
    publisher.publish("large/x", bytes(90_000))
    publisher.close()
    assert len(ear.next()[1]) == 90_000


def test_the_status_is_kept_for_those_who_come_later(broker: BrokerSettings, listen: Callable[[str], Ear]) -> None:
    """Retained: online while connected, offline after an orderly end."""
    publisher = MqttPublisher(broker, client_id="box", status=STATUS)
    publisher.connect()
    topic, payload = listen(STATUS.topic).next()
    assert (topic, json.loads(payload)) == (STATUS.topic, {"agent": "box", "state": "online"})
    publisher.close()
    assert json.loads(listen(STATUS.topic).next()[1])["state"] == "offline"


def test_a_sleeping_subscriber_gets_what_it_missed(broker: BrokerSettings) -> None:
    """The session outlives the connection."""
    ear = Ear(broker, "missed/#", client_id="sleeper")
    ear.subscriber.close()
    publisher = MqttPublisher(broker, client_id="missed")
    publisher.publish("missed/1", b"while you slept")
    publisher.close()
    again = Ear(broker, "missed/#", client_id="sleeper")
    assert again.next() == ("missed/1", b"while you slept")
    again.subscriber.close()


def test_a_listener_that_fails_hears_the_next_message(broker: BrokerSettings, caplog: pytest.LogCaptureFixture) -> None:
    """An exception on the network thread is logged and ends nothing."""
    heard: Queue[bytes] = Queue()

    def stumble(_topic: str, payload: bytes) -> None:
        heard.put(payload)
        if payload == b"1":
            raise ValueError("stumbled")

    subscriber = MqttSubscriber(broker, "stumble/#", stumble, client_id="stumbler")
    publisher = MqttPublisher(broker, client_id="stumble")
    publisher.publish("stumble/x", b"1")
    publisher.publish("stumble/x", b"2")
    assert [heard.get(timeout=SECONDS) for _ in range(2)] == [b"1", b"2"]
    publisher.close()
    subscriber.close()
    assert "stumbled" in caplog.text


def test_a_broker_that_is_not_there_is_named() -> None:
    """Host and port, and what the system says."""
    with EmbeddedBroker() as gone:
        port = gone.port
    assert complaint(at(port)) == f"broker 127.0.0.1:{port}: cannot be reached: Connection refused"


def test_a_wrong_password_is_said_but_never_repeated(broker: BrokerSettings) -> None:
    """The embedded broker hangs up without a word, so the sentence asks."""
    sentence = complaint(at(broker.port, "guessed wrong"), LoginRefusedError)
    assert "are the user name and the password right, or is it a port for TLS?" in sentence
    assert f"127.0.0.1:{broker.port}" in sentence
    assert "guessed" not in sentence


def test_the_brokers_reason_for_refusing_the_login_is_passed_on() -> None:
    """Other brokers do say why."""
    with scripted_broker(Script(login=BAD_LOGIN)) as script:
        sentence = complaint(at(script.port), LoginRefusedError)
    assert sentence == f"broker 127.0.0.1:{script.port}: refused the connection: Bad user name or password"


def complaint(broker: BrokerSettings, kind: type[OutsideError] = OutsideError) -> str:
    """The sentence with which a message could not be delivered."""
    publisher = MqttPublisher(broker, client_id="box")
    with pytest.raises(kind) as caught:
        publisher.publish(TOPIC, b"{}")
    publisher.close()
    assert type(caught.value) is kind
    return str(caught.value)


def test_a_refused_message_is_no_delivery() -> None:
    """The reason code is the truth: the connection stays, the next message passes."""
    script = Script(publish=lambda topic: NOT_AUTHORIZED if topic == TOPIC else SUCCESS)
    with scripted_broker(script):
        publisher = MqttPublisher(at(script.port), client_id="box")
        with pytest.raises(MessageRefusedError, match=rf"refused a message on {TOPIC}: Not authorized"):
            publisher.publish(TOPIC, b"{}")
        publisher.publish("cityops/allowed", b"1")
        publisher.close()
    assert script.taken == [("cityops/allowed", b"1")]


def test_nobody_listening_is_seen() -> None:
    """The broker took it, and says that it reached nobody."""
    with scripted_broker(Script(publish=lambda _topic: NO_MATCHING_SUBSCRIBERS)) as script:
        publisher = MqttPublisher(at(script.port), client_id="box")
        assert not publisher.publish(TOPIC, b"1")
        publisher.close()


@pytest.mark.parametrize("code", [TOPIC_NAME_INVALID, PAYLOAD_FORMAT_INVALID])
def test_a_refusal_that_cannot_heal_is_told_apart(code: int) -> None:
    """The same bytes would be refused again, whatever anybody does about rights."""
    with scripted_broker(Script(publish=lambda _topic: code)) as script:
        complaint(at(script.port), HopelessError)


def test_a_broker_that_hangs_up_over_a_message_says_so() -> None:
    """One of those under way was too large for it."""
    with scripted_broker(Script(publish=lambda _topic: PACKET_TOO_LARGE)) as script:
        assert "ended the connection over a message: Packet too large" in complaint(at(script.port), BrokenOffError)


def test_many_messages_are_under_way_at_once() -> None:
    """As many as the broker says that it takes, less one for the status; each answer finds its own message."""
    refused = "cityops/7"
    script = Script(publish=lambda topic: NOT_AUTHORIZED if topic == refused else SUCCESS, takes=21)
    with scripted_broker(script):
        publisher = MqttPublisher(at(script.port), client_id="box")
        publisher.connect()
        assert publisher.window == 20
        topics = [f"cityops/{n}" for n in range(20)]
        answers = [publisher.send(Message(id=topic, key=topic, topic=topic, payload=b"1")) for topic in topics]
        failed = [topic for topic, answer in zip(topics, answers, strict=True) if answer.exception(SECONDS) is not None]
        publisher.close()
    assert failed == [refused]


def test_a_message_larger_than_the_broker_takes_is_not_sent() -> None:
    """It would hang up; so it is hopeless without trying."""
    with scripted_broker(Script(largest=1000)) as script:
        publisher = MqttPublisher(at(script.port), client_id="box")
        publisher.publish("cityops/small", b"1")
        with pytest.raises(
            HopelessError, match="takes 1000 bytes, and a message on cityops/large has 1068 with its topic"
        ):
            publisher.publish("cityops/large", bytes(1001))
        publisher.close()
    assert script.taken == [("cityops/small", b"1")]


def test_health_expires_and_records_never_do() -> None:
    """The property stands in the packet of the one, and not of the other; both say that they are CloudEvents."""
    with scripted_broker(Script()) as script:
        publisher = MqttPublisher(at(script.port), client_id="box")
        hour = timedelta(hours=1)
        publisher.send(Message(id="h", key="h", topic="h", payload=b"", expires=hour)).result(SECONDS)
        publisher.publish("r", b"")
        publisher.close()
    cloudevent = bytes([0x03, 0x00, 43]) + b"application/cloudevents+json; charset=utf-8"
    assert script.properties == [bytes([0x02]) + (3600).to_bytes(4, "big") + cloudevent, cloudevent]


def test_a_network_thread_that_dies_is_a_lost_connection() -> None:
    """Whatever paho stumbles over: nobody waits for an answer that cannot come."""
    with scripted_broker(Script(publish=lambda _topic: NONSENSE)) as script:
        complaint(at(script.port))


def test_a_connection_that_breaks_is_no_delivery_and_is_made_again() -> None:
    """The broker hangs up instead of answering; the next call connects anew and delivers."""
    answers = iter([SUCCESS, HANG_UP, SUCCESS])
    with scripted_broker(Script(publish=lambda _topic: next(answers))) as script:
        publisher = MqttPublisher(at(script.port), client_id="box")
        publisher.publish(TOPIC, b"1")
        with pytest.raises(OutsideError, match="the connection is gone"):
            publisher.publish(TOPIC, b"2")
        publisher.publish(TOPIC, b"2")
        publisher.close()
    assert script.taken == [(TOPIC, b"1"), (TOPIC, b"2")]


def test_two_agents_of_one_name_are_told_so() -> None:
    """The broker lets the later one in and says so to the first."""
    with scripted_broker(Script(publish=lambda _topic: SESSION_TAKEN_OVER)) as script:
        assert "two agents must not share a name" in complaint(at(script.port), NameTakenError)


def test_a_refused_subscription_is_said() -> None:
    """Waiting for what will never come would look like a quiet night."""
    with (
        scripted_broker(Script(subscribe=NOT_AUTHORIZED)) as script,
        pytest.raises(MessageRefusedError, match="refused the subscription of cityops/#: Not authorized"),
    ):
        Ear(at(script.port), "cityops/#")


def test_a_subscriber_knows_that_the_broker_is_gone() -> None:
    """Killed: the subscriber's owner may then say so and try again."""
    with EmbeddedBroker() as broker:
        ear = Ear(replace(at(broker.port), username=None, password=None), "x/#")
        broker.stop()
        assert ear.subscriber.lost.wait(SECONDS)
        ear.subscriber.close()


def test_no_password_shows_in_a_repr(broker: BrokerSettings) -> None:
    """Neither in the settings' nor in the broker's own."""
    assert PASSWORD not in repr(broker)
    assert PASSWORD not in repr(EmbeddedBroker(logins=LOGIN))
