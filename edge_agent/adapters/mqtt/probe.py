"""Trying a broker out: in, a message to oneself and back, out again, and nothing left behind."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.mqtt.connecting import connected
from edge_agent.adapters.mqtt.link import ANSWER_SECONDS
from edge_agent.core.feed.broker_faults import MessageRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from edge_agent.adapters.mqtt.link import Link
    from edge_agent.config.broker.broker_settings import BrokerSettings
    from edge_agent.ports import Clock

PAYLOAD: Final = b'{"probe":true}'


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerProbe:
    """How long the login, the acknowledgement and the way back took; ``back`` is None where we may not listen."""

    login: timedelta
    acknowledged: timedelta
    back: timedelta | None


def probe(broker: BrokerSettings, topic: str, *, client_id: str, clock: Clock) -> BrokerProbe:
    """Send one message on ``topic`` and hear it; ``client_id`` must be nobody else's.

    Raises:
        OutsideError: The broker is not there, refuses the login, or loses the message.
        RefusedError: It does not take messages on the topic.
    """
    heard, began = Event(), clock.now()
    link = connected(broker, client_id, on_message=lambda *_: heard.set(), lasting=False)
    try:
        login = clock.now() - began
        listening, began = _listens(link, topic), clock.now()
        reason = link.send(topic, PAYLOAD)
        if reason.is_failure:
            raise MessageRefusedError(f"{link.name}: refused a message on {topic}: {reason}")
        acknowledged = clock.now() - began
        if not listening:
            return BrokerProbe(login=login, acknowledged=acknowledged, back=None)
        if not heard.wait(ANSWER_SECONDS):
            raise MessageRefusedError(f"{link.name}: took a message on {topic} and did not pass it on")
        return BrokerProbe(login=login, acknowledged=acknowledged, back=clock.now() - began)
    finally:
        link.close()


def refused_topics(
    broker: BrokerSettings, messages: Mapping[str, bytes], heard: str, *, client_id: str
) -> tuple[str, ...]:
    """What the broker has against each of ``messages``, by topic, and against listening to ``heard``; empty is well.

    Raises:
        OutsideError: The broker is not there or refuses the login.
    """
    link = connected(broker, client_id, lasting=False)
    try:
        reasons = {topic: link.send(topic, payload) for topic, payload in messages.items()}
        refused = [f"{topic} ({reason})" for topic, reason in reasons.items() if reason.is_failure]
        return (*refused, *(() if _listens(link, heard) else (f"{heard} (listening)",)))
    finally:
        link.close()


def _listens(link: Link, topic: str) -> bool:
    """Whether the broker lets us listen: many an access list lets an agent only speak."""
    return not link.await_answer(link.subscribe(topic), f"no answer to the subscription of {topic}").is_failure
