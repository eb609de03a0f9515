"""Hearing the commands of the operations centre, for as long as the agent lives."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge_agent.adapters.mqtt.guarded_client import LARGEST
from edge_agent.adapters.mqtt.subscriber import MqttSubscriber
from edge_agent.core.backoff import pause_s
from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

    from edge_agent.config.broker_settings import BrokerSettings

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandListener:
    """Subscribed to ``topics`` whenever the broker is there; it keeps for us what comes meanwhile.

    ``heard`` gets topic and payload of each message, on the network's thread, and must not take long. ``without`` is
    told why nothing can be heard, and an empty text once it can.
    """

    broker: BrokerSettings
    topics: str
    client_id: str
    heard: Callable[[str, bytes], None]
    without: Callable[[str], None] = lambda _reason: None

    def run(self, stop: Event) -> None:
        """Listen until ``stop``; a broker that is away at first, or does not let us listen, is tried again for ever."""
        failures = 0
        while not stop.is_set():
            try:
                subscriber = MqttSubscriber(
                    self.broker,
                    self.topics,
                    self.heard,
                    client_id=self.client_id,
                    takes=LARGEST,
                    on_change=self.without,
                )
            except OutsideError as error:
                failures += 1
                self.without(f"no commands can be heard: {error}")
            else:
                self.without("")
                _log.info("listening for commands on %s", self.topics)
                stop.wait()
                subscriber.close()
            stop.wait(pause_s(failures, self.client_id))
