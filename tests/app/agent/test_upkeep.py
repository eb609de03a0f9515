"""Upkeep: what goes wrong is told once, and so is that it is over."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge_agent.adapters.clock import SteadyClock
from edge_agent.adapters.metrics import PrometheusMetrics
from edge_agent.adapters.state_folder import StateFolder
from edge_agent.adapters.store.sqlite import SqliteStore
from edge_agent.adapters.systemd import Supervisor
from edge_agent.app.agent.reload import SiteReloader
from edge_agent.app.agent.threads import Watchdog
from edge_agent.app.agent.upkeep import Upkeep
from edge_agent.app.detect.scheduling import Attention
from edge_agent.app.evidence.housekeeping import Housekeeper
from edge_agent.app.feed.statistics import WINDOW
from edge_agent.app.stream.reference_views import Scenes
from edge_agent.config.site.loading import load_site
from edge_agent.ports import Frame
from tests.adapters.store.test_outcomes import keep, story
from tests.config.samples import SITE, ZONES
from tests.street import START, at, span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SEES = frozenset({"car", "truck", "bus", "van", "motorcycle", "bicycle"})


class Looked:
    """An agent without cameras, and what it told of itself."""

    def __init__(self, folder: Path) -> None:
        (folder / "zones").mkdir()
        self.zones = folder / "zones" / "c1.yaml"
        self.zones.write_text(ZONES, encoding="utf-8")
        (folder / "site.yaml").write_text(SITE, encoding="utf-8")
        loaded = load_site(folder / "site.yaml")
        self.store = SqliteStore(folder / "agent.db")
        self.attention = Attention(("c1",))
        self.woken = 0
        self.reread = Event()
        clock, metrics = SteadyClock(START), PrometheusMetrics()
        self.metrics = metrics
        self.upkeep = Upkeep(
            site=loaded.site,
            cameras={},
            store=self.store,
            clock=clock,
            metrics=metrics,
            watchdog=Watchdog(clock, span(30)),
            supervisor=Supervisor({}),
            housekeeper=Housekeeper(StateFolder(folder, {}), self.store, clock, loaded.storage, metrics),
            scenes=Scenes(folder / "scenes"),
            reload=SiteReloader(loaded, SEES),
            attention=self.attention,
            wake=self._wake,
            reread=self.reread,
        )

    def _wake(self) -> None:
        self.woken += 1

    def turn(self) -> None:
        """Do every chore once."""
        for chore in self.upkeep.chores():
            chore.do()

    def health(self) -> list[tuple[str, str]]:
        """The states of the agent on their way to the centre, with their reasons."""
        data = [json.loads(row.message.payload)["data"] for row in self.store.pending(100)]
        return [(each["state"], each["reason"]) for each in data]

    def write(self, text: str) -> None:
        """Other zones, at another time."""
        before = self.zones.stat().st_mtime_ns
        self.zones.write_text(text, encoding="utf-8")
        os.utime(self.zones, ns=(before + 1_000_000, before + 1_000_000))


@pytest.fixture
def looked(tmp_path: Path) -> Iterator[Looked]:
    """One agent."""
    agent = Looked(tmp_path)
    yield agent
    agent.store.close()


def test_all_is_well(looked: Looked) -> None:
    """Nothing to tell; what is measured is measured."""
    looked.turn()
    assert looked.health() == []
    assert b"edge_agent_outbox_messages 0.0" in looked.metrics.text()


def test_a_mistake_in_a_file_is_told_once(looked: Looked) -> None:
    """With its place; and that it was mended."""
    looked.write(ZONES.replace("kinds", "kindz"))
    looked.turn()
    looked.turn()
    ((state, reason),) = looked.health()
    assert state == "config_refused"
    assert "zones/c1.yaml:" in reason
    looked.write(ZONES)
    looked.turn()
    assert looked.health()[1:] == [("ok", "")]
    assert looked.woken == 2


def test_too_much_to_do_is_told_once(looked: Looked) -> None:
    """When looks come six seconds late, and when they are in time again."""
    looked.attention.looked("c1", at(0))
    looked.attention.offer("c1", Frame(at=at(8.5), image=np.zeros((2, 2, 3), np.uint8)))
    looked.turn()
    looked.turn()
    assert looked.health() == [("overloaded", "looks come 6.5 s late")]
    looked.attention.take()
    looked.attention.looked("c1", at(8.5))
    looked.turn()
    assert looked.health()[1:] == [("ok", "")]


def test_who_puts_it_right_is_measured(looked: Looked) -> None:
    """Of the last thirty days, for every zone that is watched; older incidents are left to `edge-agent stats`."""
    last = story().events[-1]
    old = replace(last, incident="i-old", opened=last.opened - WINDOW - span(3600))
    keep(looked.store, last, old)
    looked.turn()
    page = looked.metrics.text().decode()
    assert 'after_warning{kind="illegal_parking",outcome="left",warning="2",zone="z"} 1.0' in page
    assert 'after_warning{kind="illegal_parking",outcome="left",warning="1",zone="kerb"} 0.0' in page
    assert 'time_to_leave_seconds{kind="illegal_parking",zone="z"} 10.0' in page


def test_files_are_read_again_when_somebody_asks(looked: Looked) -> None:
    """Whether or not they look changed; and once."""
    looked.turn()
    assert looked.health() == []
    looked.reread.set()
    looked.turn()
    looked.turn()
    assert looked.health() == [("ok", "")]
    assert not looked.reread.is_set()
