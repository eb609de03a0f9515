"""A live camera whose looks are held where nothing has changed; its pictures here never show any change at all."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from edge_agent.adapters.detection_log import read_events
from edge_agent.core.detect.unchanged import FULL
from edge_agent.core.events import Event, FrameSeen, LookedAgain, StreamBack, StreamLost
from tests.app.live.simulation import Simulation
from tests.app.live.stream import CameraScript, Fault, What
from tests.app.live.test_fault_matrix import FIRST, LAST, SITE
from tests.street import stands

if TYPE_CHECKING:
    from pathlib import Path


def logged(folder: Path) -> list[Event]:
    """All that went into the core."""
    return [event for path in sorted((folder / "logs").rglob("*.jsonl*")) for event in read_events(path)]


def test_a_car_that_nothing_shows_has_its_whole_story_by_looks_that_are_made(tmp_path: Path) -> None:
    """Most looks are held, every second look follows one that was made, and a replay of the log tells the same."""
    seen = Simulation(tmp_path, stands("car", FIRST, LAST), SITE, CameraScript(), holds=True)
    seen.starts(720)
    events = logged(tmp_path)
    looks = [event for event in events if isinstance(event, FrameSeen)]
    made = [look.at for look in looks if look.unchanged is None]
    assert [what for what, _ in seen.feed.story] == [
        "opened",
        "warned 1",
        "warned 2",
        "warned 3",
        "escalated",
        "resolved",
    ]
    assert len(made) < len(looks) / 2
    assert seen.metrics.counts["looks_held", "c1"] == len(looks) - len(made)
    assert all(later - earlier <= FULL for earlier, later in pairwise(made))
    assert {event.at for event in events if isinstance(event, LookedAgain)} <= set(made)
    assert seen.replayed[0].story == seen.feed.story


def test_after_trouble_nothing_holds(tmp_path: Path) -> None:
    """What was seen before the lens was covered is no word on what stands there now."""
    faults = (Fault(What.DARK, 210, 240), Fault(What.LOST, 270, 290))
    seen = Simulation(tmp_path, stands("car", 0, LAST), SITE, CameraScript(faults), holds=True)
    seen.starts(330)
    events = logged(tmp_path)
    backs = [n for n, event in enumerate(events) if isinstance(event, StreamBack)]
    assert sum(isinstance(event, StreamLost) for event in events) == len(backs) == 2
    for back in backs:
        first = next(event for event in events[back:] if isinstance(event, FrameSeen))
        assert first.unchanged is None
