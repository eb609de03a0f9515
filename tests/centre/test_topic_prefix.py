"""A centre below another root: the boxes' ``topic_prefix`` stands before what it hears and what it commands."""

from __future__ import annotations

from dataclasses import replace
from queue import Queue

import psycopg
import pytest

from centre.clock import now
from centre.contract.commands import command
from centre.errors import BadInputError
from centre.ingest.outgoing import ask
from centre.serving import broker_address, ingesting
from edge_agent.adapters.mqtt import MqttPublisher, MqttSubscriber
from tests.centre.conftest import Reachable
from tests.centre.stories import SOURCE, Street, payload_of, topic_of
from tests.feed.brokers import settings_of
from tests.feed.waiting import wait_for


def test_messages_come_and_commands_go_below_it(
    database: str, connection: psycopg.Connection, broker: Reachable
) -> None:
    """Kept by the source that the contract has; a box with the same prefix hears the command."""
    address = broker_address(f"mqtt://127.0.0.1:{broker.port}", "city/devices")
    settings, commands = replace(settings_of(broker.port), topic_prefix="city/devices"), Queue[str]()
    ears = MqttSubscriber(settings, f"{SOURCE}/cmd/+", lambda topic, _: commands.put(topic), client_id="ears")
    opened = Street("inc-1").opened()
    with ingesting(address, database, worker="prefixed") as worker:
        publisher = MqttPublisher(settings, client_id="box-01")
        wait_for(lambda: worker.listener.connected)
        publisher.publish(topic_of(opened), payload_of(opened))
        ask(connection, command("look", SOURCE, ident="c-1", by="x", at=now(), keys={"incident": "inc-1"}))
        assert commands.get(timeout=60) == f"{SOURCE}/cmd/look"
        wait_for(lambda: bool(worker.tally.new))
        publisher.close()
    ears.close()
    rows = connection.execute("SELECT source, incident FROM incident").fetchall()
    aside = connection.execute("SELECT count(*) FROM dead_letter").fetchone()
    assert (rows, aside) == ([(SOURCE, "inc-1")], (0,))


@pytest.mark.parametrize("prefix", ["/city", "city/", "city/+", "#", "a//b"])
def test_a_prefix_that_cannot_be_is_refused(prefix: str) -> None:
    """In one sentence, before anything is asked of the broker."""
    with pytest.raises(BadInputError, match=r"--topic-prefix '.*': expected levels of a topic"):
        broker_address("mqtt://host", prefix)
