"""Trying things out: the broker, the store and the disk are looked at, and left as they were."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from edge_agent.adapters.broker import EmbeddedBroker
from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.mqtt import MqttSubscriber
from edge_agent.adapters.mqtt.probe import probe
from edge_agent.adapters.state_folder import write_time
from edge_agent.adapters.store import SqliteStore
from edge_agent.adapters.store.history import inspect
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.core.feed.broker_faults import MessageRefusedError
from edge_agent.ports import Backlog
from edge_agent.web.monitoring import MonitoringServer, Page, fetched
from tests.adapters.mqtt.scripted_broker import NOT_AUTHORIZED, Script, scripted_broker
from tests.adapters.steps import at, damage, look, message, world
from tests.adapters.steps import spoken_request as warned

HOST = "127.0.0.1"
TOPIC = "cityops/v1/320402/box-01/doctor"
CLOCK = SystemClock()


def test_a_message_goes_to_the_broker_and_back() -> None:
    """Each part is timed, none takes longer than the whole."""
    with EmbeddedBroker() as broker:
        tried = probe(BrokerSettings(host=HOST, port=broker.port), TOPIC, client_id="box-01-doctor", clock=CLOCK)
    assert tried.back is not None
    assert timedelta(0) < tried.acknowledged
    assert timedelta(0) < tried.back
    assert timedelta(0) < tried.login


def test_a_probe_leaves_nothing_behind() -> None:
    """No session that gathers messages for a week, and nothing retained: who comes later hears what is said later."""
    heard: list[str] = []
    arrived = Event()

    def on_message(topic: str, _payload: bytes) -> None:
        heard.append(topic)
        arrived.set()

    with EmbeddedBroker() as broker:
        settings = BrokerSettings(host=HOST, port=broker.port)
        probe(settings, TOPIC, client_id="box-01-doctor", clock=CLOCK)
        probe(settings, TOPIC, client_id="another", clock=CLOCK)  # while the doctor is away
        ears = [MqttSubscriber(settings, "cityops/#", on_message, client_id=name) for name in ("box-01-doctor", "new")]
        probe(settings, "cityops/later", client_id="another", clock=CLOCK)
        assert arrived.wait(60)
        for ear in ears:
            ear.close()
    assert set(heard) == {"cityops/later"}


def test_a_broker_that_lets_us_only_speak_is_no_failure() -> None:
    """Many an access list is made so: the acknowledgement is what counts."""
    with scripted_broker(Script(subscribe=NOT_AUTHORIZED)) as script:
        tried = probe(BrokerSettings(host=HOST, port=script.port), TOPIC, client_id="d", clock=CLOCK)
    assert tried.back is None
    assert script.taken


def test_a_topic_that_is_refused_is_named() -> None:
    """The access list does not know this agent."""
    with scripted_broker(Script(publish=lambda _: NOT_AUTHORIZED)) as script:
        settings = BrokerSettings(host=HOST, port=script.port)
        with pytest.raises(MessageRefusedError, match=f"refused a message on {TOPIC}"):
            probe(settings, TOPIC, client_id="d", clock=CLOCK)


def test_a_store_is_inspected_while_an_agent_works_with_it(store: SqliteStore, path: Path) -> None:
    """What waits, how far each camera is; and the agent's next commit goes through."""
    store.commit(world(1), (look(1),), (warned(1),), (message(1), message(2)))
    store.delivered((1,))
    inspected = inspect(path)
    assert inspected.backlog == Backlog(messages=1, warnings=1, work_orders=0, taken=1)
    assert inspected.last == {"c1": at(1)}
    assert inspected.damage == ()
    store.commit(world(2), (look(2),), ())
    assert inspect(path).last == {"c1": at(2)}


def test_a_store_that_rests_is_inspected_without_being_changed(store: SqliteStore, path: Path) -> None:
    """To the last byte, and with no file beside it that the agent might not be allowed to write later."""
    store.commit(world(1), (look(1),), ())
    store.close()
    before = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    assert inspect(path).last == {"c1": at(1)}
    assert {each.name: each.read_bytes() for each in path.parent.iterdir()} == before


def test_damage_is_found(store: SqliteStore, path: Path) -> None:
    """Wherever it lies: every page is read."""
    for n in range(1, 200):
        store.commit(world(n), (look(n),), (), (message(n),))
    store.close()
    damage(path)
    assert inspect(path).damage


def test_an_index_that_lost_a_row_is_damage(store: SqliteStore, path: Path) -> None:
    """What a full check finds and a glance does not."""
    store.commit(world(1), (look(1),), (), (message(1),))
    store.close()
    with closing(sqlite3.connect(path)) as broken:
        broken.execute("PRAGMA writable_schema = 1")
        broken.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'delivered = 0', 'delivered = 9') WHERE type = 'index'"
        )
        broken.commit()
    assert inspect(path).damage


def test_a_store_of_another_version_is_said(store: SqliteStore, path: Path) -> None:
    """It is brought up to date by the agent, not by looking at it."""
    store._connection.execute("PRAGMA user_version = 1")  # noqa: SLF001
    with pytest.raises(BadInputError, match=r"schema 1, expected \d+: start the agent once"):
        inspect(path)


def test_a_store_that_is_not_there_is_not_made(path: Path) -> None:
    """Looking makes no file."""
    with pytest.raises(OutsideError, match="cannot be opened"):
        inspect(path)
    assert not path.exists()


def test_a_disk_is_timed_and_left_empty(tmp_path: Path) -> None:
    """A folder that is not there yet is not made: it would belong to whoever looks, not to the agent."""
    assert write_time(tmp_path / "state" / "deep", CLOCK) > timedelta(0)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "taken").touch()
    with pytest.raises(OutsideError, match="taken: cannot be written"):
        write_time(tmp_path / "taken", CLOCK)


def test_an_agent_is_asked_for_its_health() -> None:
    """Well, stuck, gone, or another program on its port."""
    pages = [Page(body=b"ok\n"), Page(body=b"stuck\n", ok=False)]
    with MonitoringServer({"/healthz": lambda: pages.pop(0)}, host=HOST, port=0) as server:
        well, stuck = fetched(HOST, server.port, "/healthz"), fetched(HOST, server.port, "/healthz")
    assert well == Page(body=b"ok\n")
    assert stuck == Page(body=b"stuck\n", ok=False)
    assert fetched(HOST, server.port, "/healthz") is None
    with scripted_broker(Script()) as other:
        assert fetched(HOST, other.port, "/healthz") is None
