"""The log of a running agent tells a person what came about; a box is well when all of its cameras have been seen."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from edge_agent.adapters.metrics import PrometheusMetrics
from edge_agent.app.agent.narration import line_of
from edge_agent.app.agent.pages import HEALTH, Pages
from edge_agent.app.agent.threads import Watchdog
from edge_agent.app.health.degraded import AgentPart, Degraded
from edge_agent.app.health.first_looks import FirstLooks
from edge_agent.core.effects import Note, Remark
from tests.app.live.simulation import SILENCE, Simulation
from tests.app.live.stream import CameraScript, Fault, What
from tests.app.live.test_fault_matrix import FIRST, LAST, SITE
from tests.clocks import SimulatedClock
from tests.street import at, stands

if TYPE_CHECKING:
    import pytest


def test_a_day_of_a_camera_can_be_read_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Its first picture, each event of the incident, the order, the trouble and its end: one line each, in order."""
    caplog.set_level(logging.INFO, "edge_agent")
    Simulation(tmp_path, stands("car", FIRST, LAST), SITE, CameraScript((Fault(What.DARK, 640, 700),))).starts(760)
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.INFO]
    assert lines[0].startswith("connected, its first picture (")
    assert [line.split()[2].rstrip(":,") for line in lines if line.startswith("incident ")] == [
        *("opened", "warned", "warned", "warned", "escalated", "resolved"),
    ]
    assert sum(line.startswith("work order wo-") for line in lines) >= 1
    assert [line for line in lines if "trouble" in line] == [
        "trouble: dark; nothing is decided while it lasts",
        "trouble is over, it is watched again",
    ]
    assert all("\n" not in line for line in lines)


def test_a_warning_that_was_not_played_is_a_warning_in_the_log() -> None:
    """With the reason that its speaker gave."""
    note = Note(
        at=at(1),
        camera="c1",
        case="k",
        zone="kerb",
        kind="stall",
        what=Remark.NOT_PLAYED,
        dwell_s=1,
        unobservable_s=0,
        n=2,
        reason="no current",
    )
    assert line_of(note) == (logging.WARNING, "warning 2 was not played (stall in zone kerb): no current")


def test_a_box_is_well_when_every_camera_has_been_seen() -> None:
    """Until then health names those that were not; it asks for no restart, which would mend nothing."""
    looks, degraded = FirstLooks(("c1", "c2")), Degraded()
    pages = Pages(
        metrics=PrometheusMetrics(),
        watchdog=Watchdog(SimulatedClock(), SILENCE),
        degraded=degraded,
        instructions=tuple,
        outcomes=tuple,
        timezone=ZoneInfo("Asia/Shanghai"),
        unseen=looks.sentence,
    )
    health = pages.by_path()[HEALTH]
    assert health().body.decode() == "degraded: not seen since the start: c1, c2\n"
    assert health().ok
    assert looks.looked("c1")
    assert not looks.looked("c1")
    degraded.without(AgentPart.BROKER, "it is away")
    assert health().body.decode() == "degraded: without the broker: it is away; not seen since the start: c2\n"
    degraded.without(AgentPart.BROKER, "")
    assert looks.looked("c2")
    assert health().body.decode() == "ok\n"
