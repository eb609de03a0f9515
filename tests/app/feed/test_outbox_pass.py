"""One pass over the outbox: whatever the broker does, nothing is lost, overtakes, or stands in the way of others."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from itertools import chain, repeat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.adapters.store import SqliteStore
from edge_agent.app.feed.outbox_pass import PAGE, PassLimits, sweep
from edge_agent.core.errors import OutsideError
from edge_agent.core.feed.broker_faults import MessageRefusedError
from edge_agent.ports import Message
from tests.app.feed.publishers import ScriptedPublisher, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

from tests.app.feed.outbox import AT, heard, queue
from tests.app.feed.publishers import LatePublisher


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """A store of its own."""
    opened = SqliteStore(tmp_path / "agent.sqlite3")
    yield opened
    opened.close()


def test_everything_is_delivered_once_in_order(store: SqliteStore) -> None:
    """More than a page of it; a second sweep has nothing to do."""
    names = [f"i{n % 7}-{n}" for n in range(2 * PAGE + 5)]
    queue(store, *names)
    publisher = ScriptedPublisher()
    assert sweep(store, publisher).taken == len(names)
    assert sweep(store, publisher).taken == 0
    assert heard(publisher) == names


def test_a_refusal_holds_back_its_own_incident_only(store: SqliteStore) -> None:
    """Later events of it must not overtake; other incidents pass."""
    queue(store, "i1-1", "i2-1", "i1-2", "i2-2", "i1-3")
    publisher = ScriptedPublisher(lambda topic: Verdict.REFUSED if topic == "t/i1-2" else Verdict.TAKEN)
    done = sweep(store, publisher)
    assert heard(publisher) == ["i1-1", "i2-1", "i2-2"]
    assert isinstance(done.trouble, MessageRefusedError)
    publisher.judge = lambda _topic: Verdict.TAKEN
    assert sweep(store, publisher).trouble is None
    assert heard(publisher)[3:] == ["i1-2", "i1-3"]


def test_a_refused_topic_holds_back_its_own_messages_only(store: SqliteStore) -> None:
    """Of the same incident: warnings and the work order go out past a ``notify`` that the broker does not take.

    What is said on the refused kind of topic waits, in its order, and nothing on another overtakes its own kind.
    """
    places = (
        "incident/k/opened",
        "notify/k/requested",
        "incident/k/warned",
        "notify/k/requested",
        "work_order/k/opened",
    )
    sent = tuple(Message(id=f"m{n}", key="i1", topic=place, payload=b"%d" % n) for n, place in enumerate(places))
    store.queue(sent, AT)
    publisher = ScriptedPublisher(lambda topic: Verdict.REFUSED if topic.startswith("notify") else Verdict.TAKEN)
    done = sweep(store, publisher)
    assert heard(publisher) == ["0", "2", "4"]
    assert done.held.keys() == {("i1", "notify/k")}
    assert sweep(store, publisher, PassLimits(held=frozenset(done.held))).taken == 0
    publisher.judge = lambda _topic: Verdict.TAKEN
    assert sweep(store, publisher).taken == 2
    assert heard(publisher)[3:] == ["1", "3"]


def test_a_hopeless_message_is_buried_and_its_incident_goes_on(store: SqliteStore) -> None:
    """It is kept with what the broker said, counted, and never queued again."""
    queue(store, "i1-1", "i1-2", "i2-1")
    publisher = ScriptedPublisher(lambda topic: Verdict.HOPELESS if topic == "t/i1-1" else Verdict.TAKEN)
    done = sweep(store, publisher)
    assert (done.taken, done.buried) == (2, ["refused a message on t/i1-1: Packet too large"])
    assert (store.backlog().dead, store.backlog().messages) == (1, 0)
    queue(store, "i1-1")
    assert store.backlog().messages == 0


def test_the_message_over_which_a_broker_hangs_up_is_found(store: SqliteStore) -> None:
    """One at a time after a loss: the culprit is then alone, and only it is buried."""
    queue(store, "i1-1", "i2-1", "i3-1", "i1-2")
    publisher = ScriptedPublisher(lambda topic: Verdict.BROKEN_OFF if topic == "t/i2-1" else Verdict.TAKEN)
    first = sweep(store, publisher)
    assert (first.buried, first.lost is None) == ([], False)
    second = sweep(store, publisher, PassLimits(single=True))
    assert second.buried == ["ended the connection over a message: Packet too large"]
    sweep(store, publisher, PassLimits(single=True))
    assert list(dict.fromkeys(heard(publisher))) in (["i1-1", "i3-1", "i1-2"], ["i1-1", "i1-2", "i3-1"])
    assert store.backlog().messages == 0


def test_nothing_overtakes_within_an_incident(store: SqliteStore) -> None:
    """However late the answers come, one message of an incident is under way at a time."""
    names = [f"i{n % 3}-{n}" for n in range(60)]
    queue(store, *names)
    publisher = LatePublisher(window=5)
    assert sweep(store, publisher).taken == len(names)
    publisher.end()
    assert publisher.doubled == set()


def test_nobody_listening_is_patience_for_records_only(store: SqliteStore) -> None:
    """A record that nobody hears is offered again; health is not, and neither is once patience is over."""
    queue(store, "i1-1", "i1-2")
    store.queue((Message(id="h", key="c1", topic="t/h", payload=b"h", expires=timedelta(hours=1)),), AT)
    publisher = ScriptedPublisher(lambda _topic: Verdict.UNHEARD)
    done = sweep(store, publisher, PassLimits(patient=True))
    assert (done.taken, done.unheard, str(done.trouble)) == (1, 1, "nobody listens to messages on t/i1-1")
    assert sweep(store, publisher).taken == 2


def test_the_oldest_health_is_dropped_first_and_records_never(store: SqliteStore) -> None:
    """Down to the limit, or until no health is left."""
    hour = timedelta(hours=1)
    queue(store, "i1-1", "i1-2")
    store.queue(tuple(Message(id=f"h{n}", key="c1", topic="t", payload=b"", expires=hour) for n in range(4)), AT)
    queue(store, "i1-3")
    assert store.shed(7) == 0
    assert store.shed(5) == 2
    assert [row.message.id for row in store.pending(9)] == ["i1-1", "i1-2", "h2", "h3", "i1-3"]
    assert store.shed(1) == 2
    assert [row.message.id for row in store.pending(9)] == ["i1-1", "i1-2", "i1-3"]


def test_a_page_of_refusals_starves_nobody(store: SqliteStore) -> None:
    """The sweep goes on behind what is held back."""
    queue(store, *(f"bad-{n}" for n in range(PAGE + 5)), "i1-1")
    publisher = ScriptedPublisher(lambda topic: Verdict.REFUSED if "bad" in topic else Verdict.TAKEN)
    assert sweep(store, publisher).taken == 1
    assert heard(publisher) == ["i1-1"]


def test_a_lost_connection_ends_the_sweep(store: SqliteStore) -> None:
    """What was acknowledged is done with; the rest waits."""
    queue(store, "i1-1", "i1-2", "i1-3")
    verdicts = iter([Verdict.TAKEN, Verdict.LOST])
    publisher = ScriptedPublisher(lambda _topic: next(verdicts))
    done = sweep(store, publisher)
    assert (done.taken, str(done.trouble)) == (1, "the connection is gone")
    assert [row.message.id for row in store.pending(10)] == ["i1-2", "i1-3"]


@settings(max_examples=30)
@given(
    names=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 99)), unique=True, max_size=12),
    verdicts=st.lists(st.sampled_from(Verdict), max_size=30),
    window=st.integers(1, 5),
)
def test_whatever_the_broker_does_everything_arrives_in_order(
    tmp_path_factory: pytest.TempPathFactory, names: list[tuple[str, int]], verdicts: list[Verdict], window: int
) -> None:
    """Swept until nothing waits: each message is heard or a dead letter, first hearings are in order."""
    store = SqliteStore(tmp_path_factory.mktemp("outbox") / "agent.sqlite3")
    sent = [f"{key}-{n}" for key, n in names]
    queue(store, *sent)
    answers = chain(verdicts, repeat(Verdict.TAKEN))
    publisher = ScriptedPublisher(lambda _topic: next(answers), window=window)
    while sweep(store, publisher, PassLimits(patient=True, single=True)).trouble is not None:
        pass
    assert store.pending(1) == ()
    dead = {row[0] for row in store._read("SELECT id FROM dead_letters")}  # noqa: SLF001 - what only a person looks at
    store.close()
    assert len(dead) <= len([each for each in verdicts if each in {Verdict.HOPELESS, Verdict.BROKEN_OFF}])
    assert dead | set(heard(publisher)) == set(sent)
    sent = [name for name in sent if name in heard(publisher)]
    first: dict[str, list[str]] = defaultdict(list)
    for name in dict.fromkeys(heard(publisher)):
        first[name[0]].append(name)
    assert dict(first) == {key: [name for name in sent if name[0] == key] for key in {name[0] for name in sent}}


def test_sweep_reports_the_stores_failure(store: SqliteStore) -> None:
    """As an outside error for the thread to retry."""
    queue(store, "i1-1")
    store._connection.execute("PRAGMA query_only = 1")  # noqa: SLF001
    with pytest.raises(OutsideError, match="read-only"):
        sweep(store, ScriptedPublisher())
