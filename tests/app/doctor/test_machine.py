"""The box itself: its clock, its disk, its memory, its agent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from edge_agent.adapters.clock import SteadyClock
from edge_agent.adapters.store import SqliteStore
from edge_agent.app.doctor.findings import Condition
from edge_agent.app.doctor.machine import agent, clock, disk, remembered, state
from edge_agent.config.site.loading import LoadedSite
from edge_agent.config.site.service import MonitoringSettings, StorageSettings
from edge_agent.ports import Message
from edge_agent.web.monitoring import MonitoringServer, Page
from tests.adapters.steps import at, damage, look, message, world
from tests.clocks import MORNING, SimulatedClock
from tests.config.samples import SITE, load, write_site


@pytest.fixture
def site(tmp_path: Path) -> LoadedSite:
    """The sample site, with nothing remembered yet."""
    return load(write_site(tmp_path))


@pytest.fixture
def store(site: LoadedSite) -> Iterator[SqliteStore]:
    """Its store."""
    opened = SqliteStore(site.state / "agent.db")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("trusted", "verdict"), [(True, Condition.OK), (False, Condition.WARN), (None, Condition.WARN)]
)
def test_a_clock_that_nobody_keeps_is_doubtful(*, trusted: bool | None, verdict: Condition) -> None:
    """It may be right; nobody knows."""
    (finding,) = clock(SimulatedClock(trusted=trusted), [])
    assert finding.verdict is verdict
    assert "2026-11-23 08:00:00" in finding.said


def test_a_clock_behind_the_records_is_wrong() -> None:
    """A boot without network time: the system's clock is judged, not the one that already makes up for it."""
    steady = SimulatedClock()
    steady.step(-timedelta(hours=2))
    (finding,) = clock(steady, [MORNING - timedelta(days=1), MORNING - timedelta(hours=1)])
    assert finding.verdict is Condition.FAIL
    assert finding.figures == {"behind_s": 3600}
    assert "3600 s behind" in finding.said


def test_only_cameras_on_the_network_date_the_box(tmp_path: Path) -> None:
    """A recording's records lie in the past or the future, as its `started` says."""
    for source, known in (("road.mp4", {}), ("rtsp://127.0.0.1/live", {"c1": at(1)})):
        folder = tmp_path / source[:4]
        folder.mkdir()
        site = load(write_site(folder, site=SITE.replace("road.mp4", source)))
        assert remembered(site) == {}
        opened = SqliteStore(site.state / "agent.db")
        opened.commit(world(1), (look(1),), ())
        opened.close()
        assert remembered(site) == known


def test_a_disk_with_room_is_well_and_left_alone(site: LoadedSite) -> None:
    """The state folder is not made by looking."""
    site = replace(site, storage=StorageSettings(keep_free=1))
    (finding,) = disk(site, SteadyClock.going_on())
    assert finding.verdict is Condition.OK
    assert finding.figures["free_bytes"] > 0
    assert not site.state.exists()


def test_a_disk_with_less_room_than_wanted_is_doubtful(site: LoadedSite) -> None:
    """Evidence will go before its time."""
    (finding,) = disk(replace(site, storage=StorageSettings(keep_free=10**18)), SteadyClock.going_on())
    assert finding.verdict is Condition.WARN
    assert "storage.keep_free" in finding.todo


class Slow(SimulatedClock):
    """Every reading of this clock is a second after the one before."""

    def now(self) -> datetime:
        """A second later."""
        self.sleep(1)
        return SimulatedClock.now(self)


def test_a_slow_disk_is_doubtful(site: LoadedSite) -> None:
    """A commit waits for it, and the look with it."""
    (finding,) = disk(replace(site, storage=StorageSettings(keep_free=1)), Slow())
    assert finding.verdict is Condition.WARN
    assert finding.figures["write_s"] == 1


def test_a_first_start_has_no_state(site: LoadedSite) -> None:
    """That is in order."""
    (finding,) = state(site)
    assert finding.verdict is Condition.OK
    assert "nothing in" in finding.said


def test_what_waits_is_told(site: LoadedSite, store: SqliteStore) -> None:
    """Also while the agent holds its store."""
    store.commit(world(1), (look(1),), (), (message(1),))
    (finding,) = state(site)
    assert finding.verdict is Condition.OK
    assert finding.figures["messages"] == 1


def test_messages_that_pile_up_are_doubtful(site: LoadedSite, store: SqliteStore) -> None:
    """The broker has been away for long, or refuses."""
    many = tuple(Message(id=f"e-{n}", key="k", topic="t", payload=b"{}") for n in range(1001))
    store.commit(world(1), (look(1),), (), many)
    (finding,) = state(site)
    assert finding.verdict is Condition.WARN
    assert "broker" in finding.todo


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_state_of_another_user_is_ill(site: LoadedSite, store: SqliteStore) -> None:
    """The agent would not start."""
    store.close()
    (site.state / "agent.db").chmod(0o444)
    (finding,) = state(site)
    assert finding.verdict is Condition.FAIL


def test_damage_is_ill(site: LoadedSite, store: SqliteStore) -> None:
    """With what SQLite says of it."""
    for n in range(1, 200):
        store.commit(world(n), (look(n),), (), (message(n),))
    store.close()
    damage(site.state / "agent.db")
    (finding,) = state(site)
    assert finding.verdict is Condition.FAIL
    assert "damaged" in finding.said
    assert "backup" in finding.todo


def test_an_agent_that_runs_is_asked(site: LoadedSite) -> None:
    """Well, stuck, or not there: the last is no trouble, for the doctor comes before the first start too."""
    pages = [Page(body=b"ok\n"), Page(body=b"camera c1 has been silent for 90 s\n", ok=False)]
    with MonitoringServer({"/healthz": lambda: pages.pop(0)}, host="127.0.0.1", port=0) as server:
        asked_site = replace(site, monitoring=MonitoringSettings(port=server.port))
        verdicts = [finding.verdict for _ in range(2) for finding in agent(asked_site)]
    verdicts += [finding.verdict for finding in agent(asked_site)]
    assert verdicts == [Condition.OK, Condition.FAIL, Condition.OK]
