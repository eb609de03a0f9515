"""Delivery at least once, by MQTT 5 with QoS 1.

The outbox keeps what was not acknowledged and offers it again. The acknowledgement is the reason code in ``on_publish``
and nothing else, because ``is_published()`` is true for a message the broker refused::

    send ─▶ PUBACK Success ────────────────▶ True
         ├▶ PUBACK No matching subscribers ─▶ False: taken, but nobody listens
         ├▶ PUBACK Topic name invalid, ... ─▶ HopelessError: this very message, for ever
         ├▶ PUBACK Not authorized, ... ─────▶ RefusedError: this message, until somebody mends it
         ├▶ DISCONNECT Packet too large, ... ▶ BrokenOffError: one of those under way
         └▶ connection lost ────────────────▶ OutsideError: any message; the next call connects anew
"""

from __future__ import annotations

import json
import logging
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.mqtt.connecting import connected
from edge_agent.adapters.mqtt.link import ANSWER_SECONDS, HOPELESS, WINDOW
from edge_agent.config.wire.feed_data import AgentStatus, State
from edge_agent.config.wire.plain import plain
from edge_agent.core.errors import OutsideError
from edge_agent.core.feed.broker_faults import HopelessError, MessageRefusedError, NameTakenError, OversizedError
from edge_agent.ports import Message

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from paho.mqtt.reasoncodes import ReasonCode

    from edge_agent.adapters.mqtt.link import Link
    from edge_agent.adapters.mqtt.subscriber import CommandListener
    from edge_agent.config.broker.broker_settings import BrokerSettings
    from edge_agent.ports import Clock

NO_MATCHING_SUBSCRIBERS: Final = 0x10
TURNS: Final = 30  # calls of `connect`, about a second apart, before hearing is asked for again that was refused
CLOUDEVENT: Final = "application/cloudevents+json; charset=utf-8"  # as the MQTT binding of CloudEvents asks

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StatusTopic:
    """Whether the agent is there: a retained topic, set by us on coming and going, by the broker if we vanish.

    ``clock`` tells for how long it has run since ``started``.
    """

    topic: str
    agent: str
    software: str | None = None
    started: datetime | None = None
    clock: Clock | None = None

    def payload(self, state: State) -> bytes:
        """The status as JSON; how long the agent will have run when the broker loses it is not known beforehand."""
        ran = None
        if self.clock is not None and self.started is not None and state != "gone":
            ran = (self.clock.now() - self.started).total_seconds()
        status = AgentStatus(agent=self.agent, state=state, software=self.software, started=self.started, uptime_s=ran)
        return json.dumps(plain(status)).encode()


class MqttPublisher:
    """Publishes with QoS 1; connects when first needed and again after every loss.

    Args:
        broker: Where it is, and the login.
        client_id: The agent's id; the broker lets only one connection use it.
        status: Announced while connected, where given.
    """

    def __init__(self, broker: BrokerSettings, *, client_id: str, status: StatusTopic | None = None) -> None:
        self._broker = broker
        self._client_id = client_id
        self._status = status
        self._link: Link | None = None
        self._kept: dict[str, bytes] = {}  # by topic, over this connection
        self._connections = 0
        self._turns = 0  # since the broker has refused to let us hear
        self.ears: CommandListener | None = None
        """Who hears over this very connection too, for brokers that let a box have one only; set before the first."""

    @property
    def window(self) -> int:
        """How many messages may be under way at once."""
        return WINDOW if self._link is None else self._link.window

    @property
    def connections(self) -> int:
        """How many connections it has made."""
        return self._connections

    @property
    def where(self) -> str | None:
        """The broker that it is connected to, as messages name it."""
        return None if self._link is None else self._link.name

    def connect(self) -> None:
        """Connect now instead of at the first message; does nothing while connected.

        Raises:
            OutsideError: The broker is not there or refuses the login.
        """
        link = self._linked()
        if self.ears is not None and self._turns:
            self._turns += 1
            if self._turns > TURNS:
                self._hear(link, self.ears)

    def send(self, message: Message) -> Future[bool]:
        """Send one message; the answer is whether somebody listens, RefusedError for this one, OutsideError for any.

        Raises:
            OutsideError: The broker is not there or refuses the login.
        """
        link = self._linked()
        properties: dict[str, int | str] = {"ContentType": CLOUDEVENT}
        if message.expires is not None and not message.retain:
            properties["MessageExpiryInterval"] = message.expires // timedelta(seconds=1)
        answer: Future[bool] = Future()
        answered = link.offer(message.topic, message.payload, retain=message.retain, event_properties=properties)
        if message.retain:
            self._kept[message.topic] = message.payload
        answered.add_done_callback(partial(_judge, answer, f"{link.name}: refused a message on {message.topic}"))
        return answer

    def publish(self, topic: str, payload: bytes) -> bool:
        """Deliver one message; returns once the broker has taken it, and whether somebody listens.

        Raises:
            RefusedError: The broker will not take this message.
            OutsideError: The broker is not there, refuses the login, or does not answer.
        """
        try:
            return self.send(Message(id="", key="", topic=topic, payload=payload)).result(ANSWER_SECONDS)
        except TimeoutError as error:
            self.give_up()
            raise OutsideError(f"no answer to a message on {topic} within {ANSWER_SECONDS:.0f} s") from error

    def keep(self, standing: Mapping[str, bytes]) -> None:
        """Have the broker keep a payload on each topic; what it was given over this connection is not sent again.

        A topic that it refuses is logged, and left alone until there is something new to say on it.

        Raises:
            OutsideError: The broker is not there, or does not answer.
        """
        link = self._linked()
        for topic, payload in standing.items():
            if self._kept.get(topic) != payload:
                reason = link.send(topic, payload, retain=True)
                self._kept[topic] = payload
                if reason.is_failure:
                    _log.error("%s: refused to keep a message on %s: %s", link.name, topic, reason)

    def give_up(self) -> None:
        """Throw the connection away, for the broker has stopped answering; the next message makes another."""
        self._drop()

    def close(self) -> None:
        """Say that the agent leaves, and leave."""
        try:
            if self._link is not None and self._status is not None and not self._link.lost.is_set():
                self._link.send(self._status.topic, self._status.payload("offline"), retain=True)
        except OutsideError as error:
            _log.warning("leaving without saying so: %s", error)
        self._drop()

    def _linked(self) -> Link:
        if self._link is not None and not self._link.lost.is_set():
            return self._link
        gone = None if self._link is None else self._link.failure()
        self._drop()
        if isinstance(gone, NameTakenError):
            raise gone  # to be told; the next call tries again
        will = None if self._status is None else (self._status.topic, self._status.payload("gone"))
        self._kept = {}
        heard = None if self.ears is None else self.ears.heard
        fresh = isinstance(gone, OversizedError)  # else the broker would send it again after every loss
        self._link = link = connected(self._broker, self._client_id, will=will, on_message=heard, fresh=fresh)
        self._connections += 1
        if self._status is not None:
            self._announce(link, self._status)
        if self.ears is not None:
            self._hear(link, self.ears)
        return link

    def _hear(self, link: Link, ears: CommandListener) -> None:
        """Ask to hear commands; what the broker says to it comes later, and holds up no message."""
        mid, self._turns = link.subscribe(ears.topics), 0

        def answered(answer: Future[ReasonCode]) -> None:
            link.acks.pop(mid, None)
            if answer.exception() is None and answer.result().is_failure:
                self._turns = 1
                ears.without(f"no commands can be heard: {link.name}: refused {ears.topics}: {answer.result()}")
            elif answer.exception() is None:
                ears.without("")

        link.answer_to(mid).add_done_callback(answered)

    def _announce(self, link: Link, status: StatusTopic) -> None:
        try:
            reason = link.send(status.topic, status.payload("online"), retain=True)
            if reason.is_failure:
                _log.error("%s: refused the status on %s: %s", link.name, status.topic, reason)
        except OutsideError:
            self._drop()
            raise

    def _drop(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.close()


def _judge(answer: Future[bool], sentence: str, answered: Future[ReasonCode]) -> None:
    """Pass on what a reason code means."""
    error = answered.exception()
    if error is not None:
        answer.set_exception(error)
        return
    reason = answered.result()
    if not reason.is_failure:
        answer.set_result(reason.value != NO_MATCHING_SUBSCRIBERS)
        return
    kind = HopelessError if reason.value in HOPELESS else MessageRefusedError
    answer.set_exception(kind(f"{sentence}: {reason}"))
