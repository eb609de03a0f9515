"""A store forgets what is over, told and old, and nothing else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from edge_agent.adapters.store import SqliteStore
from edge_agent.adapters.store.database import migrations
from edge_agent.core.effects import UpdateWorkOrder
from edge_agent.core.feed.work_orders import OrderStatus
from edge_agent.ports import Message
from tests.adapters.steps import answered, at, every_effect, look, message, order, rows, spoken_request, world
from tests.core_run import tell
from tests.site import SHORT, site, zone
from tests.street import RED, looks, stands
from tests.street import at as street_at

if TYPE_CHECKING:
    from pathlib import Path

TABLES = ("outbox", "notes", "snapshots", "warnings", "work_orders")
LATER = timedelta(days=30)


def counts(path: Path) -> dict[str, int]:
    """How many rows each table holds."""
    return {table: int(str(rows(path, f"SELECT count(*) FROM {table}")[0][0])) for table in TABLES}  # noqa: S608


def test_what_is_over_is_forgotten(store: SqliteStore, path: Path) -> None:
    """Delivered, answered, closed, and older than asked for; the world and its progress stay."""
    store.commit(world(1), (look(1),), every_effect(), (message(1),))
    store.commit(world(2), (answered(2),), (UpdateWorkOrder(order(status=OrderStatus.CLOSED, closed=at(2))),))
    store.delivered((1,))
    assert counts(path) == dict.fromkeys(TABLES, 1)
    assert store.forget(at(0)) == 0
    assert store.forget(at(1) + LATER) == 5
    assert counts(path) == dict.fromkeys(TABLES, 0)
    assert store.forget(at(1) + LATER) == 0
    assert store.load("c1") == world(2)
    assert store.progress("c1").events == 2


def test_what_waits_is_never_forgotten(store: SqliteStore, path: Path) -> None:
    """A message for a broker that has been away for a year, a warning without an answer, an order without an end."""
    store.commit(world(1), (look(1),), every_effect(), (message(1),))
    store.forget(at(1) + timedelta(days=400))
    assert counts(path) == {"outbox": 1, "notes": 0, "snapshots": 0, "warnings": 1, "work_orders": 1}
    assert [row.message for row in store.pending(10)] == [message(1)]


def test_places_in_the_queue_are_not_used_again(store: SqliteStore) -> None:
    """What comes after a forgotten message is behind it all the same."""
    store.commit(world(1), (look(1),), (), (message(1),))
    store.delivered((1,))
    store.forget(at(1) + LATER)
    store.commit(world(2), (look(2),), (), (message(2),))
    assert [row.order for row in store.pending(10)] == [2]


def test_open_incidents_are_those_of_the_world_and_those_not_told(store: SqliteStore) -> None:
    """A car that was warned of, and a message of another incident that waits; over and told is neither."""
    warned = tell(looks(stands("car", 0, 40, look=RED), until=40), site(zone(rule=SHORT)))
    (incident,) = warned.incidents
    waiting = Message(id="e-9", key="i-9", topic="t", payload=b"{}")
    store.commit(warned.world, (), (), (waiting, message(1)))
    store.delivered((2,))
    assert store.open_incidents(street_at(0)) == {incident, "i-9"}


def test_an_incident_to_which_a_thing_may_return_is_open(store: SqliteStore) -> None:
    """It goes on under the same name, and its first pictures with it."""
    left = tell(looks(stands("car", 0, 40, look=RED), until=60), site(zone(rule=SHORT)))
    assert left.happened[-1] == "resolved"
    store.commit(left.world, (), ())
    assert store.open_incidents(street_at(0)) == set(left.incidents)


def test_a_camera_that_is_gone_holds_on_to_nothing(store: SqliteStore) -> None:
    """One taken down with a car before it would otherwise keep its pictures for ever."""
    warned = tell(looks(stands("car", 0, 40, look=RED), until=40), site(zone(rule=SHORT)))
    store.commit(warned.world, (), ())
    assert store.open_incidents(street_at(0) + LATER) == frozenset()


def test_the_state_of_the_version_before_is_brought_up_to_date(path: Path) -> None:
    """Its outbox had no times: what was delivered counts as old, what waits is delivered."""
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as old:
        old.executescript(migrations()[0])
        old.execute("PRAGMA user_version = 1")
        old.executemany(
            "INSERT INTO outbox (id, key, topic, payload, delivered) VALUES (?, 'i-1', 't', x'7b7d', ?)",
            [("e-1", 1), ("e-2", 0)],
        )
        old.commit()
    with closing(SqliteStore(path)) as store:
        store.commit(world(1), (look(1),), (spoken_request(1),))
        assert store.forget(at(0)) == 1
        assert [row.message.id for row in store.pending(10)] == ["e-2"]
