"""What the delivery has to bear is told, once, when it begins and when it is over."""

from __future__ import annotations

from datetime import timedelta
from queue import Queue
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.store import SqliteStore
from edge_agent.app.feed.delivery import Delivery
from edge_agent.ports import Message
from tests.app.feed.outbox import AT, heard, queue
from tests.app.feed.publishers import ScriptedPublisher, Verdict
from tests.app.recorded_metrics import RecordedMetrics
from tests.feed.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SECONDS = 60.0  # no test waits this long unless it fails


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """A store of its own."""
    opened = SqliteStore(tmp_path / "agent.sqlite3")
    yield opened
    opened.close()


class NoticeStreet:
    """A delivery that does not wait between its tries, and what it says of itself."""

    def __init__(
        self,
        store: SqliteStore,
        judge: Callable[[str], Verdict],
        limit: int = 100,
    ) -> None:
        self.publisher = ScriptedPublisher(judge)
        self.metrics = RecordedMetrics()
        self._states: Queue[str] = Queue()
        self.delivery = Delivery(
            store,
            self.publisher,
            tell=lambda state, _: self._states.put(state),
            limit=limit,
            pause=lambda *_: 0.001,
            metrics=self.metrics,
        )
        self.delivery.start()

    def next(self) -> str:
        """The next state, waited for."""
        return self._states.get(timeout=SECONDS)

    def nothing_more(self) -> bool:
        """Whether all was asked for; ends the delivery."""
        self.delivery.close()
        return self._states.empty()


def test_a_dead_letter_is_told(store: SqliteStore) -> None:
    """Each of them."""
    queue(store, "i1-1", "i2-1")
    sender = NoticeStreet(store, lambda _topic: Verdict.HOPELESS)
    assert [sender.next(), sender.next()] == ["dead_letter", "dead_letter"]
    assert sender.nothing_more()


def test_a_refusal_is_told_once_and_so_is_its_end(store: SqliteStore) -> None:
    """However often it is tried; the rest goes on meanwhile."""
    refusals = iter([Verdict.REFUSED] * 5)
    queue(store, "i1-1", "i2-1")
    sender = NoticeStreet(store, lambda topic: next(refusals, Verdict.TAKEN) if "i1" in topic else Verdict.TAKEN)
    assert [sender.next(), sender.next()] == ["refused", "ok"]
    assert sender.nothing_more()
    assert heard(sender.publisher) == ["i2-1", "i1-1"]


def test_nobody_listening_is_told_when_patience_is_over(store: SqliteStore) -> None:
    """And that somebody does, as soon as a record is heard."""
    queue(store, "i1-1")
    sender = NoticeStreet(store, lambda topic: Verdict.UNHEARD if "i1" in topic else Verdict.TAKEN)
    assert sender.next() == "nobody_listening"
    wait_for(lambda: store.backlog().messages == 0)  # then it counts as told
    queue(store, "i2-1")
    sender.delivery.wake()
    assert sender.next() == "ok"
    assert sender.nothing_more()
    assert store.backlog().messages == 0


def test_a_busy_box_is_as_patient_as_a_quiet_one(store: SqliteStore) -> None:
    """Each new message is another pass; time counts, or a broker that restarts would cost what comes then."""
    publisher = ScriptedPublisher(lambda _topic: Verdict.UNHEARD)
    delivery = Delivery(store, publisher, pause=lambda *_: 10.0)
    delivery.start()
    for number in range(60):
        queue(store, f"i{number}-1")
        delivery.wake()
        wait_for(lambda name=f"i{number}-1": name in heard(publisher))  # type: ignore[misc]
    assert store.backlog().messages == 60
    delivery.close()


def test_a_name_that_another_uses_is_told_at_the_second_time(store: SqliteStore) -> None:
    """The first may have been ourselves, before a cable was pulled."""
    away = iter([Verdict.SENT_AWAY, Verdict.SENT_AWAY])
    queue(store, "i1-1")
    sender = NoticeStreet(store, lambda _topic: next(away, Verdict.TAKEN))
    assert sender.next() == "name_taken"
    assert sender.nothing_more()


def test_dropped_health_is_told_once(store: SqliteStore) -> None:
    """The broker is away, and more waits than may."""
    day = timedelta(days=1)
    store.queue(tuple(Message(id=f"h{n}", key="c1", topic="t", payload=b"", expires=day) for n in range(8)), AT)
    queue(store, "i1-1")
    sender = NoticeStreet(store, lambda _topic: Verdict.LOST, limit=5)
    assert sender.next() == "outbox_full"
    assert sender.nothing_more()
    assert (store.backlog().messages, sender.metrics.counts) == (5, {("drops", "", "outbox_full"): 4})
