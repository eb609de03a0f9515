"""A disk that is full for a while: the agent waits, makes room, goes on, and has lost nothing."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from edge_agent.adapters.state_folder import Shelf, StateFolder
from edge_agent.adapters.store import SqliteStore
from edge_agent.app.agent.full_disk import through_full_disk
from edge_agent.app.evidence.housekeeping import Housekeeper
from edge_agent.config.site.service import StorageSettings
from edge_agent.core.errors import OutsideError
from edge_agent.ports import DiskFullError, Message
from tests.adapters.steps import look, message, world
from tests.app.recorded_metrics import RecordedMetrics
from tests.clocks import SimulatedClock


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "edge-agent-test", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a file system can be mounted by root alone")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)  # noqa: S607 - wherever this system has it


def fill(path: Path) -> None:
    """Write until the disk takes no more."""
    path.parent.mkdir(exist_ok=True)
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)) == 4096:
                pass
        except OSError:
            return


def test_a_full_disk_is_cleared_and_the_commit_goes_through(disk: Path) -> None:
    """Detection logs have filled it: they go, the same step is kept, and so is every step before."""
    reports: list[str] = []
    with closing(SqliteStore(disk / "agent.db")) as store:
        store.commit(world(1), (look(1),), (), (message(1),))
        fill(disk / "logs" / "c1.detections.jsonl")
        big = Message(id="e-2", key="i-1", topic="t", payload=bytes(100_000))
        with pytest.raises(DiskFullError, match="the disk is full"):
            store.commit(world(2), (look(2),), (), (big,))
        folder = StateFolder(disk, {shelf: disk / shelf for shelf in Shelf})
        settings = StorageSettings(keep_free=10**6)
        keeper = Housekeeper(folder, store, SimulatedClock(), settings, RecordedMetrics())
        through_full_disk(
            lambda: store.commit(world(2), (look(2),), (), (big,)),
            make_room=keeper.tidy,
            report=reports.append,
            pause=lambda _: False,
        )
        assert not (disk / "logs" / "c1.detections.jsonl").exists()
        assert reports == ["disk_full", ""]
        assert store.load("c1") == world(2)
        assert [row.message for row in store.pending(10)] == [message(1), big]


def test_a_disk_that_others_fill_is_waited_for(disk: Path) -> None:
    """Nothing of ours may go: what was stored can be read meanwhile, and once there is room all goes on."""
    foreign, pauses = disk / "foreign", list[float]()
    with closing(SqliteStore(disk / "agent.db")) as store:
        store.commit(world(1), (look(1),), (), (message(1),))
        fill(foreign)
        folder = StateFolder(disk, {shelf: disk / shelf for shelf in Shelf})
        keeper = Housekeeper(folder, store, SimulatedClock(), StorageSettings(keep_free=10**6), RecordedMetrics())

        def pause(seconds: float) -> bool:
            pauses.append(seconds)
            assert store.load("c1") == world(1)
            if len(pauses) == 3:
                foreign.unlink()
            return False

        big = Message(id="e-2", key="i-1", topic="t", payload=bytes(100_000))
        through_full_disk(
            lambda: store.commit(world(2), (look(2),), (), (big,)),
            make_room=keeper.tidy,
            report=lambda _: None,
            pause=pause,
        )
        assert pauses == [0, 2, 4]
        assert store.load("c1") == world(2)


def test_work_that_fits_is_done_once() -> None:
    """Nobody is told anything."""
    reports: list[str] = []
    done = through_full_disk(lambda: 7, make_room=lambda: None, report=reports.append, pause=lambda _: True)
    assert done == 7
    assert reports == []


def full() -> int:
    """Work on a disk that stays full."""
    raise DiskFullError("the disk is full")


def test_waiting_ends_with_the_agent() -> None:
    """A stop is not held up by a disk; health keeps saying what is wrong."""
    reports: list[str] = []
    assert through_full_disk(full, make_room=lambda: None, report=reports.append, pause=lambda _: True) is None
    assert reports == ["disk_full"]


def test_room_that_cannot_be_made_is_no_end() -> None:
    """The pauses grow to a minute and stay there."""
    pauses: list[float] = []

    def no_room() -> None:
        raise OutsideError("the disk refuses to delete")

    def pause(seconds: float) -> bool:
        pauses.append(seconds)
        return len(pauses) == 9

    assert through_full_disk(full, make_room=no_room, report=lambda _: None, pause=pause) is None
    assert pauses == [0, 2, 4, 8, 16, 32, 60, 60, 60]


def test_other_trouble_is_not_waited_out() -> None:
    """A disk that is broken rather than full comes out at once."""

    def broken() -> int:
        raise OutsideError("read-only")

    with pytest.raises(OutsideError, match="read-only"):
        through_full_disk(broken, make_room=lambda: None, report=lambda _: None, pause=lambda _: False)
