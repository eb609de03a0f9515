"""The outbox reaches the broker whole and in order, whatever the broker does."""

from __future__ import annotations

import os
import signal
from queue import Queue
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.broker import EmbeddedBroker
from edge_agent.adapters.mqtt import MqttPublisher, MqttSubscriber
from edge_agent.adapters.store import SqliteStore
from edge_agent.app.feed.delivery import Delivery
from edge_agent.config.broker.broker_settings import BrokerSettings
from tests.app.feed.publishers import ScriptedPublisher, Verdict
from tests.app.recorded_metrics import RecordedMetrics

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

from tests.app.feed.outbox import heard, queue
from tests.ports import free_port

SECONDS = 60.0  # no test waits this long unless it fails


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """A store of its own."""
    opened = SqliteStore(tmp_path / "agent.sqlite3")
    yield opened
    opened.close()


def test_the_thread_delivers_what_is_queued_while_it_runs(store: SqliteStore) -> None:
    """Draining ends when nothing waits any more; what was taken is counted, once."""
    publisher, metrics = ScriptedPublisher(), RecordedMetrics()
    queue(store, "i1-1")
    delivery = Delivery(store, publisher, salt="box", metrics=metrics)
    delivery.start()
    queue(store, "i1-2", "i1-3")
    delivery.wake()
    assert delivery.drain(within_s=SECONDS) == 0
    assert heard(publisher) == ["i1-1", "i1-2", "i1-3"]
    assert metrics.counts == {("delivered",): 3}
    assert delivery.trouble is None


def test_draining_gives_up_in_time_and_says_what_is_left(store: SqliteStore) -> None:
    """The broker stays away: the messages wait in the store for the next start."""
    queue(store, "i1-1", "i1-2")
    troubles = Queue[str]()
    delivery = Delivery(store, ScriptedPublisher(lambda _topic: Verdict.LOST), salt="box", without=troubles.put)
    delivery.start()
    assert troubles.get(timeout=SECONDS) == "the connection is gone"
    assert delivery.drain(within_s=0.01) == 2
    assert str(delivery.trouble) == "the connection is gone"


def test_closing_leaves_the_rest_for_next_time(store: SqliteStore) -> None:
    """At once, and twice is fine; nothing is lost by it."""
    queue(store, "i1-1", "i1-2")
    delivery = Delivery(store, ScriptedPublisher(lambda _topic: Verdict.LOST), salt="box")
    delivery.start()
    delivery.close()
    delivery.close()
    assert store.backlog().messages == 2


def test_an_end_in_the_middle_of_a_pass_is_no_trouble(store: SqliteStore) -> None:
    """A box that stops is not without its broker, and does not say so."""
    queue(store, "i1-1", "i1-2", "i1-3")
    sending, ended, troubles = Event(), Event(), list[str]()

    def slow(_topic: str) -> Verdict:
        sending.set()
        assert ended.wait(SECONDS)
        return Verdict.TAKEN

    delivery = Delivery(store, ScriptedPublisher(slow), salt="box", without=troubles.append)
    delivery.start()
    assert sending.wait(SECONDS)
    closing = Thread(target=delivery.close)
    closing.start()
    assert delivery._stopped.wait(SECONDS)  # noqa: SLF001 - closing has begun
    ended.set()
    closing.join()
    assert store.backlog().messages == 2
    assert delivery.trouble is None
    assert not any(troubles)


def test_a_bug_in_the_thread_is_not_swallowed(store: SqliteStore) -> None:
    """A dead thread that nobody notices would look like a quiet night."""
    queue(store, "i1-1")

    def broken(_topic: str) -> Verdict:
        raise LookupError("a bug")

    delivery = Delivery(store, ScriptedPublisher(broken), salt="box")
    delivery.start()
    with pytest.raises(LookupError, match="a bug"):
        delivery.drain(within_s=SECONDS)


def test_a_full_disk_is_trouble_not_a_crash(store: SqliteStore) -> None:
    """The message was taken but could not be marked: it comes again, with the same id."""
    queue(store, "i1-1")
    store._connection.execute("PRAGMA query_only = 1")  # noqa: SLF001 - a disk that became read-only
    publisher, troubles = ScriptedPublisher(), Queue[str]()
    delivery = Delivery(store, publisher, salt="box", without=troubles.put)
    delivery.start()
    assert "read-only" in troubles.get(timeout=SECONDS)
    assert delivery.drain(within_s=0.2) == 1
    assert "read-only" in str(delivery.trouble)
    assert set(heard(publisher)) == {"i1-1"}


def test_a_broker_killed_in_the_middle_gets_the_rest_later(store: SqliteStore) -> None:
    """Over TCP: killed after some messages, started again on its port; every id is heard, in order."""
    names = [f"i1-{n}" for n in range(200)]
    heard_ids: Queue[str] = Queue()

    def hear(_topic: str, payload: bytes) -> None:
        heard_ids.put(payload.decode())

    with EmbeddedBroker(port=free_port()) as broker:
        settings_ = BrokerSettings(host="127.0.0.1", port=broker.port)
        publisher = MqttPublisher(settings_, client_id="box")
        first = MqttSubscriber(settings_, "t/#", hear, client_id="ear")
        delivery = Delivery(store, publisher, salt="box")
        queue(store, *names[:100])
        delivery.start()
        got = [heard_ids.get(timeout=SECONDS) for _ in range(5)]
        assert broker.pid is not None
        os.kill(broker.pid, signal.SIGKILL)  # a process this test has started
        assert first.lost.wait(SECONDS)
        first.close()
        broker.stop()
        broker.start()
        second = MqttSubscriber(settings_, "t/#", hear, client_id="ear")
        queue(store, *names[100:])
        assert delivery.drain(within_s=SECONDS) == 0
        publisher.close()
        while got[-1] != names[-1]:
            got.append(heard_ids.get(timeout=SECONDS))
        second.close()
    first_hearings = list(dict.fromkeys(got))
    assert first_hearings == sorted(first_hearings, key=names.index)
    assert set(names[100:]) <= set(got)  # what a killed broker had taken but not passed on dies with it
