"""One MQTT 5 connection by paho, from connect to whatever ends it.

A link is thrown away when it breaks, and its client with it. Nothing waits inside paho, whose queue is memory.

What I dislike about it: some brokers close the connection on a wrong password without saying so; the sentence then
can only ask.
"""

from __future__ import annotations

import logging
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from ssl import SSLError
from threading import Event
from typing import TYPE_CHECKING, Final

from paho.mqtt.client import MQTT_ERR_SUCCESS, Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from edge_agent.adapters.mqtt.guarded_client import LARGEST, GuardedClient
from edge_agent.adapters.mqtt.security import distrust, doubts, tls_context
from edge_agent.core.errors import OutsideError
from edge_agent.core.refusals import BrokenOffError, HopelessError, NameTakenError, OversizedError
from edge_agent.ports import LoginRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from paho.mqtt.client import ConnectFlags, DisconnectFlags
    from paho.mqtt.reasoncodes import ReasonCode

    from edge_agent.config.deployment import BrokerSettings

QOS: Final = 1
KEEPALIVE_SECONDS: Final = 30
ANSWER_SECONDS: Final = 10.0
SESSION_SECONDS: Final = 7 * 24 * 3600  # the broker keeps a subscriber's messages through a long weekend
WILL_DELAY_SECONDS: Final = 10  # a short break is not worth an alarm
SESSION_TAKEN_OVER: Final = 0x8E
WINDOW: Final = 100  # messages under way; a broker may want fewer (Receive Maximum, MQTT 5, 3.1.2.11.3)
ENVELOPE: Final = 96  # bytes of a PUBLISH packet beside topic and payload, the type of its content among them
# Malformed packet, topic filter and topic name invalid, packet too large, payload format invalid (MQTT 5, 2.4):
# the same bytes will be refused again, whatever anybody does about rights or quotas.
HOPELESS: Final = frozenset({0x81, 0x8F, 0x90, 0x95, 0x99})

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Link:
    """One connection, from connect to whatever ends it; made by ``connected``.

    ``window`` is how many messages the broker takes at once, ``largest`` the bytes of one, ``resumed`` whether it still
    knew us.
    """

    name: str
    client: GuardedClient
    login: str
    accepted: Future[None] = field(default_factory=Future)
    acks: dict[int, Future[ReasonCode]] = field(default_factory=dict)
    lost: Event = field(default_factory=Event)
    why: OutsideError | None = None
    window: int = WINDOW
    largest: int | None = None
    resumed: bool = False

    def answer_to(self, mid: int) -> Future[ReasonCode]:
        """Where the broker's answer to packet ``mid`` will be."""
        # Either side may come first: the network thread with the answer, or the caller with the number.
        return self.acks.setdefault(mid, Future())

    def offer(
        self, topic: str, payload: bytes, *, retain: bool = False, told: Mapping[str, int | str] | None = None
    ) -> Future[ReasonCode]:
        """Send one message, with MQTT's own properties of it; the broker's answer comes later, or why none will."""
        if self.largest is not None and len(topic) * 3 + len(payload) + ENVELOPE > self.largest:
            return _settled(f"{self.name}: takes {self.largest} bytes, and a message on {topic} has {len(payload)}")
        properties = _properties(PacketTypes.PUBLISH, **(told or {}))
        try:
            info = self.client.publish(topic, payload, QOS, retain=retain, properties=properties)
        except ValueError as error:
            return _settled(f"{self.name}: no message can be sent on {topic!r}: {error}")
        if info.rc != MQTT_ERR_SUCCESS:
            raise self.failure()
        answer = self.answer_to(info.mid)
        if self.lost.is_set():  # by a thread that may not have seen this one
            _fail(answer, self.failure())
        answer.add_done_callback(lambda _: self.acks.pop(info.mid, None))
        return answer

    def send(self, topic: str, payload: bytes, *, retain: bool = False) -> ReasonCode:
        """Send one message and wait for the broker's answer to it."""
        return self._answered(self.offer(topic, payload, retain=retain), f"no answer to a message on {topic}")

    def await_answer(self, mid: int, otherwise: str) -> ReasonCode:
        """What the broker answers to packet ``mid``."""
        answer = self.answer_to(mid)
        if self.lost.is_set() and not answer.done():
            raise self.failure()
        try:
            return self._answered(answer, otherwise)
        finally:
            self.acks.pop(mid, None)

    def _answered(self, answer: Future[ReasonCode], otherwise: str) -> ReasonCode:
        try:
            return answer.result(ANSWER_SECONDS)
        except TimeoutError as error:
            raise OutsideError(f"{self.name}: {otherwise} within {ANSWER_SECONDS:.0f} s") from error

    def failure(self) -> OutsideError:
        """Why nothing can be sent any more."""
        why = self.why or OutsideError(f"{self.name}: the connection is gone")
        return type(why)(str(why))  # its own each time: it may be raised in several threads

    def close(self) -> None:
        """Leave orderly, so that the broker forgets the last will."""
        self.client.disconnect()
        self.client.loop_stop()
        # The callbacks hold this link and it holds the client: cut the knot, so that its sockets are closed now.
        self.client.on_connect = self.client.on_disconnect = self.client.on_publish = None
        self.client.on_subscribe = self.client.on_message = self.client.on_dead = None

    def on_connect(self, reason: ReasonCode, properties: Properties | None, *, resumed: bool) -> None:
        """The broker has answered the login, and says what it can take."""
        if reason.is_failure:
            self.accepted.set_exception(LoginRefusedError(f"{self.name}: refused the connection: {reason}"))
            return
        self.window = max(1, min(WINDOW, getattr(properties, "ReceiveMaximum", WINDOW + 1) - 1))  # one for the status
        self.largest = getattr(properties, "MaximumPacketSize", None)
        self.resumed = resumed
        self.accepted.set_result(None)

    def on_disconnect(self, reason: ReasonCode) -> None:
        """The connection has ended: nobody may go on waiting for an answer."""
        if self.client.oversized:
            sentence = f"sends a message of {self.client.oversized} bytes, expected at most {self.client.takes}"
            self.why = OversizedError(f"{self.name}: {sentence}")
        elif reason.value == SESSION_TAKEN_OVER:
            sentence = "another client has connected with the same id; two agents must not share a name"
            self.why = NameTakenError(f"{self.name}: {sentence}")
        elif reason.value in HOPELESS:
            self.why = BrokenOffError(f"{self.name}: ended the connection over a message: {reason}")
        else:
            self.why = OutsideError(f"{self.name}: the connection is gone: {reason}")
        self.on_dead()

    def on_dead(self) -> None:
        """Nothing will come any more."""
        self.lost.set()
        if not self.accepted.done():
            sentence = f"closed the connection before accepting it; {self.login}"
            self.accepted.set_exception(LoginRefusedError(f"{self.name}: {sentence}"))
        for answer in tuple(self.acks.values()):
            _fail(answer, self.failure())


def _fail(answer: Future[ReasonCode], error: OutsideError) -> None:
    with suppress(InvalidStateError):  # it was answered after all
        answer.set_exception(error)


def _settled(sentence: str) -> Future[ReasonCode]:
    answer: Future[ReasonCode] = Future()
    answer.set_exception(HopelessError(sentence))
    return answer


def connected(
    broker: BrokerSettings,
    client_id: str,
    *,
    will: tuple[str, bytes] | None = None,
    on_message: Callable[[str, bytes], None] | None = None,
    lasting: bool = True,
    fresh: bool = False,
    takes: int = LARGEST,
) -> Link:
    """Log in; ``will`` is the topic and payload the broker sends, retained, when the link ends without a goodbye.

    The broker keeps what comes later for the same ``client_id``, where the link is ``lasting``; what it has kept so far
    it is to forget where it is ``fresh``. No packet that comes has more than ``takes`` bytes.

    Raises:
        OutsideError: The broker cannot be reached or refuses the login; the password is never repeated.
    """
    link = _prepared(broker, client_id, will=will)
    link.client.takes = takes
    if on_message is not None:
        link.client.on_message = _hearing(on_message)
    try:
        kept = SESSION_SECONDS if lasting else 0
        terms = _properties(PacketTypes.CONNECT, SessionExpiryInterval=kept, MaximumPacketSize=takes)
        anew = fresh or not lasting
        link.client.connect(broker.host, broker.port, KEEPALIVE_SECONDS, clean_start=anew, properties=terms)
        link.client.loop_start()
        link.accepted.result(ANSWER_SECONDS)
    except OSError as error:
        link.close()
        raise _unreachable(error, link.name, secured=broker.tls is not None) from error
    except ValueError as error:  # a host that cannot be one; also from the encoding of names
        link.close()
        raise OutsideError(f"{link.name}: cannot be reached: {error}") from error
    except OutsideError:
        link.close()
        raise
    return link


def _prepared(broker: BrokerSettings, client_id: str, *, will: tuple[str, bytes] | None) -> Link:
    context = None if broker.tls is None else tls_context(broker.tls, broker_name(broker))
    client = GuardedClient(CallbackAPIVersion.VERSION2, client_id, protocol=MQTTv5, reconnect_on_failure=False)
    client.connect_timeout = ANSWER_SECONDS
    client.max_inflight_messages_set(WINDOW + 1)
    if context is not None:
        client.tls_set_context(context)
    if broker.username is not None:
        client.username_pw_set(broker.username, None if broker.password is None else broker.password.reveal())
    if will is not None:
        _leave_will(client, *will)
    link = Link(broker_name(broker), client, doubts(broker))
    _wire(link)
    return link


def _unreachable(error: OSError, name: str, *, secured: bool) -> OutsideError:
    match error:
        case ConnectionResetError() if secured:
            return OutsideError(f"{name}: hung up instead of speaking TLS; is it a port for TLS?")
        case SSLError():
            return distrust(error, name)
        case TimeoutError():
            return OutsideError(f"{name}: no answer within {ANSWER_SECONDS:.0f} s")
        case _:
            return OutsideError(f"{name}: cannot be reached: {error.strerror or error}")


def _leave_will(client: Client, topic: str, payload: bytes) -> None:
    delay = _properties(PacketTypes.WILLMESSAGE, WillDelayInterval=WILL_DELAY_SECONDS)
    client.will_set(topic, payload, qos=QOS, retain=True, properties=delay)


def _wire(link: Link) -> None:
    """Hang the link's answers into paho; an exception in a callback would silently end paho's thread."""

    def on_connect(_c: Client, _d: object, flags: ConnectFlags, reason: ReasonCode, props: Properties | None) -> None:
        _guard(lambda: link.on_connect(reason, props, resumed=flags.session_present))

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
    link.client.on_dead = link.on_dead


def _hearing(on_message: Callable[[str, bytes], None]) -> Callable[[Client, object, MQTTMessage], None]:
    def heard(_client: Client, _data: object, message: MQTTMessage) -> None:
        _guard(lambda: on_message(message.topic, bytes(message.payload)))

    return heard


def _guard(callback: Callable[[], object]) -> None:
    try:
        callback()
    except Exception:  # noqa: BLE001 - whatever it is, it may not end the network thread
        _log.exception("a callback of the MQTT client failed")


def _properties(packet: int, **values: int | str) -> Properties:
    properties = Properties(packet)  # type: ignore[no-untyped-call]
    for name, value in values.items():
        setattr(properties, name, value)
    return properties


def broker_name(broker: BrokerSettings) -> str:
    """The broker in a sentence: where it is, never how one logs in."""
    return f"broker {broker.host}:{broker.port}"
