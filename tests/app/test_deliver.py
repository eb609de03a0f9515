"""The outbox reaches the broker whole and in order, whatever the broker does."""

from __future__ import annotations

import os
import signal
from collections import defaultdict
from datetime import UTC, datetime
from itertools import chain, repeat
from queue import Queue
from threading import Event
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.adapters.broker import EmbeddedBroker
from edge_agent.adapters.mqtt import MqttPublisher, MqttSubscriber
from edge_agent.adapters.store import SqliteStore
from edge_agent.app.deliver import PAGE, Delivery, sweep
from edge_agent.config.deployment import BrokerSettings
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Tick
from edge_agent.core.world import World
from edge_agent.ports import Message, RefusedError
from tests.app.publishers import ScriptedPublisher, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
SECONDS = 20.0  # no test waits this long unless it fails


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """A store of its own."""
    opened = SqliteStore(tmp_path / "agent.sqlite3")
    yield opened
    opened.close()


def queue(store: SqliteStore, *names: str) -> None:
    """Queue messages such as ``i1-3``: the third of incident i1."""
    messages = tuple(
        Message(id=name, key=name.partition("-")[0], topic=f"t/{name}", payload=name.encode()) for name in names
    )
    store.commit(World(camera="c1", at=AT), (Tick(AT),), (), messages)


def heard(publisher: ScriptedPublisher) -> list[str]:
    """The names of what the broker took, in order."""
    return [payload.decode() for _topic, payload in publisher.taken]


def test_everything_is_delivered_once_in_order(store: SqliteStore) -> None:
    """More than a page of it; a second sweep has nothing to do."""
    names = [f"i{n % 7}-{n}" for n in range(2 * PAGE + 5)]
    queue(store, *names)
    publisher = ScriptedPublisher()
    assert sweep(store, publisher).delivered == len(names)
    assert sweep(store, publisher).delivered == 0
    assert heard(publisher) == names


def test_a_refusal_holds_back_its_own_incident_only(store: SqliteStore) -> None:
    """Later events of it must not overtake; other incidents pass."""
    queue(store, "i1-1", "i2-1", "i1-2", "i2-2", "i1-3")
    publisher = ScriptedPublisher(lambda topic: Verdict.REFUSED if topic == "t/i1-2" else Verdict.TAKEN)
    done = sweep(store, publisher)
    assert heard(publisher) == ["i1-1", "i2-1", "i2-2"]
    assert isinstance(done.trouble, RefusedError)
    publisher.judge = lambda _topic: Verdict.TAKEN
    assert sweep(store, publisher).trouble is None
    assert heard(publisher)[3:] == ["i1-2", "i1-3"]


def test_a_page_of_refusals_starves_nobody(store: SqliteStore) -> None:
    """The sweep goes on behind what is held back."""
    queue(store, *(f"bad-{n}" for n in range(PAGE + 5)), "i1-1")
    publisher = ScriptedPublisher(lambda topic: Verdict.REFUSED if "bad" in topic else Verdict.TAKEN)
    assert sweep(store, publisher).delivered == 1
    assert heard(publisher) == ["i1-1"]


def test_a_lost_connection_ends_the_sweep(store: SqliteStore) -> None:
    """What was acknowledged is done with; the rest waits."""
    queue(store, "i1-1", "i1-2", "i1-3")
    verdicts = iter([Verdict.TAKEN, Verdict.LOST])
    publisher = ScriptedPublisher(lambda _topic: next(verdicts))
    done = sweep(store, publisher)
    assert (done.delivered, str(done.trouble)) == (1, "the connection is gone")
    assert [row.message.id for row in store.pending(10)] == ["i1-2", "i1-3"]


@settings(max_examples=30)
@given(
    names=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 99)), unique=True, max_size=12),
    verdicts=st.lists(st.sampled_from(Verdict), max_size=30),
)
def test_whatever_the_broker_does_everything_arrives_in_order(
    tmp_path_factory: pytest.TempPathFactory, names: list[tuple[str, int]], verdicts: list[Verdict]
) -> None:
    """Swept until nothing waits: each message is heard, duplicates carry the same id, first hearings are in order."""
    store = SqliteStore(tmp_path_factory.mktemp("outbox") / "agent.sqlite3")
    sent = [f"{key}-{n}" for key, n in names]
    queue(store, *sent)
    answers = chain(verdicts, repeat(Verdict.TAKEN))
    publisher = ScriptedPublisher(lambda _topic: next(answers))
    while sweep(store, publisher).trouble is not None:
        pass
    assert store.pending(1) == ()
    store.close()
    first: dict[str, list[str]] = defaultdict(list)
    for name in dict.fromkeys(heard(publisher)):
        first[name[0]].append(name)
    assert dict(first) == {key: [name for name in sent if name[0] == key] for key in {name[0] for name in sent}}


def test_the_thread_delivers_what_is_queued_while_it_runs(store: SqliteStore) -> None:
    """Draining ends when nothing waits any more; what was taken is counted, once."""
    publisher, taken = ScriptedPublisher(), list[int]()
    queue(store, "i1-1")
    delivery = Delivery(store, publisher, salt="box", taken=taken.append)
    delivery.start()
    queue(store, "i1-2", "i1-3")
    delivery.wake()
    assert delivery.drain(within_s=SECONDS) == 0
    assert heard(publisher) == ["i1-1", "i1-2", "i1-3"]
    assert sum(taken) == 3
    assert delivery.trouble is None


def test_draining_gives_up_in_time_and_says_what_is_left(store: SqliteStore) -> None:
    """The broker stays away: the messages wait in the store for the next start."""
    queue(store, "i1-1", "i1-2")
    tried = Event()

    def away(_topic: str) -> Verdict:
        tried.set()
        return Verdict.LOST

    delivery = Delivery(store, ScriptedPublisher(away), salt="box")
    delivery.start()
    assert tried.wait(SECONDS)
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
    publisher = ScriptedPublisher()
    delivery = Delivery(store, publisher, salt="box")
    delivery.start()
    assert delivery.drain(within_s=0.2) == 1
    assert "read-only" in str(delivery.trouble)
    assert set(heard(publisher)) == {"i1-1"}


def test_a_broker_killed_in_the_middle_gets_the_rest_later(store: SqliteStore) -> None:
    """Over TCP: killed after some messages, started again on its port; every id is heard, in order."""
    names = [f"i1-{n}" for n in range(200)]
    heard_ids: Queue[str] = Queue()

    def hear(_topic: str, payload: bytes) -> None:
        heard_ids.put(payload.decode())

    with EmbeddedBroker() as broker:
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


def test_sweep_reports_the_stores_failure(store: SqliteStore) -> None:
    """As an outside error for the thread to retry."""
    queue(store, "i1-1")
    store._connection.execute("PRAGMA query_only = 1")  # noqa: SLF001
    with pytest.raises(OutsideError, match="read-only"):
        sweep(store, ScriptedPublisher())
