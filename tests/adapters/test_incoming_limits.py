"""What comes in is bounded: no message fills the memory of the box, and none that comes for ever blocks the next."""

from __future__ import annotations

import socketserver
from functools import partial
from queue import Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

import pytest

from edge_agent.adapters.broker import HOST
from edge_agent.adapters.mqtt import MqttPublisher, MqttSubscriber
from edge_agent.adapters.mqtt.guarded_client import LARGEST
from edge_agent.adapters.mqtt.subscriber import CommandListener
from edge_agent.config.broker.broker_settings import BrokerSettings
from tests.feed.brokers import LASTING, MOSQUITTO, Mosquitto
from tests.feed.waiting import wait_for

if TYPE_CHECKING:
    from pathlib import Path

TOPIC: Final = "cmd/accept"
GIANT: Final = 5_000_000
CLEAN: Final = 0x02  # the bit of a CONNECT's flags (MQTT 5, 3.1.2.4)


@pytest.mark.skipif(MOSQUITTO is None, reason="the embedded broker has a limit of its own")
def test_a_giant_message_blocks_no_command(tmp_path: Path) -> None:
    """Announced, the limit is the broker's to heed: what is larger never comes, over a restart neither."""
    heard: Queue[bytes] = Queue()
    with Mosquitto(folder=tmp_path, settings=LASTING) as broker:
        settings = BrokerSettings(host=HOST, port=broker.port)
        hand = MqttPublisher(settings, client_id="hand")
        for number in (b"1", b"2"):
            stop, connected = Event(), Event()
            ear = CommandListener(
                broker=settings,
                topics="cmd/+",
                client_id="box-commands",
                heard=lambda _, payload: heard.put(payload),
                without=partial(_there, connected),
            )
            listening = Thread(target=ear.run, args=(stop,))
            listening.start()
            assert connected.wait(30)
            hand.publish(TOPIC, b"x" * GIANT)
            hand.publish(TOPIC, number)
            assert heard.get(timeout=30) == number
            stop.set()
            listening.join()
            hand.publish(TOPIC, b"y" * GIANT)  # while nobody listens: it waits in the session
        hand.close()


def _there(connected: Event, reason: str) -> None:
    """Note that there is a connection, where there is no reason against it."""
    if not reason:
        connected.set()


class Careless:
    """A broker that heeds no limit: it sends a giant message to each session that it has kept, and nothing else works.

    A session begun anew gets a small one. It counts the bytes that anybody took of the giant.
    """

    def __init__(self) -> None:
        self.flags: list[int] = []
        careless = self

        class Connection(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                careless.serve(self)

        self.server = socketserver.ThreadingTCPServer((HOST, 0), Connection)
        self.server.daemon_threads = True
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    @property
    def port(self) -> int:
        """Where it is."""
        return int(self.server.server_address[1])

    def serve(self, connection: socketserver.BaseRequestHandler) -> None:
        """One connection: its login, its subscription, and what is sent."""
        received = connection.request.recv(4096)
        clean = received[9] & CLEAN
        self.flags.append(clean)
        connection.request.sendall(b"\x20\x03\x00\x00\x00")
        subscribed = connection.request.recv(4096)
        connection.request.sendall(bytes([0x90, 4, subscribed[2], subscribed[3], 0, 1]))
        message = b"\x00\x0acmd/accept\x00\x01\x00"
        if clean:
            connection.request.sendall(bytes([0x32, len(message) + 2]) + message + b"hi")
        else:
            try:
                connection.request.sendall(b"\x32\xff\xff\xff\x7f" + message + b"x" * GIANT)
            except OSError:
                return
        while connection.request.recv(4096):
            pass

    def close(self) -> None:
        """End it."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def test_a_broker_that_heeds_no_limit_is_left_and_asked_to_forget() -> None:
    """The giant is not read; the session, in which it would come for ever, is begun anew, and the next is heard."""
    broker, heard, reasons = Careless(), Queue[bytes](), list[str]()
    ear = MqttSubscriber(
        BrokerSettings(host=HOST, port=broker.port),
        "cmd/+",
        lambda _, payload: heard.put(payload),
        client_id="box-commands",
        takes=LARGEST,
        on_change=reasons.append,
    )
    try:
        assert heard.get(timeout=30) == b"hi"
        wait_for(lambda: reasons[-1] == "")
        assert reasons[0] == (
            f"broker {HOST}:{broker.port}: sends a message of 268435455 bytes, expected at most {LARGEST}"
        )
        assert broker.flags == [0, CLEAN]
    finally:
        ear.close()
        broker.close()
