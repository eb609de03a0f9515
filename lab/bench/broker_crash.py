"""What a broker that is killed has lost of what it had acknowledged.

    python -m lab.bench.broker_crash [ROUNDS]

Each round publishes one message (QoS 1) to a session that is away, waits for the acknowledgement, kills mosquitto
(SIGKILL), starts it again on what it had put on the disk, and looks whether the session is given the message. Settings
are those of ``deploy/mosquitto.conf``: saved after every change.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from centre.clock import sleep
from tests.feed.brokers import LASTING, Mosquitto

PAUSES_S = (0.0, 0.05, 0.2, 1.0)
TOPIC = "cityops/v1/320402/box-01/incident/any/opened"
FILTER = "$share/centre-incident/cityops/v1/+/+/incident/#"


def waiting(port: int, listen_s: float) -> list[str]:
    """What the session is given within so long; it stays when we go."""
    session = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    session.SessionExpiryInterval = 3600
    names_waiting: list[str] = []
    subscribed = Event()
    client = Client(CallbackAPIVersion.VERSION2, client_id="worker", protocol=MQTTv5)
    client.on_message = lambda _client, _data, message: names_waiting.append(message.payload.decode())

    def connected(*_: object) -> None:
        client.subscribe(FILTER, qos=1)

    client.on_connect = connected
    client.on_subscribe = lambda *_: subscribed.set()
    client.connect("127.0.0.1", port, clean_start=False, properties=session)
    client.loop_start()
    subscribed.wait(10)
    sleep(listen_s)
    client.disconnect()
    client.loop_stop()
    return names_waiting


def lost(folder: Path, pause_s: float, rounds: int) -> int:
    """How many of so many were gone, killed so long after the acknowledgement."""
    gone = 0
    with Mosquitto(folder=folder, settings=LASTING) as broker:
        waiting(broker.port, 0)
        for number in range(rounds):
            box = Client(CallbackAPIVersion.VERSION2, client_id="box-01", protocol=MQTTv5)
            box.connect("127.0.0.1", broker.port)
            box.loop_start()
            box.publish(TOPIC, str(number), qos=1).wait_for_publish(10)
            sleep(pause_s)
            broker.kill()
            box.loop_stop()
            broker.start()
            gone += str(number) not in waiting(broker.port, 0.5)
    return gone


def main(rounds: str = "20") -> None:
    """Try several pauses, and print."""
    for pause_s in PAUSES_S:
        with TemporaryDirectory() as folder:
            count = lost(Path(folder), pause_s, int(rounds))
        print(f"killed {pause_s * 1000:4.0f} ms after the acknowledgement: {count} of {rounds} lost", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
