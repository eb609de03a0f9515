"""Hearing what is published: the broker may go and come back, and keeps what came meanwhile.

Hearing the commands of the operations centre, for as long as the agent lives.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.mqtt.connecting import connected
from edge_agent.adapters.mqtt.guarded_client import LARGEST
from edge_agent.core.errors import OutsideError
from edge_agent.core.feed.broker_faults import MessageRefusedError, OversizedError, pause_s

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.adapters.mqtt.link import Link
    from edge_agent.config.broker.broker_settings import BrokerSettings

TAKES: Final = 1024 * 1024  # bytes of a message with all around it; the box's own broker takes no larger payload

_log = logging.getLogger(__name__)


class MqttSubscriber:
    """Hears the messages of a topic filter until closed, and connects anew after every loss.

    The session outlives the connection for a week, so nothing is missed while the broker itself remembers; that it has
    forgotten is logged. A message is acknowledged when ``on_message`` has returned, so one that was being handled when
    the power went comes again. A broker that sends what is larger than we take, although we say so, would do it again
    after every loss: the session is then begun anew, so that what comes later is heard.

    Args:
        broker: Where it is, and the login.
        topics: The filter.
        on_message: Runs on the network thread. What it raises is logged, and the next message comes all the same.
        client_id: Under which the broker keeps what comes meanwhile.
        takes: Bytes of the largest message, with its topic and all.
        on_change: Told why the connection is gone or cannot be had yet, and an empty text once it is back.

    Raises:
        OutsideError: On being made: the broker is not there, refuses the login, or the subscription.
    """

    def __init__(
        self,
        broker: BrokerSettings,
        topics: str,
        on_message: Callable[[str, bytes], None],
        *,
        client_id: str,
        takes: int = TAKES,
        on_change: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._broker = broker
        self._topics = topics
        self._on_message = on_message
        self._client_id = client_id
        self._on_change = on_change
        self._takes = takes
        self._fresh = False
        self._closing = Event()
        self.lost = Event()
        """Set while there is no connection."""
        self._link = self._connected()
        self._thread = Thread(target=self._keep, name=f"subscriber {client_id}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop hearing; the broker keeps what comes meanwhile for the same ``client_id``."""
        self._closing.set()
        self._link.lost.set()
        self._thread.join()

    def _keep(self) -> None:
        """Hold a connection until closed."""
        while True:
            self._link.lost.wait()
            self._link.close()
            if self._closing.is_set():
                return
            self._fresh = isinstance(self._link.failure(), OversizedError)
            self.lost.set()
            self._on_change(str(self._link.failure()))
            if not self._reconnect():
                return
            self.lost.clear()
            self._on_change("")

    def _reconnect(self) -> bool:
        failures = 0
        while not self._closing.is_set():
            failures += 1
            if self._closing.wait(pause_s(failures, self._client_id)):
                break
            try:
                self._link = self._connected()
            except OutsideError as error:
                self._on_change(str(error))
                continue
            if self._closing.is_set():
                self._link.close()
                break
            if not self._link.resumed:
                _log.warning("%s has forgotten us; what came meanwhile may be missing", self._link.name)
            return True
        return False

    def _connected(self) -> Link:
        link = connected(
            self._broker, self._client_id, on_message=self._on_message, fresh=self._fresh, takes=self._takes
        )
        try:
            self._subscribe(link)
        except OutsideError:
            link.close()
            raise
        return link

    def _subscribe(self, link: Link) -> None:
        reason = link.await_answer(link.subscribe(self._topics), f"no answer to the subscription of {self._topics}")
        if reason.is_failure:
            raise MessageRefusedError(f"{link.name}: refused the subscription of {self._topics}: {reason}")


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
        """Listen until ``stop``; a broker that is away at first, or does not let us listen, is tried again for ever.

        Where there is to be one connection, whoever delivers listens.
        """
        if self.broker.one_connection:
            return
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
