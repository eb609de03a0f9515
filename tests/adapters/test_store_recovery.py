"""A store whose file was damaged, emptied, taken away or is somebody else's: the box goes on and says what was lost."""

from __future__ import annotations

import os
import random  # noqa: TID251 - seeded
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest

from edge_agent.adapters.store import SqliteStore, database
from edge_agent.adapters.store.checksums import FIRST, damaged_rows
from edge_agent.adapters.store.database import connect, migrations
from edge_agent.adapters.store.recovery import opened_store
from edge_agent.core.errors import BadInputError
from edge_agent.core.incident.clock_jumps import Jump
from tests.adapters.steps import at, look, message, rows, spoken_request, world

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge_agent.core.incident.world import World
    from edge_agent.ports import Message

NOW: Final = at(1000)
STEPS: Final = 12


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with some of everything, closed."""
    path = tmp_path_factory.mktemp("whole") / "agent.db"
    store = SqliteStore(path)
    for n in range(1, STEPS + 1):
        store.commit(world(n), (look(n),), (spoken_request(n, n=n),), (message(n),))
    store.close()
    return path


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    """One to be spoilt."""
    path = tmp_path / "state" / "agent.db"
    path.parent.mkdir()
    shutil.copyfile(whole, path)
    return path


def opened(path: Path) -> tuple[SqliteStore, str]:
    """As the agent does it."""
    return opened_store(path, NOW, evidence=path.parent / "evidence")


def known(store: SqliteStore) -> tuple[World | None, list[Message], int]:
    """What the agent would go on with."""
    return store.load("c1"), [row.message for row in store.pending(100)], len(store.unanswered("c1"))


WHOLE: Final = (world(STEPS), [message(n) for n in range(1, STEPS + 1)], STEPS)


def test_a_whole_store_loses_nothing(copy: Path) -> None:
    """And nothing is said."""
    store, lost = opened(copy)
    assert (known(store), lost) == (WHOLE, "")
    store.close()
    assert list(copy.parent.glob("*damaged*")) == []


@pytest.mark.parametrize("seed", range(6))
def test_flipped_bits_are_never_believed(whole: Path, tmp_path: Path, seed: int) -> None:
    """60 single flips a seed, anywhere in the file: what is read is what was written, or its loss is said."""
    drawn = random.Random(seed)  # noqa: S311 - no secret
    content, path = whole.read_bytes(), tmp_path / "agent.db"
    for n in range(60):
        spoilt = bytearray(content)
        spoilt[drawn.randrange(len(spoilt))] ^= 1 << drawn.randrange(8)
        for old in tmp_path.glob("agent.*"):
            old.unlink()
        path.write_bytes(spoilt)
        store, lost = opened(path)
        world_, messages, _ = known(store)
        assert lost or known(store) == WHOLE, n
        assert world_ in {None, WHOLE[0]}
        assert all(each in WHOLE[1] for each in messages)
        if lost:
            (aside, *_) = sorted(tmp_path.glob("agent.damaged-20261101T081640000Z.db"))
            assert len(aside.read_bytes()) == len(content)
        store.commit(world(STEPS + 1), (look(STEPS + 1),), (), (message(STEPS + 1),))  # and it works
        store.close()


@pytest.mark.parametrize("length", [1, 15, 16, 100, 1024, 4096, 5000, 8192, 20_000])
def test_a_file_that_was_cut_is_moved_aside(copy: Path, length: int) -> None:
    """A power cut on a poor disk."""
    content = copy.read_bytes()
    copy.write_bytes(content[:length])
    store, lost = opened(copy)
    assert known(store) == (None, [], 0)
    store.close()
    assert "it is now agent.damaged-20261101T081640000Z.db" in lost
    assert (copy.parent / "agent.damaged-20261101T081640000Z.db").read_bytes() == content[:length]


def test_an_empty_file_is_no_first_start(copy: Path) -> None:
    """What ext4 leaves after a power cut; the pictures tell how much there had been."""
    copy.write_bytes(b"")
    for name in ("inc-1", "inc-2"):
        (copy.parent / "evidence" / name).mkdir(parents=True)
    store, lost = opened(copy)
    store.close()
    assert (
        "is empty (it is now agent.damaged-20261101T081640000Z.db), and evidence of 2 incidents lies beside it" in lost
    )


@pytest.mark.parametrize("left", ["evidence/inc-1", "agent.db.lock", "agent.db-wal"])
def test_a_file_that_is_gone_is_no_first_start(copy: Path, left: str) -> None:
    """Something else of the agent is still there; a log of writes that belongs to no file is moved away too."""
    copy.unlink()
    path = copy.parent / left
    path.mkdir(parents=True) if "evidence" in left else path.write_bytes(b"of another file")
    store, lost = opened(copy)
    store.close()
    assert "is missing" in lost
    assert "open incidents" in lost


@pytest.mark.parametrize(
    ("made", "content"),
    [
        (lambda path: (path / "within").mkdir(parents=True), "is a folder, expected a database"),
        (os.mkfifo, "is no ordinary file, expected a database"),
        (lambda path: path.symlink_to("/nowhere/agent.db"), "is a link to nothing"),
        (lambda path: path.symlink_to(path.name), "is a link to nothing"),
        (lambda path: path.symlink_to("/dev/zero"), "is no ordinary file, expected a database"),
    ],
    ids=["folder", "pipe", "dead link", "link to itself", "device"],
)
def test_what_is_no_file_at_all_is_moved_aside(copy: Path, made: Callable[[Path], object], content: str) -> None:
    """A disk that was put in the wrong place, or a person's mistake, is no reason not to watch the street."""
    copy.unlink()
    made(copy)
    store, lost = opened(copy)
    store.commit(world(1), (look(1),), (), (message(1),))
    store.close()
    assert f"{content} (it is now agent.damaged-20261101T081640000Z.db)" in lost
    assert os.path.lexists(copy.parent / "agent.damaged-20261101T081640000Z.db")
    assert copy.is_file()


def test_a_link_to_a_database_is_followed(copy: Path) -> None:
    """The state may lie on another disk."""
    there = copy.rename(copy.parent / "elsewhere.db")
    copy.symlink_to(there)
    store, lost = opened(copy)
    assert (known(store), lost) == (WHOLE, "")
    store.close()


def test_a_first_start_says_nothing(tmp_path: Path) -> None:
    """Nothing was there."""
    store, lost = opened(tmp_path / "state" / "agent.db")
    store.close()
    assert lost == ""


def test_the_database_of_another_program_is_moved_and_kept(copy: Path) -> None:
    """It may be somebody's."""
    copy.unlink()
    other = sqlite3.connect(copy)
    other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    content = copy.read_bytes()
    store, lost = opened(copy)
    store.close()
    assert "database of another program" in lost
    assert (copy.parent / "agent.damaged-20261101T081640000Z.db").read_bytes() == content


def test_the_state_of_a_newer_agent_is_refused(copy: Path) -> None:
    """It is whole: moving it aside would lose what the newer one can read."""
    with sqlite3.connect(copy) as other:
        other.execute("CREATE TABLE moons (name TEXT)")
        other.execute("PRAGMA user_version = 999")
    other.close()
    with pytest.raises(BadInputError, match="newer edge-agent"):
        opened(copy)


def test_what_another_program_wrote_into_a_row_is_taken_out(copy: Path) -> None:
    """The rest goes on, and the numbers of records do not begin anew."""
    with sqlite3.connect(copy) as other:
        other.execute("UPDATE worlds SET world = replace(world, 'after', 'befor')")
        other.execute("UPDATE counters SET value = 3")
        other.execute("UPDATE outbox SET payload = x'00' WHERE id = ?", (message(2).id,))
    other.close()
    store, lost = opened(copy)
    assert "1 of counters, 1 of outbox, 1 of worlds" in lost
    assert known(store)[0] is None
    assert [each.id for each in known(store)[1]] == [message(n).id for n in range(1, STEPS + 1) if n != 2]
    store.commit(world(99), (look(99),), (), (message(99),))
    assert rows(copy, "SELECT max(number) FROM outbox") == [(STEPS + 1,)]
    store.close()


def test_a_store_from_before_there_were_sums_gets_them(copy: Path) -> None:
    """All its rows are believed, for nothing speaks against them; a world that cannot be read is not."""
    copy.unlink()
    old = sqlite3.connect(copy, isolation_level=None)
    for script in migrations()[:7]:
        old.executescript(script)
    old.execute("PRAGMA user_version = 7")
    old.execute("INSERT INTO worlds (camera, at, events, world) VALUES ('c2', NULL, 1, '{')")
    old.execute("INSERT INTO outbox (id, key, topic, payload, number) VALUES ('e', 'k', 't', x'7b7d', 1)")
    old.close()
    store, lost = opened(copy)
    assert "1 of worlds" in lost
    assert [row.message.id for row in store.pending(9)] == ["e"]
    store.close()


def test_a_column_that_is_added_leaves_every_row_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store of an older schema is summed anew as it is brought up to date; what was damaged before is still found."""
    path, everything = tmp_path / "agent.db", migrations()
    monkeypatch.setattr(database, "migrations", lambda: everything[:FIRST])
    with closing(connect(path)) as old:
        for number in (1, 2):
            old.execute(
                "INSERT INTO warnings (id, camera, incident, zone, kind, n, attempt, asked, expires, text)"
                " VALUES (?, 'c1', 'i', 'z', 'k', 1, 1, '2026-11-01T08:00:00.000Z', '2026-11-01T08:01:00.000Z', '{}')",
                (str(number),),
            )
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE warnings SET zone = 'y' WHERE id = '2'")
        other.commit()
    monkeypatch.setattr(database, "migrations", lambda: everything)
    with closing(connect(path)) as new:
        assert new.execute("PRAGMA user_version").fetchone() == (len(everything),)
        ((spoilt,),) = new.execute("SELECT rowid FROM warnings WHERE id = '2'").fetchall()
        assert damaged_rows(new) == {"warnings": (spoilt,)}


def test_a_file_taken_away_under_the_agent_is_written_anew(copy: Path) -> None:
    """Everything that was stored is there again, and what comes after goes into the new file."""
    store, _ = opened(copy)
    assert store.mend(NOW) == ""
    copy.unlink()
    assert "nothing is lost" in store.mend(NOW)
    assert store.mend(NOW) == ""
    store.commit(world(99), (look(99),), (), (message(99),))
    store.close()
    again, lost = opened(copy)
    assert lost == ""
    assert again.load("c1") == world(99)
    assert len(again.pending(100)) == STEPS + 1
    again.close()


def test_a_file_put_in_its_place_is_moved_aside(copy: Path) -> None:
    """A backup restored under the running agent: what it has done since must not be done again."""
    store, _ = opened(copy)
    other = copy.with_name("other")
    other.write_bytes(b"other")
    other.replace(copy)
    assert "what lay there instead is now agent.damaged-" in store.mend(NOW)
    assert known(store) == WHOLE
    store.close()


def test_jumps_are_remembered_and_undone(copy: Path) -> None:
    """A clock that was set back takes the worlds with it, and what was dated after it is dated now."""
    store, _ = opened(copy)
    jump = Jump(at(50_000), timedelta(seconds=49_000))
    store.jumps.ahead(jump)
    assert store.jumps.all() == (jump,)
    back = Jump(at(2), timedelta(seconds=2 - STEPS))
    store.jumps.back(back)
    assert store.jumps.all() == ()
    assert store.latest() == at(2)
    assert (loaded_world := store.load("c1")) is not None
    assert loaded_world.at == at(2)
    assert rows(copy, "SELECT count(*) FROM outbox WHERE at > '2026-11-01T08:00:02.000Z'") == [(0,)]
    store.close()
    connect(copy).close()
