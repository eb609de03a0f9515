"""One MQTT 5 connection by paho, from connect to whatever ends it.

A link is thrown away when it breaks, and its client with it. Nothing waits inside paho, whose queue is memory.

What I dislike about it: some brokers close the connection on a wrong password without saying so; the sentence then
can only ask.
"""

from __future__ import annotations

import logging
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Final

from paho.mqtt.client import MQTT_ERR_SUCCESS, Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from edge_agent.core.errors import OutsideError
from edge_agent.ports import LoginRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from paho.mqtt.client import ConnectFlags, DisconnectFlags
    from paho.mqtt.reasoncodes import ReasonCode

    from edge_agent.config.deployment import BrokerSettings

QOS: Final = 1
KEEPALIVE_SECONDS: Final = 30
ANSWER_SECONDS: Final = 10.0
SESSION_SECONDS: Final = 7 * 24 * 3600  # the broker keeps a subscriber's messages through a long weekend
WILL_DELAY_SECONDS: Final = 10  # a short break is not worth an alarm
SESSION_TAKEN_OVER: Final = 0x8E

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Link:
    """One connection, from connect to whatever ends it; made by ``connected``."""

    name: str
    client: Client
    accepted: Future[None] = field(default_factory=Future)
    acks: dict[int, Future[ReasonCode]] = field(default_factory=dict)
    lost: Event = field(default_factory=Event)
    why: str = "the connection is gone"

    def answer_to(self, mid: int) -> Future[ReasonCode]:
        """Where the broker's answer to packet ``mid`` will be."""
        # Either side may come first: the network thread with the answer, or the caller with the number.
        return self.acks.setdefault(mid, Future())

    def send(self, topic: str, payload: bytes, *, retain: bool = False) -> ReasonCode:
        """Send one message and wait for the broker's answer to it."""
        info = self.client.publish(topic, payload, QOS, retain=retain)
        if info.rc != MQTT_ERR_SUCCESS:
            raise self.failure()
        return self.await_answer(info.mid, f"no answer to a message on {topic}")

    def await_answer(self, mid: int, otherwise: str) -> ReasonCode:
        """What the broker answers to packet ``mid``."""
        answer = self.answer_to(mid)
        if self.lost.is_set() and not answer.done():
            raise self.failure()
        try:
            return answer.result(ANSWER_SECONDS)
        except TimeoutError as error:
            raise OutsideError(f"{self.name}: {otherwise} within {ANSWER_SECONDS:.0f} s") from error
        finally:
            self.acks.pop(mid, None)

    def failure(self) -> OutsideError:
        """Why nothing can be sent any more."""
        return OutsideError(f"{self.name}: {self.why}")

    def close(self) -> None:
        """Leave orderly, so that the broker forgets the last will."""
        self.client.disconnect()
        self.client.loop_stop()
        # The callbacks hold this link and it holds the client: cut the knot, so that its sockets are closed now.
        self.client.on_connect = self.client.on_disconnect = self.client.on_publish = None
        self.client.on_subscribe = self.client.on_message = None

    def on_connect(self, reason: ReasonCode) -> None:
        """The broker has answered the login."""
        if reason.is_failure:
            self.accepted.set_exception(LoginRefusedError(f"{self.name}: refused the connection: {reason}"))
        else:
            self.accepted.set_result(None)

    def on_disconnect(self, reason: ReasonCode) -> None:
        """The connection has ended: nobody may go on waiting for an answer."""
        if reason.value == SESSION_TAKEN_OVER:
            self.why = "another client has connected with the same id; two agents must not share a name"
        else:
            self.why = f"the connection is gone: {reason}"
        self.lost.set()
        if not self.accepted.done():
            sentence = "closed the connection before accepting it; are the user name and the password right?"
            self.accepted.set_exception(LoginRefusedError(f"{self.name}: {sentence}"))
        for answer in tuple(self.acks.values()):
            if not answer.done():
                answer.set_exception(self.failure())


def connected(
    broker: BrokerSettings,
    client_id: str,
    *,
    will: tuple[str, bytes] | None = None,
    on_message: Callable[[str, bytes], None] | None = None,
    lasting: bool = True,
) -> Link:
    """Log in; ``will`` is the topic and payload the broker sends, retained, when the link ends without a goodbye.

    The broker keeps what comes later for the same ``client_id``, where the link is ``lasting``.

    Raises:
        OutsideError: The broker cannot be reached or refuses the login; the password is never repeated.
    """
    client = Client(CallbackAPIVersion.VERSION2, client_id, protocol=MQTTv5, reconnect_on_failure=False)
    client.connect_timeout = ANSWER_SECONDS
    link = Link(broker_name(broker), client)
    _wire(link)
    if on_message is not None:
        client.on_message = _hearing(on_message)
    if broker.username is not None:
        client.username_pw_set(broker.username, None if broker.password is None else broker.password.reveal())
    if will is not None:
        _leave_will(client, *will)
    try:
        kept = _properties(PacketTypes.CONNECT, SessionExpiryInterval=SESSION_SECONDS if lasting else 0)
        client.connect(broker.host, broker.port, KEEPALIVE_SECONDS, clean_start=not lasting, properties=kept)
        client.loop_start()
        link.accepted.result(ANSWER_SECONDS)
    except TimeoutError as error:  # also what the operating system raises, so before OSError
        link.close()
        raise OutsideError(f"{link.name}: no answer within {ANSWER_SECONDS:.0f} s") from error
    except OSError as error:
        link.close()
        raise OutsideError(f"{link.name}: cannot be reached: {error.strerror or error}") from error
    except OutsideError:
        link.close()
        raise
    return link


def _leave_will(client: Client, topic: str, payload: bytes) -> None:
    delay = _properties(PacketTypes.WILLMESSAGE, WillDelayInterval=WILL_DELAY_SECONDS)
    client.will_set(topic, payload, qos=QOS, retain=True, properties=delay)


def _wire(link: Link) -> None:
    """Hang the link's answers into paho; an exception in a callback would silently end paho's thread."""

    def on_connect(_c: Client, _d: object, _f: ConnectFlags, reason: ReasonCode, _p: object) -> None:
        _guard(lambda: link.on_connect(reason))

    def on_disconnect(_c: Client, _d: object, _f: DisconnectFlags, reason: ReasonCode, _p: object) -> None:
        _guard(lambda: link.on_disconnect(reason))

    def on_publish(_c: Client, _d: object, mid: int, reason: ReasonCode, _p: object) -> None:
        _guard(lambda: link.answer_to(mid).set_result(reason))

    def on_subscribe(_c: Client, _d: object, mid: int, reasons: list[ReasonCode], _p: object) -> None:
        _guard(lambda: link.answer_to(mid).set_result(reasons[0]))

    link.client.on_connect = on_connect
    link.client.on_disconnect = on_disconnect
    link.client.on_publish = on_publish
    link.client.on_subscribe = on_subscribe


def _hearing(on_message: Callable[[str, bytes], None]) -> Callable[[Client, object, MQTTMessage], None]:
    def heard(_client: Client, _data: object, message: MQTTMessage) -> None:
        _guard(lambda: on_message(message.topic, bytes(message.payload)))

    return heard


def _guard(callback: Callable[[], object]) -> None:
    try:
        callback()
    except Exception:  # noqa: BLE001 - whatever it is, it may not end the network thread
        _log.exception("a callback of the MQTT client failed")


def _properties(packet: int, **values: int) -> Properties:
    properties = Properties(packet)  # type: ignore[no-untyped-call]
    for name, value in values.items():
        setattr(properties, name, value)
    return properties


def broker_name(broker: BrokerSettings) -> str:
    """The broker in a sentence: where it is, never how one logs in."""
    return f"broker {broker.host}:{broker.port}"
