"""One MQTT connection by paho, of version 5 where the broker speaks it, from connect to whatever ends it.

A link is thrown away when it breaks, and its client with it. Nothing waits inside paho, whose queue is memory.

What I dislike about it: some brokers close the connection on a wrong password without saying so; the sentence then
can only ask.
"""

from __future__ import annotations

import logging
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Final

from paho.mqtt.client import MQTT_ERR_SUCCESS
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from edge_agent.adapters.mqtt.guarded_client import GuardedClient
from edge_agent.adapters.mqtt.manner import Manner, publish_size
from edge_agent.config.wire.feed_schemas import ROOT
from edge_agent.core.errors import OutsideError
from edge_agent.core.feed.broker_faults import BrokenOffError, HopelessError, NameTakenError, OversizedError
from edge_agent.ports import LoginRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paho.mqtt.reasoncodes import ReasonCode


QOS: Final = 1
ANSWER_SECONDS: Final = 10.0
SESSION_TAKEN_OVER: Final = 0x8E
WINDOW: Final = 100  # messages under way; a broker may want fewer (Receive Maximum, MQTT 5, 3.1.2.11.3)
# Malformed packet, topic filter and topic name invalid, packet too large, payload format invalid (MQTT 5, 2.4):
# the same bytes will be refused again, whatever anybody does about rights or quotas.
HOPELESS: Final = frozenset({0x81, 0x8F, 0x90, 0x95, 0x99})

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Link:
    """One connection, from connect to whatever ends it; made by ``connecting.connected``.

    ``window`` is how many messages the broker takes at once, ``largest`` the bytes of one, ``resumed`` whether it still
    knew us, ``manner`` what else it can, ``refusal`` the code with which it has refused the login, ``reached`` whether
    it was given the login at all, ``prefix`` what stands before the topics of the feed there.
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
    manner: Manner = field(default_factory=Manner)
    refusal: int = 0
    reached: bool = False
    prefix: str = ""

    def placed(self, topic: str) -> str:
        """A topic or filter of the feed as this broker has it; any other stays as it is."""
        if not self.prefix:
            return topic
        shared, dollar, rest = topic.rpartition(f"/{ROOT}/") if topic.startswith("$share/") else ("", "", topic)
        if dollar:
            return f"{shared}/{self.prefix}/{ROOT}/{rest}"
        return f"{self.prefix}/{topic}" if topic.startswith(f"{ROOT}/") else topic

    def bare(self, topic: str) -> str:
        """What `placed` was given."""
        return topic.removeprefix(f"{self.prefix}/") if self.prefix else topic

    def answer_to(self, mid: int) -> Future[ReasonCode]:
        """Where the broker's answer to packet ``mid`` will be."""
        # Either side may come first: the network thread with the answer, or the caller with the number.
        return self.acks.setdefault(mid, Future())

    def offer(
        self,
        topic: str,
        payload: bytes,
        *,
        retain: bool = False,
        event_properties: Mapping[str, int | str] | None = None,
    ) -> Future[ReasonCode]:
        """Send one message, with MQTT's own properties of it; the broker's answer comes later, or why none will."""
        properties, manner = properties_of(PacketTypes.PUBLISH, **(event_properties or {})), self.manner
        topic = self.placed(topic)
        size = publish_size(topic, payload, properties, manner.qos)
        if self.largest is not None and size > self.largest:
            return _settled(
                f"{self.name}: takes {self.largest} bytes, and a message on {topic} has {size} with its topic"
            )
        try:
            info = self.client.publish(
                topic,
                payload,
                manner.qos,
                retain=retain and manner.retain,
                properties=properties if manner.v5 else None,
            )
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

    def subscribe(self, topics: str) -> int:
        """Ask to hear a filter; the broker's answer comes under the number that is returned."""
        sent, mid = self.client.subscribe(self.placed(topics), QOS)
        if sent != MQTT_ERR_SUCCESS or mid is None:
            raise self.failure()
        return mid

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
            self.refusal = reason.value
            self.accepted.set_exception(LoginRefusedError(f"{self.name}: refused the connection: {reason}"))
            return
        self.window = max(1, min(WINDOW, getattr(properties, "ReceiveMaximum", WINDOW + 1) - 1))  # one for the status
        self.largest = getattr(properties, "MaximumPacketSize", None)
        self.resumed = resumed
        self.manner = self.manner.granted(properties)
        self.manner.say(self.name)
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


def properties_of(packet: int, **values: int | str) -> Properties:
    """MQTT's own properties of a packet."""
    properties = Properties(packet)  # type: ignore[no-untyped-call]
    for name, value in values.items():
        setattr(properties, name, value)
    return properties
