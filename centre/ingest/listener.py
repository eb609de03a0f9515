"""The way from the broker: subscriptions shared with other workers, acknowledged only after they are written down.

::

    broker ─▶ paho's thread ─▶ queue (bounded) ─▶ keeper's thread ─▶ commit ─▶ acknowledge

A worker that is killed before its commit has acknowledged nothing, so the broker gives the same messages again; one
killed between commit and acknowledgement gets them again, and they change nothing.
"""

from __future__ import annotations

import contextlib
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Full, Queue
from threading import Event, Lock, Thread
from typing import Final

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from centre.contract.messages import GIANT
from centre.contract.topics import RETAINED, ROOT, SHARED
from centre.errors import OutsideError
from centre.ingest.keep import Arrived

WEEK_S: Final = 7 * 24 * 3600
INFLIGHT: Final = 2000  # unacknowledged messages that the broker may give us
BATCH: Final = 500
LINGER_S: Final = 0.02  # a batch waits so long for its second message
RETRY_S: Final = 1.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAddress:
    """Where the broker is, who we are there, and what stands before every topic of the feed (the boxes' own key)."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    ca: Path | None = None
    topic_prefix: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A publication that waits for its commit. ``connection`` counts connections: an old one is not acknowledged."""

    arrived: Arrived
    mid: int
    qos: int
    connection: int


class Listener:
    """One worker's connection to the broker.

    ``worker`` names its session there, and has to stay the same over restarts. ``group`` is the name of the
    subscription that all workers share. Starting does not need the broker to be there: it is tried again for ever.
    """

    def __init__(self, address: BrokerAddress, *, worker: str, group: str = "centre") -> None:
        self._queue: Queue[Held] = Queue(maxsize=INFLIGHT)
        self._lock = Lock()
        self._connection = 0
        self._group = group
        self._ended = Event()
        self.connected = False
        self.trouble = "not connected yet"
        self.client = _client(address, worker)
        self.client.on_connect = self._on_connect
        self.client.on_subscribe = self._on_subscribe
        self.client.on_disconnect = self._on_disconnect
        self.client.on_message = self._on_message
        self.client.on_connect_fail = self._on_connect_fail
        self._address = address

    def start(self) -> None:
        """Begin to connect, on a thread of its own."""
        session = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        session.SessionExpiryInterval = WEEK_S
        session.ReceiveMaximum = INFLIGHT
        session.MaximumPacketSize = GIANT * 2
        self.client.connect_async(
            self._address.host, self._address.port, keepalive=30, clean_start=False, properties=session
        )
        self.client.loop_start()

    def close(self) -> None:
        """Leave the broker; the session stays there."""
        self._ended.set()
        self.client.disconnect()
        self.client.loop_stop()

    def batch(self, wait_s: float) -> list[Held]:
        """What has come: empty when nothing did for so long."""
        held: list[Held] = []
        with contextlib.suppress(Empty):
            held.append(self._queue.get(timeout=wait_s))
            while len(held) < BATCH:
                held.append(self._queue.get(timeout=LINGER_S) if len(held) == 1 else self._queue.get_nowait())
        return held

    def acknowledge(self, batch: list[Held]) -> None:
        """Tell the broker that these are written down. Those of an earlier connection it gives again by itself."""
        with self._lock:
            for held in batch:
                if held.connection == self._connection:
                    self.client.ack(held.mid, held.qos)

    def placed(self, topic: str) -> str:
        """A topic or filter of the feed as this broker has it."""
        return f"{self._address.topic_prefix}/{topic}" if self._address.topic_prefix else topic

    def _on_connect(
        self, client: Client, _data: object, _flags: ConnectFlags, code: ReasonCode, properties: Properties | None
    ) -> None:
        with self._lock:
            self._connection += 1
        if code.is_failure:
            self.connected, self.trouble = False, f"the broker refuses us: {code}"
            _log.warning("broker %s:%d: %s", self._address.host, self._address.port, self.trouble)
            return
        self.trouble = "not subscribed yet"
        options = SubscribeOptions(qos=1)
        # A group of its own for each filter: rumqttd takes those of one group for one filter.
        groups = [f"$share/{self._group}-{below.partition('/')[0]}/" for below in SHARED]
        if getattr(properties, "SharedSubscriptionAvailable", 1) == 0:
            _log.warning("the broker shares no subscriptions: every worker takes every message, and writes it once")
            groups = [""] * len(SHARED)
        shared = [
            (f"{group}{self.placed(ROOT)}/+/+/{below}", options) for group, below in zip(groups, SHARED, strict=True)
        ]
        own = [(f"{self.placed(ROOT)}/+/+/{below}", options) for below in RETAINED]
        client.subscribe([*shared, *own])

    def _on_subscribe(
        self, _client: Client, _data: object, _mid: int, _codes: list[ReasonCode], _properties: object
    ) -> None:
        """Only now is what boxes say, and what they answer to a command, kept for us."""
        self.connected, self.trouble = True, ""

    def _on_disconnect(
        self, _client: Client, _data: object, _flags: DisconnectFlags, code: ReasonCode, _properties: object
    ) -> None:
        with self._lock:
            self._connection += 1
        self.connected, self.trouble = False, f"the broker is away: {code}"
        if not self._ended.is_set():
            _log.warning("broker %s:%d: %s", self._address.host, self._address.port, self.trouble)

    def _on_connect_fail(self, _client: Client, _data: object) -> None:
        self.connected, self.trouble = False, "the broker does not answer"

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        topic = message.topic.removeprefix(self.placed(""))
        held = Held(Arrived(topic, bytes(message.payload)), message.mid, message.qos, self._connection)
        while not self._ended.is_set():
            with contextlib.suppress(Full):  # the database is slow: the broker waits for us
                self._queue.put(held, timeout=RETRY_S)
                return


def _client(address: BrokerAddress, worker: str) -> Client:
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=worker,
        protocol=MQTTv5,
        manual_ack=True,
        reconnect_on_failure=True,
    )
    client.reconnect_delay_set(min_delay=1, max_delay=30)
    client.max_inflight_messages_set(INFLIGHT)
    if address.user is not None:
        client.username_pw_set(address.user, address.password)
    if address.tls:
        try:
            client.tls_set_context(ssl.create_default_context(cafile=address.ca))
        except OSError as error:
            raise OutsideError(f"broker: ca {address.ca}: cannot be read: {error}") from error
    return client


def started(name: str, run: Callable[[], None]) -> Thread:
    """A thread that runs until its work ends, and ends with the program."""
    thread = Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread
