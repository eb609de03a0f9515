"""The store through kills, full disks and damaged files: nothing stored is lost, one sentence says what is wrong."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.store import SqliteStore
from edge_agent.adapters.store.database import connect, migrations
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.ports import Message
from tests.adapters.steps import look, message, rows, spoken_request, world

if TYPE_CHECKING:
    from pathlib import Path


KILLED = """
import os, signal, sys
from pathlib import Path
from edge_agent.adapters.store import SqliteStore
from tests.adapters.steps import look, message, spoken_request, world
store = SqliteStore(Path(sys.argv[1]))
rest = int(sys.argv[2])
def stop(statement):
    global rest
    rest -= 1
    if rest == 0:
        os.kill(os.getpid(), signal.SIGKILL)
store._connection.set_trace_callback(stop)
for n in range(1, 4):
    store.commit(world(n), (look(n),), (spoken_request(n, n=n),), (message(n),))
    print(n, flush=True)
"""


@pytest.mark.parametrize("statement", range(1, 16))
def test_kill_leaves_a_whole_number_of_steps(path: Path, statement: int) -> None:
    """SIGKILL at each statement in turn: what commit returned for is there, and every step is whole."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(path), str(statement)], check=False, capture_output=True, text=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    lines = len(done.stdout.splitlines())
    store = SqliteStore(path)
    steps = store.progress("c1").events
    assert steps == lines
    assert store.load("c1") == (world(steps) if steps else None)
    assert [row.message for row in store.pending(10)] == [message(n) for n in range(1, steps + 1)]
    assert [speak.n for speak in store.unanswered("c1")] == list(range(1, steps + 1))
    store.commit(world(9), (look(9),), (spoken_request(1),), (message(1),))  # and the next process goes on
    assert store.load("c1") == world(9)
    store.close()


def test_a_full_disk_is_said_and_nothing_stored_is_lost(store: SqliteStore) -> None:
    """A limit on the pages of the file stands for the disk; when there is room again, the same commit goes through."""
    store.commit(world(1), (look(1),), (), (message(1),))
    store._connection.execute("PRAGMA max_page_count = 1")  # noqa: SLF001 - it is clipped to the present size
    big = Message(id="e-2", key="i-1", topic="t", payload=bytes(100_000))
    with pytest.raises(OutsideError, match=r"agent\.sqlite3: the disk is full .*; what was stored before is kept"):
        store.commit(world(2), (look(2),), (), (big,))
    assert store.load("c1") == world(1)
    assert [row.message for row in store.pending(10)] == [message(1)]
    store._connection.execute("PRAGMA max_page_count = 100000")  # noqa: SLF001
    store.commit(world(2), (look(2),), (), (big,))
    assert store.load("c1") == world(2)


def test_a_disk_that_takes_no_more_bytes_is_said(path: Path) -> None:
    """The operating system refuses to let any file grow: one sentence, and the steps before are there afterwards."""
    program = """
import resource, sys
from pathlib import Path
from edge_agent.adapters.store import SqliteStore
from edge_agent.core.errors import OutsideError
from edge_agent.ports import Message
from tests.adapters.steps import look, world
store = SqliteStore(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000))
for n in range(1, 100):
    try:
        store.commit(world(n), (look(n),), (), (Message(id=f"e-{n}", key="k", topic="t", payload=bytes(20_000)),))
    except OutsideError as error:
        print(n - 1, error)
        break
"""
    done = subprocess.run([sys.executable, "-c", program, str(path)], check=True, capture_output=True, text=True)
    steps, sentence = done.stdout.split(" ", 1)
    assert sentence.startswith(f"state {path}: the disk ")
    store = SqliteStore(path)
    assert store.progress("c1").events == int(steps) > 3
    assert len(store.pending(100)) == int(steps)
    store.close()


def test_a_read_only_file_is_said(store: SqliteStore) -> None:
    """Reading still works, so the sentence can be told with what is known."""
    store.commit(world(1), (look(1),), ())
    store._connection.execute("PRAGMA query_only = 1")  # noqa: SLF001
    with pytest.raises(OutsideError, match="the file or its disk is read-only"):
        store.commit(world(2), (look(2),), ())
    assert store.load("c1") == world(1)


def test_a_locked_file_is_said(store: SqliteStore, path: Path) -> None:
    """Another program holds it for longer than one waits."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store._connection.execute("PRAGMA busy_timeout = 1")  # noqa: SLF001
    with pytest.raises(OutsideError, match="locked by another program"):
        store.commit(world(1), (look(1),), ())
    other.execute("ROLLBACK")
    other.close()
    store.commit(world(1), (look(1),), ())
    assert store.load("c1") == world(1)


def test_one_state_serves_one_agent(store: SqliteStore, path: Path) -> None:
    """A second one would warn and order everything twice."""
    store.commit(world(1), (look(1),), ())
    with pytest.raises(OutsideError, match="another edge-agent is using it"):
        SqliteStore(path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "state").touch()
    with pytest.raises(OutsideError, match=r"state .*agent\.sqlite3: the folder cannot be written"):
        SqliteStore(tmp_path / "state" / "agent.sqlite3")


def test_a_path_that_is_a_folder_is_named(path: Path) -> None:
    """SQLite cannot open it."""
    path.mkdir(parents=True)
    with pytest.raises(OutsideError, match="cannot be opened for writing"):
        SqliteStore(path)


def test_a_file_that_is_no_database_is_left_alone(path: Path) -> None:
    """It may be somebody's."""
    path.parent.mkdir()
    path.write_bytes(b"not a database at all\n" * 200)
    with pytest.raises(BadInputError, match="the file is not an SQLite database"):
        SqliteStore(path)
    assert path.read_bytes() == b"not a database at all\n" * 200


def test_the_database_of_another_program_is_left_alone(path: Path) -> None:
    """Its tables are not ours to add to."""
    path.parent.mkdir()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    with pytest.raises(BadInputError, match="is a database of another program"):
        SqliteStore(path)
    assert rows(path, "SELECT name FROM sqlite_master") == [("recipes",)]


def test_a_damaged_file_is_said(store: SqliteStore, path: Path) -> None:
    """Bytes were overwritten in the middle: found at the start, not at the first warning."""
    for n in range(1, 60):
        store.commit(world(n), (look(n),), (), (message(n),))
    store.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 8192) + whole[-4096:])
    with pytest.raises(BadInputError, match="the file is damaged"):
        connect(path)


def test_the_state_of_a_newer_agent_is_left_alone(store: SqliteStore, path: Path) -> None:
    """An older program does not know what it would break."""
    store._connection.execute("CREATE TABLE moons (name TEXT)")  # noqa: SLF001 - of a later version
    store._connection.execute("PRAGMA user_version = 999")  # noqa: SLF001
    with pytest.raises(BadInputError, match="written by a newer edge-agent"):
        connect(path)


def test_migrations_are_recorded_with_what_they_did(store: SqliteStore, path: Path) -> None:
    """Every one has run, once; opening again runs none."""
    assert rows(path, "PRAGMA user_version") == [(len(migrations()),)]
    connect(path).close()
    assert store.pending(1) == ()
