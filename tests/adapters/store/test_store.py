"""The store keeps a step whole or not at all, and doubles nothing."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.store import SqliteStore
from edge_agent.adapters.store.database import migrations
from edge_agent.core.effects import OpenWorkOrder, UpdateWorkOrder
from edge_agent.core.errors import Bug
from edge_agent.core.events import Result, Tick
from edge_agent.core.feed.work_orders import OrderStatus
from edge_agent.core.incident.world import World
from edge_agent.ports import Backlog, Message, Progress
from tests.adapters.steps import answered, at, every_effect, look, message, order, rows, spoken_request, world

if TYPE_CHECKING:
    from pathlib import Path


def test_a_first_start_remembers_nothing(store: SqliteStore) -> None:
    """No world, no progress, nothing that waits."""
    assert store.load("c1") is None
    assert store.progress("c1") == Progress()
    assert store.unanswered("c1") == ()
    assert store.pending(10) == ()
    assert store.backlog() == Backlog(messages=0, warnings=0, work_orders=0)


def test_the_world_is_as_last_committed(store: SqliteStore, path: Path) -> None:
    """Also to the next process; each camera has its own."""
    store.commit(world(1), (look(1),), ())
    store.commit(world(2), (look(2),), ())
    store.commit(world(3), (Tick(at(3)),), ())
    store.commit(World(camera="c2", at=at(9)), (look(9),), ())
    store.close()
    again = SqliteStore(path)
    assert again.load("c1") == world(3)
    assert again.progress("c1") == Progress(events=3, looked=at(2))
    assert again.load("c2") == World(camera="c2", at=at(9))
    again.close()


def test_several_events_are_kept_as_one_step(store: SqliteStore) -> None:
    """An answer closes the request before it; a request in the same step is a new one."""
    store.commit(world(1), (look(1),), (spoken_request(1),))
    failed = answered(2, result=Result.FAILED)
    store.commit(world(4), (failed, look(3), Tick(at(4))), (spoken_request(4, attempt=2),), (message(1),))
    assert store.progress("c1") == Progress(events=4, looked=at(3))
    assert store.unanswered("c1") == (spoken_request(4, attempt=2),)


def test_messages_wait_in_order_until_they_are_delivered(store: SqliteStore) -> None:
    """The queue is first in, first out; what the broker has taken is never given again."""
    store.commit(world(1), (look(1),), (), (message(1), message(2)))
    store.commit(world(2), (look(2),), (), (message(3),))
    waiting = store.pending(10)
    assert [row.message for row in waiting] == [message(1), message(2), message(3)]
    assert store.pending(2) == waiting[:2]
    assert store.pending(2, after=waiting[0].order) == waiting[1:]
    store.delivered((waiting[0].order, waiting[2].order))
    assert store.pending(10) == waiting[1:2]
    assert store.backlog().messages == 1


def test_committing_twice_doubles_nothing(store: SqliteStore, path: Path) -> None:
    """A step that is folded again after a crash yields the same ids; each is queued, asked and noted once."""
    effects = every_effect()
    for _ in range(2):
        store.commit(world(1), (look(1),), effects, (message(1),))
    store.delivered((store.pending(1)[0].order,))
    store.commit(world(1), (look(1),), effects, (message(1),))
    assert store.pending(10) == ()
    for table in ("outbox", "warnings", "work_orders", "snapshots", "notes", "health"):
        assert rows(path, f"SELECT count(*) FROM {table}") == [(1,)], table  # noqa: S608


def test_a_warning_is_unanswered_until_the_core_is_told(store: SqliteStore, path: Path) -> None:
    """The answer to warning n closes every attempt at it that is open, and only these."""
    store.commit(world(1), (look(1),), (spoken_request(1),))
    assert store.unanswered("c1") == (spoken_request(1),)
    assert store.unanswered("c2") == ()
    failed = answered(2, result=Result.FAILED)
    store.commit(world(2), (failed,), (spoken_request(62, attempt=2), spoken_request(63, n=2)))
    assert store.unanswered("c1") == (spoken_request(62, attempt=2), spoken_request(63, n=2))
    store.commit(world(64), (answered(64),), ())
    assert store.unanswered("c1") == (spoken_request(63, n=2),)
    assert store.backlog().warnings == 1
    assert rows(path, "SELECT attempt, result FROM warnings WHERE n = 1 ORDER BY attempt") == [
        (1, "failed"),
        (2, "played"),
    ]


def test_a_work_order_is_closed_in_place(store: SqliteStore, path: Path) -> None:
    """Verified by camera: the same order, with its end."""
    store.commit(world(900), (look(900),), (OpenWorkOrder(order()),))
    assert store.backlog().work_orders == 1
    store.commit(world(999), (look(999),), (UpdateWorkOrder(order(status=OrderStatus.CLOSED, closed=at(999))),))
    assert store.backlog().work_orders == 0
    assert rows(path, "SELECT status, closed, why FROM work_orders") == [
        ("closed", "2026-11-01T08:16:39.000Z", "3 of 3 warnings delivered")
    ]


def test_a_step_that_fails_leaves_nothing(store: SqliteStore) -> None:
    """A message without a topic is a bug; the world, and the effects beside it, stay as they were."""
    store.commit(world(1), (look(1),), ())
    broken = Message(id="e-1", key="i-1", topic=None, payload=b"")  # type: ignore[arg-type]
    with pytest.raises(Bug, match="topic"):
        store.commit(world(2), (look(2),), (spoken_request(2),), (message(1), broken))
    assert store.load("c1") == world(1)
    assert store.pending(10) == ()
    assert store.unanswered("c1") == ()
    store.commit(world(2), (look(2),), ())
    assert store.load("c1") == world(2)


def test_every_column_that_needs_a_word_has_one() -> None:
    """The schema is read by people with a broken box in front of them: text columns of JSON say so."""
    script = "".join(migrations())
    for column in ("world", "text", "box"):
        line = next(line for line in script.splitlines() if line.strip().startswith(f"{column} "))
        assert "JSON" in line


def test_what_is_said_is_kept_in_both_languages(store: SqliteStore, path: Path) -> None:
    """As written, so that a person can read the file."""
    store.commit(world(1), (look(1),), (spoken_request(1),))
    ((text,),) = rows(path, "SELECT text FROM warnings")
    assert "请驶离" in str(text)
    assert json.loads(str(text)) == spoken_request(1).text


def test_records_are_numbered_without_a_gap(store: SqliteStore) -> None:
    """Committed twice, a record keeps its number; health may be dropped, and has none."""
    records = tuple(
        Message(
            id=f"e-{n}",
            key="i",
            topic="t",
            payload=b'{"specversion":"1.0"}',
            expires=None if n != 2 else timedelta(minutes=1),
        )
        for n in range(1, 5)
    )
    store.queue(records[:3], at(1))
    store.queue(records, at(1))
    assert [json.loads(row.message.payload).get("agentseq") for row in store.pending(10)] == [1, None, 2, 3]


def test_the_state_is_the_owners_alone(tmp_path: Path) -> None:
    """Whatever the umask: it tells who was where, when."""
    before = os.umask(0)
    try:
        store = SqliteStore(tmp_path / "state" / "agent.db")
        store.commit(world(1), (look(1),), ())
    finally:
        os.umask(before)
    files = [*(tmp_path / "state").iterdir()]
    assert {each.name for each in files} == {"agent.db", "agent.db-wal", "agent.db-shm", "agent.db.lock"}
    assert {each.stat().st_mode & 0o777 for each in files} == {0o600}
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
    store.close()
