"""A broker that can do less is spoken to as it can: without retain, at QoS 0, in MQTT 3.1.1, up to its packet size."""

from __future__ import annotations

import socketserver
from queue import Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

import pytest

from edge_agent.adapters.broker import HOST
from edge_agent.adapters.mqtt import MqttPublisher, MqttSubscriber, StatusTopic
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.core.feed.broker_faults import HopelessError
from edge_agent.ports import Message
from tests.feed.brokers import MOSQUITTO, Mosquitto

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

needs_mosquitto = pytest.mark.skipif(MOSQUITTO is None, reason="the embedded broker can all of it")
BASE: Final = "listener {port} 127.0.0.1\nallow_anonymous true\n"
STATUS: Final = StatusTopic("box/status", "box")
TOPIC: Final = "cityops/v1/320402/box-01/incident/illegal_parking/opened"


def message(size: int) -> Message:
    """A message of so many bytes."""
    return Message(id="m", key="m", topic=TOPIC, payload=b"x" * size)


@needs_mosquitto
@pytest.mark.parametrize(
    ("option", "limits"),
    [
        ("retain_available false", "keeps no retained messages"),
        ("max_qos 0", "takes QoS 0 only"),
        ("retain_available false\nmax_qos 0", "takes QoS 0 only"),
    ],
)
def test_a_broker_that_can_do_less_gets_the_messages(
    tmp_path: Path, option: str, limits: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Also the status, and the will that it leaves; what is lost is logged."""
    heard: Queue[tuple[str, bytes]] = Queue()
    with Mosquitto(folder=tmp_path, settings=BASE + option + "\n") as broker:
        settings = BrokerSettings(host=HOST, port=broker.port)
        ear = MqttSubscriber(settings, "#", lambda *arrival: heard.put(arrival), client_id="ear")
        publisher = MqttPublisher(settings, client_id="box", status=STATUS)
        assert publisher.send(message(9)).result(30)
        assert heard.get(timeout=30)[0] == STATUS.topic
        assert heard.get(timeout=30) == (TOPIC, b"x" * 9)
        publisher.close()
        ear.close()
    assert f"broker {HOST}:{broker.port}: {limits}" in caplog.text


@needs_mosquitto
def test_a_message_that_just_fits_is_sent(tmp_path: Path) -> None:
    """To the byte: one more is refused before it is sent, and both sides agree on how many there are."""
    with Mosquitto(folder=tmp_path, settings=BASE + "max_packet_size 1300\n") as broker:
        publisher = MqttPublisher(BrokerSettings(host=HOST, port=broker.port), client_id="box")
        envelope = 3 + 2 + len(TOPIC) + 2 + 1 + 3 + len("application/cloudevents+json; charset=utf-8")
        publisher.send(message(1300 - envelope)).result(30)
        with pytest.raises(HopelessError, match=f"takes 1300 bytes, and a message on {TOPIC} has 1301 with its topic"):
            publisher.send(message(1301 - envelope)).result(30)
        publisher.send(message(7)).result(30)  # the connection has held
        publisher.close()


class Old:
    """A broker of MQTT 3.1.1 (OASIS, 2014), as little of it as is needed: one publisher, one subscriber, QoS 1."""

    def __init__(self, to_new: str = "refuses") -> None:
        self.to_new = to_new
        self.versions: list[int] = []
        self.ears: list[socketserver.StreamRequestHandler] = []
        self.subscribed = Event()
        old = self

        class Connection(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                while (kind := self.rfile.read(1)) and old.answer(self, kind[0], self.rfile.read(_length(self))):
                    pass

        self.server = socketserver.ThreadingTCPServer((HOST, 0), Connection)
        self.server.daemon_threads = True
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    @property
    def settings(self) -> BrokerSettings:
        """Where it is."""
        return BrokerSettings(host=HOST, port=int(self.server.server_address[1]))

    def answer(self, connection: socketserver.StreamRequestHandler, kind: int, body: bytes) -> bool:
        """Answer one packet; False ends the connection."""
        match kind >> 4:
            case 1:
                self.versions.append(body[6])
                if body[6] != 4 and self.to_new != "refuses":
                    return self.to_new == "is silent"
                connection.wfile.write(bytes([0x20, 2, 0, 0 if body[6] == 4 else 1]))
                return body[6] == 4
            case 3:
                topic = 2 + int.from_bytes(body[:2], "big")
                connection.wfile.write(bytes([0x40, 2]) + body[topic : topic + 2])
                for ear in self.ears:
                    ear.wfile.write(bytes([0x30]) + _varied(len(body) - 2) + body[:topic] + body[topic + 2 :])
                return True
            case 8:
                connection.wfile.write(bytes([0x90, 3]) + body[:2] + b"\x01")
                self.ears.append(connection)
                self.subscribed.set()
                return True
            case _:
                return False

    def close(self) -> None:
        """End it."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def _length(connection: socketserver.StreamRequestHandler) -> int:
    length, shift = 0, 0
    while (byte := connection.rfile.read(1)[0]) >= 0x80:
        length, shift = length | (byte & 0x7F) << shift, shift + 7
    return length | byte << shift


def _varied(length: int) -> bytes:
    return bytes([length]) if length < 0x80 else bytes([length & 0x7F | 0x80, length >> 7])


@pytest.fixture
def old(request: pytest.FixtureRequest) -> Iterator[Old]:
    """A broker that knows nothing of MQTT 5."""
    made = Old(request.param)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("old", "versions"),
    [("refuses", [5, 4, 5, 4]), ("hangs up", [5, 4, 5, 4]), ("is silent", [5, 4, 4])],
    indirect=["old"],
)
def test_a_broker_of_mqtt_3_1_1_is_spoken_to_in_it(
    old: Old, versions: list[int], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ways, after it has refused version 5 in whatever way; that no reasons will come is said.

    One that was silent is asked in 3.1.1 first the next time, for its silence costs seconds.
    """
    if old.to_new == "is silent":
        monkeypatch.setattr("edge_agent.adapters.mqtt.connecting.ANSWER_SECONDS", 3.0)
    heard: Queue[tuple[str, bytes]] = Queue()
    ear = MqttSubscriber(old.settings, "#", lambda *arrival: heard.put(arrival), client_id="ear")
    assert old.subscribed.wait(30)
    publisher = MqttPublisher(old.settings, client_id="box", status=STATUS)
    assert publisher.send(message(200)).result(30)
    assert heard.get(timeout=30)[0] == STATUS.topic
    assert heard.get(timeout=30) == (TOPIC, b"x" * 200)
    publisher.close()
    ear.close()
    assert old.versions == versions
    assert "speaks MQTT 3.1.1 only" in caplog.text
