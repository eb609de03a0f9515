"""Delivery at least once, by MQTT 5 with QoS 1.

The outbox keeps what was not acknowledged and offers it again. The acknowledgement is the reason code in ``on_publish``
and nothing else, because ``is_published()`` is true for a message the broker refused::

    publish ─▶ PUBACK Success ────────────────▶ return
            ├▶ PUBACK No matching subscribers ─▶ return, counted as unheard
            ├▶ PUBACK Not authorized, ... ─────▶ RefusedError: this message
            └▶ connection lost, no answer ─────▶ OutsideError: any message; the next call connects anew
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.mqtt.link import connected
from edge_agent.core.errors import OutsideError
from edge_agent.ports import RefusedError

if TYPE_CHECKING:
    from edge_agent.adapters.mqtt.link import Link
    from edge_agent.config.deployment import BrokerSettings

NO_MATCHING_SUBSCRIBERS: Final = 0x10

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Status:
    """Whether the agent is there: a retained topic, set by us on coming and going, by the broker if we vanish."""

    topic: str
    agent: str

    def payload(self, state: str) -> bytes:
        """The status as JSON."""
        return json.dumps({"agent": self.agent, "state": state}).encode()


class MqttPublisher:
    """Publishes with QoS 1; connects when first needed and again after every loss.

    Args:
        broker: Where it is, and the login.
        client_id: The agent's id; the broker lets only one connection use it.
        status: Announced while connected, where given.
    """

    def __init__(self, broker: BrokerSettings, *, client_id: str, status: Status | None = None) -> None:
        self._broker = broker
        self._client_id = client_id
        self._status = status
        self._link: Link | None = None
        self.unheard = 0

    def connect(self) -> None:
        """Connect now instead of at the first message; does nothing while connected.

        Raises:
            OutsideError: The broker is not there or refuses the login.
        """
        self._linked()

    def publish(self, topic: str, payload: bytes) -> None:
        """Deliver one message; returns once the broker has taken it.

        Raises:
            RefusedError: The broker will not take this message.
            OutsideError: The broker is not there, refuses the login, or does not answer.
        """
        link = self._linked()
        try:
            reason = link.send(topic, payload)
        except OutsideError:
            self._drop()
            raise
        if reason.is_failure:
            raise RefusedError(f"{link.name}: refused a message on {topic}: {reason}")
        self.unheard += reason.value == NO_MATCHING_SUBSCRIBERS

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
        self._drop()
        will = None if self._status is None else (self._status.topic, self._status.payload("gone"))
        self._link = link = connected(self._broker, self._client_id, will=will)
        if self._status is not None:
            self._announce(link, self._status)
        return link

    def _announce(self, link: Link, status: Status) -> None:
        try:
            link.send(status.topic, status.payload("online"), retain=True)
        except OutsideError:
            self._drop()
            raise

    def _drop(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.close()
