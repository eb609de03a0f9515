"""A database whose disk is full: nothing is acknowledged, nothing is lost, and the page says so."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import psycopg
import pytest
from paho.mqtt.client import Client, ConnectFlags, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from centre.contract.topics import SHARED
from centre.ingest.keep import keep
from centre.ingest.listener import BrokerAddress, Listener
from centre.serving import ingesting, page_at
from centre.web.people import add_account
from centre.web.setting import Settings
from tests.centre.asking import Visitor
from tests.centre.box import box_on
from tests.centre.conftest import Reachable
from tests.centre.console import PASSWORD
from tests.centre.stories import START, Street
from tests.centre.test_keep import arrived
from tests.feed.waiting import wait_for

# What PostgreSQL says when a disk is full: 53100, could not extend file, No space left on device.
FULL = """
CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
CREATE TRIGGER full_message BEFORE INSERT ON message FOR EACH ROW EXECUTE FUNCTION disk_is_full();
CREATE TRIGGER full_command BEFORE INSERT ON command FOR EACH ROW EXECUTE FUNCTION disk_is_full();
CREATE TRIGGER full_aside BEFORE INSERT ON dead_letter FOR EACH ROW EXECUTE FUNCTION disk_is_full();"""
ROOM = """
DROP TRIGGER full_message ON message; DROP TRIGGER full_command ON command; DROP TRIGGER full_aside ON dead_letter;"""


def count(connection: psycopg.Connection) -> int:
    """Messages that are there."""
    (row_count,) = connection.execute("SELECT count(*) FROM message").fetchone() or (0,)
    return int(row_count)


def test_a_full_disk_loses_nothing(broker: Reachable, database: str, connection: psycopg.Connection) -> None:
    """What comes meanwhile waits at the broker, and is written as soon as there is room."""
    connection.execute(FULL)
    address = BrokerAddress(host="127.0.0.1", port=broker.port)
    with ingesting(address, database, worker="full") as worker, box_on(broker.port) as box:
        wait_for(lambda: worker.listener.connected)
        for each in Street("inc-1").ladder():
            box.tell(each)
        wait_for(lambda: bool(worker.tally.trouble))
        assert "No space left on device" in worker.tally.trouble
        assert count(connection) == 0
        connection.execute(ROOM)
        wait_for(lambda: count(connection) == 12)
    assert connection.execute("SELECT count(*) FROM dead_letter").fetchone() == (0,)


def test_a_page_on_a_full_disk_still_shows(database: str, connection: psycopg.Connection) -> None:
    """A click is refused in words instead of being forgotten; reading goes on."""
    add_account(connection, "wang.fang", title="w", password=PASSWORD, roles={"*": "dispatcher"})
    keep(connection, arrived(Street("inc-1").opened()), START)
    with page_at(Settings(database=database, timezone=ZoneInfo("Asia/Shanghai")), "127.0.0.1", 0) as url:
        visitor = Visitor(url)
        visitor.enters("wang.fang")
        connection.execute(FULL)
        answer = visitor.post("/d/320402/box-01/inc-1/act", verb="accept")
        assert (answer.status_code, "disk is full" in answer.text) == (503, True)
        assert visitor.get("/d/320402/box-01/inc-1").ok
        assert connection.execute("SELECT count(*) FROM command").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM audit WHERE action LIKE 'command%'").fetchone() == (0,)


class Heard(Client):
    """A connection that keeps what is subscribed."""

    filters: list[str]

    def subscribe(self, topics: list[tuple[str, object]]) -> None:  # type: ignore[override]
        """Keep it."""
        self.filters = [topic for topic, _ in topics]


@pytest.mark.parametrize(("available", "shared"), [(None, True), (1, True), (0, False)])
def test_a_broker_without_shared_subscriptions_is_used_all_the_same(available: int | None, shared: bool) -> None:  # noqa: FBT001
    """By its own word (MQTT 5); then every worker takes everything, and the tables hold it once."""
    listener = Listener(BrokerAddress(host="127.0.0.1", port=1), worker="w")
    properties = Properties(PacketTypes.CONNACK)  # type: ignore[no-untyped-call]
    if available is not None:
        properties.SharedSubscriptionAvailable = available
    heard = Heard(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
    code = ReasonCode(PacketTypes.CONNACK, "Success")
    connected: Callable[..., None] = listener.client.on_connect  # type: ignore[assignment]
    connected(heard, None, ConnectFlags(session_present=False), code, properties)
    assert len([each for each in heard.filters if each.startswith("$share/")]) == (len(SHARED) if shared else 0)
    assert len(heard.filters) == len(SHARED) + 3


def test_who_is_not_subscribed_yet_is_not_connected() -> None:
    """What boxes say before that is kept for nobody, and the answer to a command would be lost."""
    listener = Listener(BrokerAddress(host="127.0.0.1", port=1), worker="w")
    heard = Heard(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
    connected: Callable[..., None] = listener.client.on_connect  # type: ignore[assignment]
    subscribed: Callable[..., None] = listener.client.on_subscribe  # type: ignore[assignment]
    gone: Callable[..., None] = listener.client.on_disconnect  # type: ignore[assignment]
    for _ in range(2):
        connected(heard, None, ConnectFlags(session_present=False), ReasonCode(PacketTypes.CONNACK, "Success"), None)
        assert (listener.connected, listener.trouble) == (False, "not subscribed yet")
        subscribed(heard, None, 1, [ReasonCode(PacketTypes.SUBACK, "Granted QoS 1")], None)
        assert (listener.connected, listener.trouble) == (True, "")
        gone(heard, None, None, ReasonCode(PacketTypes.DISCONNECT, "Server shutting down"), None)
        assert not listener.connected
