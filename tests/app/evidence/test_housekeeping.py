"""What housekeeping deletes, in which order, and what it never touches."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.adapters.state_folder import FileOfState, Room, Shelf, StateFolder
from edge_agent.app.evidence.housekeeping import FRESH, Clearing, Housekeeper, Protected, clearing
from edge_agent.config.site.service import StorageSettings
from edge_agent.core.errors import OutsideError
from edge_agent.core.score.outcomes import IncidentOutcome
from tests.app.recorded_metrics import RecordedMetrics
from tests.clocks import MORNING, SimulatedClock

MB: Final = 10**6
NOTHING_OPEN: Final = Protected(incidents=frozenset())
PLENTY: Final = Room(free=10**12, database=0)


def stored(name: str, *, days: float, shelf: Shelf = Shelf.EVIDENCE, size: int = MB) -> FileOfState:
    """A file of so many days ago; of evidence the folder is the incident."""
    incident = name.split("/", maxsplit=1)[0] if shelf is Shelf.EVIDENCE else None
    written = MORNING - timedelta(days=days)
    return FileOfState(path=Path(shelf, name), shelf=shelf, size=size, written=written, incident=incident)


def gone(
    files: Iterable[FileOfState], *, limit: int = 10**12, holds: Protected = NOTHING_OPEN, room: Room = PLENTY
) -> list[str]:
    """The names that go, in their order."""
    settings = StorageSettings(limit=limit, keep_free=0, evidence_days=30)
    cleared = clearing(files, room, settings, now=MORNING, protected=holds)
    return [str(file.path) for file in cleared.go]


def test_within_the_limits_only_what_is_too_old_goes() -> None:
    """Evidence and sounds have a term; a log of detections shows nobody and has none."""
    files = [
        stored("i-1/a.jpg", days=31),
        stored("i-2/a.jpg", days=29),
        stored("w.wav", days=31, shelf=Shelf.SOUNDS),
        stored("c1.jsonl", days=400, shelf=Shelf.LOGS),
    ]
    assert sorted(gone(files)) == ["evidence/i-1/a.jpg", "sounds/w.wav"]


def test_what_is_held_stays() -> None:
    """However old it is and however little room there is; a log of that name is held by nobody."""
    files = [
        stored("i-1/a.jpg", days=400),
        stored("i-1/hold.json", days=300),
        stored("i-2/a.jpg", days=40),
        stored("hold.json", days=400, shelf=Shelf.LOGS),
    ]
    assert sorted(gone(files, limit=1)) == ["evidence/i-2/a.jpg", "logs/hold.json"]


def test_logs_go_before_sounds_and_sounds_before_evidence() -> None:
    """Each the oldest first, and only as many as are needed."""
    files = [
        stored("i-1/a.jpg", days=9),
        stored("i-2/a.jpg", days=8),
        stored("w.wav", days=7, shelf=Shelf.SOUNDS),
        stored("new.jsonl", days=0, shelf=Shelf.LOGS),
        stored("old.jsonl", days=3, shelf=Shelf.LOGS),
    ]
    everything = ["logs/old.jsonl", "logs/new.jsonl", "sounds/w.wav", "evidence/i-1/a.jpg", "evidence/i-2/a.jpg"]
    for over in range(6):
        assert gone(files, limit=(5 - over) * MB) == everything[:over]


def test_too_little_room_on_the_disk_counts_as_too_much_kept() -> None:
    """Whoever else fills the disk, the agent gives way first."""
    files = [stored("a.jsonl", days=2, shelf=Shelf.LOGS), stored("b.jsonl", days=1, shelf=Shelf.LOGS)]
    settings = StorageSettings(limit=10**12, keep_free=5 * MB)
    cleared = clearing(files, Room(free=4 * MB, database=0), settings, now=MORNING, protected=NOTHING_OPEN)
    assert cleared == Clearing(go=(files[0],))


def test_the_pictures_of_an_incident_go_together() -> None:
    """By the newest of them: half a story proves nothing."""
    files = [stored("i-1/a.jpg", days=40), stored("i-1/b.jpg", days=20), stored("i-2/a.jpg", days=21)]
    assert gone(files) == []
    assert gone(files, limit=2 * MB) == ["evidence/i-2/a.jpg"]
    assert gone(files, limit=1 * MB) == ["evidence/i-2/a.jpg", "evidence/i-1/a.jpg", "evidence/i-1/b.jpg"]


@pytest.mark.parametrize("incidents", [frozenset({"i-1"}), None])
def test_evidence_of_an_open_incident_stays_however_old(incidents: frozenset[str] | None) -> None:
    """And where nobody can tell what is open, all of it does."""
    files = [stored("i-1/a.jpg", days=300)]
    settings = StorageSettings(limit=0, keep_free=0, evidence_days=30)
    cleared = clearing(files, PLENTY, settings, now=MORNING, protected=Protected(incidents=incidents))
    assert cleared == Clearing(go=(), short=MB)


def test_evidence_given_up_before_its_time_is_counted() -> None:
    """Somebody must be told: the disk is too small for the term."""
    files = [stored("i-1/a.jpg", days=10), stored("i-2/a.jpg", days=31), stored("c1.jsonl", days=1, shelf=Shelf.LOGS)]
    settings = StorageSettings(limit=0, keep_free=0, evidence_days=30)
    assert clearing(files, PLENTY, settings, now=MORNING, protected=NOTHING_OPEN).early == MB


@given(
    files=st.lists(
        st.builds(
            lambda n, shelf, days, size: stored(f"i-{n % 5}/{n}", days=days, shelf=shelf, size=size),
            st.integers(0, 40),
            st.sampled_from(Shelf),
            st.floats(-2, 60),
            st.integers(1, 9),
        ),
        unique_by=lambda file: file.path,
    ),
    limit=st.integers(0, 100),
    free=st.integers(0, 20),
    keep_free=st.integers(0, 20),
    database=st.integers(0, 20),
    opened=st.frozensets(st.sampled_from([f"i-{n}" for n in range(5)])),
)
def test_whatever_lies_there(
    *, files: list[FileOfState], limit: int, free: int, keep_free: int, database: int, opened: frozenset[str]
) -> None:
    """What is protected stays, the limits are met or what is missing is said, and nothing goes without need."""
    holds = Protected(incidents=opened, in_use=frozenset(file.path for file in files if file.size == 9))
    settings = StorageSettings(limit=limit, keep_free=keep_free, evidence_days=30)
    cleared = clearing(files, Room(free=free, database=database), settings, now=MORNING, protected=holds)
    for file in cleared.go:
        if file.shelf is Shelf.LOGS:
            assert file.path not in holds.in_use
        else:
            assert file.written <= MORNING - FRESH
        if file.shelf is Shelf.EVIDENCE:
            assert file.incident not in opened
    assert len(set(cleared.go)) == len(cleared.go)
    freed = sum(file.size for file in cleared.go)
    used = database + sum(file.size for file in files) - freed
    assert cleared.short == max(0, used - limit, keep_free - free - freed)
    if used + freed <= limit and free >= keep_free:
        assert all(file.written < MORNING - timedelta(days=30) for file in cleared.go)


@dataclass(slots=True)
class Shelved:
    """A history of which pages go one by one, or that cannot be read."""

    pages: int = 3
    opened: frozenset[str] = frozenset()
    trouble: OutsideError | None = None
    asked: list[datetime] = field(default_factory=list)

    def forget(self, before: datetime) -> int:
        """One page."""
        self.asked.append(before)
        if self.trouble is not None:
            raise self.trouble
        self.pages -= 1
        return 10 if self.pages > 0 else 0

    def outcomes(self, since: datetime) -> tuple[IncidentOutcome, ...]:
        """One that never became an order."""
        self.asked.append(since)
        if self.trouble is not None:
            raise self.trouble
        return tuple(outcome(name, ordered=name == "i-ordered") for name in ("i-waved", "i-ordered"))

    def open_incidents(self, since: datetime) -> frozenset[str]:
        """What the test says."""
        self.asked.append(since)
        if self.trouble is not None:
            raise self.trouble
        return self.opened


def outcome(incident: str, *, ordered: bool) -> IncidentOutcome:
    """What became of an incident."""
    return IncidentOutcome(
        incident=incident,
        seq=3,
        camera="c1",
        zone="kerb",
        kind="illegal_parking",
        opened=MORNING - timedelta(days=20),
        heard=1,
        heard_at=None,
        ordered=ordered,
    )


def write(path: Path, *, days: float) -> Path:
    """A file of 8 KB, so many days old."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(8192))
    at = (MORNING - timedelta(days=days)).timestamp()
    os.utime(path, (at, at))
    return path


def keeper(folder: Path, history: Shelved, metrics: RecordedMetrics, limit: int = 10**9) -> Housekeeper:
    """A housekeeper of real folders."""
    shelves = {shelf: folder / shelf for shelf in Shelf}
    settings = StorageSettings(limit=limit, keep_free=0, evidence_days=30)
    return Housekeeper(StateFolder(folder, shelves), history, SimulatedClock(), settings, metrics)


def test_a_round_deletes_forgets_and_measures(tmp_path: Path) -> None:
    """Files and rows of the same term; what is left is what is measured."""
    old, young = write(tmp_path / "evidence/i-1/a.jpg", days=31), write(tmp_path / "evidence/i-2/a.jpg", days=2)
    history, metrics = Shelved(), RecordedMetrics()
    keeper(tmp_path, history, metrics).tidy()
    assert not old.exists()
    assert young.exists()
    assert history.pages == 0
    assert set(history.asked) == {MORNING - timedelta(days=30)}
    assert metrics.levels["disk_used", "evidence"] == 8192
    assert metrics.levels["disk_used", "logs"] == 0
    assert metrics.levels["disk_free",] > 0


def test_what_never_became_an_order_goes_sooner(tmp_path: Path) -> None:
    """After a week; what was ordered, what nobody knows anything of, and what a person holds stays for its month."""
    pictures = [write(tmp_path / f"evidence/{name}/a.jpg", days=8) for name in ("i-ordered", "i-unknown", "i-held")]
    pictures.append(write(tmp_path / "evidence/i-waved-2/a.jpg", days=6))
    old = write(tmp_path / "evidence/i-waved/a.jpg", days=8)
    keeper(tmp_path, Shelved(), RecordedMetrics()).tidy()
    assert all(path.exists() for path in pictures)
    assert not old.exists()
    held = [stored("i-waved/a.jpg", days=8), stored("i-waved/hold.json", days=8)]
    assert gone(held, holds=Protected(incidents=frozenset(), unordered=frozenset({"i-waved"}))) == []


def test_a_history_that_cannot_be_read_protects_the_evidence(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Logs go all the same: there must be room again before anything can be asked."""
    evidence = write(tmp_path / "evidence/i-1/a.jpg", days=300)
    log = write(tmp_path / "logs/c1.detections.jsonl", days=300)
    history = Shelved(trouble=OutsideError("state agent.db: the disk is full"))
    cleared = keeper(tmp_path, history, RecordedMetrics(), limit=0).tidy()
    assert evidence.exists()
    assert not log.exists()
    assert cleared.short >= 8192
    assert "cannot be told what is open" in caplog.text
    assert "the disk is short of" in caplog.text


def test_a_log_that_is_being_written_stays(tmp_path: Path) -> None:
    """Taking its name away would free nothing and lose its end."""
    log, other = (
        write(tmp_path / "logs/c1.detections.jsonl", days=9),
        write(tmp_path / "logs/c2.detections.jsonl", days=1),
    )
    keeper(tmp_path, Shelved(), RecordedMetrics(), limit=0).tidy(frozenset({log}))
    assert log.exists()
    assert not other.exists()
