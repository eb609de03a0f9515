"""A clock that was wrong once: nothing is lost by it, and all is well again when the right time is back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import pytest

from edge_agent.adapters.clock import FAR, NEAR, SteadyClock
from edge_agent.adapters.state_folder import Shelf, StateFolder
from edge_agent.adapters.store.recovery import opened_store
from edge_agent.adapters.store.sqlite import SqliteStore
from edge_agent.app.evidence.housekeeping import Housekeeper
from edge_agent.app.health.timekeeper import Timekeeper
from edge_agent.config.site.service import StorageSettings
from edge_agent.config.wire.events import instant_text
from edge_agent.core.incident.clock_jumps import EARLIEST
from edge_agent.core.incident.world import World
from tests.app.recorded_metrics import RecordedMetrics
from tests.clocks import MORNING, SimulatedClock

if TYPE_CHECKING:
    from pathlib import Path

YEAR: Final = timedelta(days=400)
MINUTE: Final = timedelta(minutes=1)


def going_on(system: datetime, remembered: datetime | None, *, trusted: bool | None = False) -> datetime:
    """When the agent's clock begins on a machine that says ``system``."""
    clock = SteadyClock.going_on(
        remembered, system=SimulatedClock(start=system), counter=lambda: 0, synchronised=lambda: trusted
    )
    return clock.now()


@pytest.mark.parametrize("trusted", [True, False, None])
def test_a_store_pushes_the_clock_no_further_than_its_bound(*, trusted: bool | None) -> None:
    """A little, where a clock is behind by what its last saving left; never a year."""
    bound = NEAR if trusted else FAR
    assert going_on(MORNING, MORNING + bound, trusted=trusted) == MORNING + bound
    assert going_on(MORNING, MORNING + bound + MINUTE, trusted=trusted) == MORNING
    assert going_on(MORNING, MORNING + YEAR, trusted=trusted) == MORNING
    assert going_on(MORNING, MORNING - YEAR, trusted=trusted) == MORNING
    assert going_on(MORNING, None, trusted=trusted) == MORNING


def test_a_clock_that_was_never_set_is_not_believed() -> None:
    """A flat battery: 1970, or the day on which the system was built."""
    assert going_on(EARLIEST - YEAR, MORNING) == MORNING


class Box:
    """A box whose system clock the test sets, and its pictures of an incident that is over, and of one of long ago."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[str] = []

    def picture(self, incident: str, at: datetime) -> Path:
        """Evidence as the agent names it."""
        stamp = instant_text(at).replace("-", "").replace(":", "")
        path = self.folder / "evidence" / incident / f"{stamp}-opened-frame.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(9000))
        return path

    def run(self, at: datetime, *, trusted: bool | None = False, limit: int = 10**9) -> datetime:
        """Start, do the housekeeping, look once, end; gives the instant by its own clock."""
        store, lost = opened_store(self.folder / "agent.db", at, evidence=self.folder / "evidence")
        assert not lost
        machine = SimulatedClock(start=at)
        clock = SteadyClock.going_on(store.latest(), system=machine, counter=lambda: 0, synchronised=lambda: trusted)
        self.said.append(Timekeeper(clock=clock, before=store.latest()).begin(store.jumps))
        settings = StorageSettings(limit=limit, keep_free=0, evidence_days=30)
        shelves = {Shelf.EVIDENCE: self.folder / "evidence"}
        Housekeeper(
            StateFolder(self.folder, shelves), store, clock, settings, RecordedMetrics(), jumps=store.jumps.all
        ).tidy()
        store.commit(World(camera="c1", at=clock.now()), (), ())
        store.close()
        return clock.now()


@pytest.fixture
def box(tmp_path: Path) -> Box:
    """One that has run this morning, by a right clock."""
    made = Box(tmp_path)
    made.run(MORNING - MINUTE, trusted=True)
    return made


@pytest.mark.parametrize("wrong", [True, False, None])
@pytest.mark.parametrize("by", [YEAR, timedelta(days=40), timedelta(days=7000)])
def test_a_clock_ahead_once_deletes_nothing_and_heals(box: Box, by: timedelta, *, wrong: bool | None) -> None:
    """Even one that a wrong NTP server vouches for: a battery, a GPS week, a person."""
    picture = box.picture("inc-1", MORNING - MINUTE)
    assert box.run(MORNING + by, trusted=wrong) == MORNING + by
    meanwhile = box.picture("inc-2", MORNING + by)
    assert picture.exists()
    assert box.run(MORNING + MINUTE, trusted=True) == MORNING + MINUTE
    assert picture.exists()
    assert meanwhile.exists()
    assert "ahead of the latest record" in box.said[-2]
    assert "behind the latest record" in box.said[-1]
    box.run(MORNING + timedelta(days=29), trusted=True)
    assert meanwhile.exists()


def test_what_was_dated_by_mistake_goes_after_its_term(box: Box) -> None:
    """Counted from when the right time was back; nothing stays for ever."""
    box.run(MORNING + YEAR)
    meanwhile = box.picture("inc-2", MORNING + YEAR)
    for half in range(60):
        box.run(MORNING + half * timedelta(hours=12), trusted=True)
        assert meanwhile.exists()
    box.run(MORNING + timedelta(days=30, hours=2), trusted=True)
    assert not meanwhile.exists()


def test_days_of_being_switched_off_do_not_age_evidence(box: Box) -> None:
    """They look like a clock that is wrong; the term goes on behind them."""
    picture = box.picture("inc-1", MORNING)
    box.run(MORNING + timedelta(days=100), trusted=True)
    assert picture.exists()
    for half in range(60):
        box.run(MORNING + timedelta(days=100) + half * timedelta(hours=12), trusted=True)
        assert picture.exists()
    box.run(MORNING + timedelta(days=130, hours=2), trusted=True)
    assert not picture.exists()


def test_without_a_clock_to_believe_only_room_decides(box: Box, caplog: pytest.LogCaptureFixture) -> None:
    """The oldest first, and it is said."""
    old = box.picture("inc-1", MORNING - timedelta(days=90))
    older = box.picture("inc-2", MORNING - timedelta(days=91))
    box.run(MORNING, trusted=False)
    assert old.exists()
    assert older.exists()
    assert "nobody keeps the clock right" in caplog.text
    used = sum(path.stat().st_blocks * 512 for path in box.folder.rglob("*") if path.name.startswith("agent.db"))
    box.run(MORNING, trusted=False, limit=used + 150_000)
    box.run(MORNING, trusted=True)
    assert not old.exists()
    assert not older.exists()


def keeper(clock: SimulatedClock, before: datetime, folder: Path) -> Timekeeper:
    """One that has begun."""
    timekeeper, store = Timekeeper(clock=clock, before=before), SqliteStore(folder / "agent.db")
    timekeeper.begin(store.jumps)
    store.close()
    return timekeeper


@pytest.mark.parametrize("step", [-YEAR, YEAR, -2 * NEAR, 2 * NEAR])
def test_a_trusted_clock_far_away_is_begun_anew(tmp_path: Path, step: timedelta) -> None:
    """When it was seen twice: it may be at the moment of being set."""
    clock = SimulatedClock()
    timekeeper = keeper(clock, MORNING - MINUTE, tmp_path)
    assert timekeeper.strayed() == ""
    clock.step(step)
    assert timekeeper.strayed() == ""
    assert "is believed: the agent begins anew by it" in timekeeper.strayed()


@pytest.mark.parametrize("trusted", [False, None])
def test_one_that_nobody_vouches_for_is_believed_where_ours_jumped(tmp_path: Path, *, trusted: bool | None) -> None:
    """Two witnesses against one: the records, and the system's clock that is back among them."""
    clock = SimulatedClock(start=MORNING + YEAR, trusted=trusted)
    timekeeper = keeper(clock, MORNING, tmp_path)
    clock.step(-YEAR - YEAR)
    assert [timekeeper.strayed() for _ in range(3)] == ["", "", ""]
    clock.step(YEAR + MINUTE)
    assert [bool(timekeeper.strayed()) for _ in range(2)] == [False, True]


@pytest.mark.parametrize("trusted", [False, None])
def test_one_that_nobody_vouches_for_is_not_believed_else(tmp_path: Path, *, trusted: bool | None) -> None:
    """A person who sets it wrong changes nothing."""
    clock = SimulatedClock(trusted=trusted)
    timekeeper = keeper(clock, MORNING - MINUTE, tmp_path)
    clock.step(YEAR)
    assert [timekeeper.strayed() for _ in range(3)] == ["", "", ""]
