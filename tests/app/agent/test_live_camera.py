"""What a live camera is told beside its pictures: other files, a command, a detector that answers too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edge_agent.config.wire.commands import Given
from edge_agent.config.wire.events import instant_text
from edge_agent.core.commands import Cancel
from tests.app.live.simulation import Simulation
from tests.app.live.stream import CameraScript, Fault, What
from tests.app.live.test_fault_matrix import FIRST, LAST, RULE, SITE, SWEEP
from tests.site import site, zone
from tests.street import at, second_of, span, stands

if TYPE_CHECKING:
    from edge_agent.app.agent.live_camera import LiveCamera


def street(folder: Path, *faults: Fault, **more: object) -> Simulation:
    """A camera before which a car stands from second 100 to 620."""
    return Simulation(folder, stands("car", FIRST, LAST), SITE, CameraScript(faults), **more)  # type: ignore[arg-type]


def test_changed_files_are_judged_by_from_the_next_look_on(tmp_path: Path) -> None:
    """What has stood for long enough by the new dwell is an incident at once, and the log says it all."""
    shorter = site(zone(rule=replace(RULE, dwell=span(30))))
    seen = street(tmp_path)
    seen.starts(200, orders={140.5: lambda camera: camera.adopt(shorter)})
    assert seen.feed.incident_entries[0].second == pytest.approx(141, abs=SWEEP)


def test_a_cancelled_incident_is_left_alone(tmp_path: Path) -> None:
    """From the command on, as long as its thing stands there."""
    seen = street(tmp_path)

    def cancel(camera: LiveCamera) -> None:
        what = Cancel(incident=seen.speaker.heard[0][0], reason="a fire engine")
        camera.command(Given(id="cmd-1", issued=at(203), expires=at(200) + timedelta(minutes=5), by="Li", what=what))

    seen.starts(500, orders={200: cancel})
    assert [what for what, _ in seen.feed.story] == ["opened", "warned 1", "cancelled"]
    assert [n for _, n in seen.speaker.heard] == [1]
    assert seen.metrics.counts["commands", "accepted"] == 1
    cancelled = seen.feed.one("cancelled")
    assert cancelled["at"] == instant_text(at(203))  # the centre's clock is ahead: not before it was issued
    assert str(cancelled["media_at"]) <= instant_text(at(200))


def test_a_look_that_comes_too_late_is_dropped_and_counted(tmp_path: Path) -> None:
    """Time has passed without it; the next look is made, and the ladder goes on."""
    seen = street(tmp_path, detector_s=lambda second: 20.0 if 185 < second < 188 else 0.05)
    seen.starts(400)
    assert seen.metrics.counts["drops", "c1", "late"] == 1
    assert [what for what, _ in seen.feed.story] == ["opened", "warned 1", "warned 2", "warned 3", "escalated"]
    assert seen.feed.health == []


def test_the_camera_shows_its_last_look_but_not_while_it_is_in_trouble(tmp_path: Path) -> None:
    """A picture that nobody may trust is not shown to people either."""
    shown = list[float | None]()

    def show(camera: LiveCamera) -> None:
        frame = camera.shown(at(1000))
        shown.append(None if frame is None else second_of(frame.at))

    seen = street(tmp_path, Fault(What.DARK, 210, 240))
    seen.starts(270, orders={200.1: show, 230: show, 260.1: show})
    assert shown == [pytest.approx(200, abs=SWEEP), None, pytest.approx(260, abs=SWEEP)]


def test_a_camera_that_keeps_a_log_says_which_file_it_writes(tmp_path: Path) -> None:
    """So that housekeeping leaves it alone."""
    written = list[Path | None]()
    seen = street(tmp_path)
    seen.starts(20, orders={10: lambda camera: written.append(camera.log_path)})
    assert [path.parent.name for path in written if path is not None] == ["logs"]
