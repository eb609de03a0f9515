"""What a broker has acknowledged and not saved is offered again, and no link breaks so often that nothing gets on."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.store import SqliteStore
from edge_agent.app.feed.outbox_pass import PassLimits, sweep
from edge_agent.app.feed.unsettled import SPAN, TIMES, Unsettled
from edge_agent.ports import Message
from tests.app.feed.outbox import AT, heard, queue
from tests.app.feed.publishers import ScriptedPublisher, Verdict
from tests.app.recorded_metrics import RecordedMetrics

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Box:
    """An agent's outbox, whose time goes on by ``wait``; ``start`` is another start of the agent."""

    def __init__(self, path: Path) -> None:
        self.publisher = ScriptedPublisher()
        self.metrics = RecordedMetrics()
        self._path = path
        self._ns = 0
        self.start()

    def start(self) -> None:
        """Begin, with nothing in mind but what is in the store."""
        self.store = SqliteStore(self._path)
        self.unsettled = Unsettled(self.store, self.publisher, counter_ns=lambda: self._ns, metrics=self.metrics)

    def end(self) -> None:
        """End as a kill does: nothing is said and nothing is written."""
        self.store.close()

    def wait(self, span: timedelta) -> None:
        """Time goes on, and the connection stands."""
        self._ns += int(span.total_seconds() * 1e9)
        self.unsettled.stands()

    def breaks(self) -> None:
        """The connection breaks, and another is made."""
        self.publisher.connections += 1

    def deliver(self) -> list[str]:
        """One pass; what the broker has heard in it."""
        before = len(self.publisher.taken)
        self.unsettled.look()
        sweep(self.store, self.publisher, PassLimits(single=True, marked=self.unsettled.acknowledged))
        return heard(self.publisher)[before:]


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    """One with nothing to say."""
    made = Box(tmp_path / "agent.sqlite3")
    yield made
    made.end()


def test_what_was_acknowledged_lately_comes_again_after_a_break_in_order_and_before_what_is_new(box: Box) -> None:
    """By the same ids; counted, so that a broker that dies often is seen."""
    queue(box.store, "i1-1", "i2-1", "i1-2")
    assert box.deliver() == ["i1-1", "i2-1", "i1-2"]
    assert box.deliver() == []
    queue(box.store, "i1-3")
    box.breaks()
    assert box.deliver() == ["i1-1", "i2-1", "i1-2", "i1-3"]
    assert box.metrics.counts == {("offered_again",): 3}


def test_what_the_connection_has_outlived_is_settled(box: Box) -> None:
    """It does not come again, whatever breaks."""
    queue(box.store, "i1-1")
    box.deliver()
    box.wait(SPAN / 2)
    queue(box.store, "i1-2")
    box.deliver()
    box.wait(SPAN / 2)
    box.breaks()
    assert box.deliver() == ["i1-2"]


def test_the_agents_own_end_changes_nothing(box: Box) -> None:
    """Killed together with the broker, as by a power cut of the street: the store knows what is not settled."""
    queue(box.store, "i1-1")
    box.deliver()
    box.wait(SPAN)
    queue(box.store, "i1-2")
    box.deliver()
    box.end()
    box.start()
    assert box.deliver() == ["i1-2"]


def test_a_link_that_breaks_all_the_time_gets_on(box: Box) -> None:
    """One message a connection is all it carries: the span is halved each time, so each comes so often at most."""
    queue(box.store, "i1-1", "i2-1", "i3-1")
    passes, carries = 0, deque[Verdict]()
    box.publisher.judge = lambda _topic: carries.popleft() if carries else Verdict.LOST
    while box.store.backlog().messages or passes == 0:
        carries.append(Verdict.TAKEN)
        box.deliver()
        box.wait(timedelta(seconds=0.01))  # much shorter than any span
        box.breaks()
        passes += 1
        assert passes < 3 * (TIMES + 2)
    assert list(dict.fromkeys(heard(box.publisher))) == ["i1-1", "i2-1", "i3-1"]
    assert max(heard(box.publisher).count(name) for name in ("i1-1", "i2-1", "i3-1")) <= TIMES + 1


def test_a_message_that_breaks_the_connection_is_found_behind_what_comes_again(box: Box) -> None:
    """What was taken before goes many at a time; the first new one is alone, and so is the one to blame."""
    queue(box.store, *(f"i{n}-1" for n in range(9)))
    box.deliver()
    queue(box.store, "bad-1", "i1-2")
    box.publisher.judge = lambda topic: Verdict.BROKEN_OFF if "bad" in topic else Verdict.TAKEN
    box.breaks()
    assert "i1-2" not in box.deliver()
    assert box.store.backlog().dead == 1
    assert box.deliver()[-1] == "i1-2"


def test_health_comes_again_too(box: Box) -> None:
    """It may have ended a trouble."""
    health = Message(id="h", key="c1", topic="t/h", payload=b"h", expires=timedelta(hours=1))
    box.store.queue((health,), AT)
    assert box.deliver() == ["h"]
    box.breaks()
    assert box.deliver() == ["h"]
