"""Hearing what is published: for ``watch``, the demo and the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paho.mqtt.client import MQTT_ERR_SUCCESS

from edge_agent.adapters.mqtt.link import QOS, connected
from edge_agent.core.errors import OutsideError
from edge_agent.core.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

    from edge_agent.config.deployment import BrokerSettings


class MqttSubscriber:
    """Hears the messages of a topic filter until closed; a loss of the connection shows in ``lost``.

    ``on_message`` runs on the network thread. What it raises is logged, and the next message comes all the same.

    Raises:
        OutsideError: The broker is not there, refuses the login, or the subscription.
    """

    def __init__(
        self, broker: BrokerSettings, topics: str, on_message: Callable[[str, bytes], None], *, client_id: str
    ) -> None:
        self._link = connected(broker, client_id, on_message=on_message)
        try:
            self._subscribe(topics)
        except OutsideError:
            self._link.close()
            raise

    @property
    def lost(self) -> Event:
        """Set once the connection is gone."""
        return self._link.lost

    def close(self) -> None:
        """Stop hearing; the broker keeps what comes meanwhile for the same ``client_id``."""
        self._link.close()

    def _subscribe(self, topics: str) -> None:
        sent, mid = self._link.client.subscribe(topics, QOS)
        if sent != MQTT_ERR_SUCCESS or mid is None:
            raise self._link.failure()
        reason = self._link.await_answer(mid, f"no answer to the subscription of {topics}")
        if reason.is_failure:
            raise RefusedError(f"{self._link.name}: refused the subscription of {topics}: {reason}")
