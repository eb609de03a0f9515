"""Dwell that depends on the machine, on frames, or on a picture that lies."""

from __future__ import annotations

import pytest

from edge_agent.core.events import Tick
from tests.core_run import tell
from tests.site import SHORT, site, zone
from tests.street import Things, at, behind, detection, looks, looks_at, lost, silent, stands

HERE = site(zone(rule=SHORT))
LADDER = [("opened", 20), ("warned", 20), ("warned", 50), ("escalated", 80)]


@pytest.mark.parametrize("slow", [1, 2, 3, 5, 10])
def test_a_busy_box_counts_the_same_seconds(slow: int) -> None:
    """Dwell is late under load (frigate#8551, #6863), for it counts frames: here each look is dated."""
    result = tell(looks_at(stands("car", 0, 200), tuple(n * slow for n in range(100 // slow))), HERE)
    assert all(0 <= second - due <= 3 * slow for (_, due), second in zip(LADDER, result.seconds, strict=False))
    assert result.happened == ["opened", "warned", "warned", "escalated"]


def test_a_rate_that_changes_changes_nothing() -> None:
    """Ten looks a second while it is quiet, one in four seconds while it is not."""
    seconds = (*(n / 10 for n in range(200)), *range(20, 120, 4))
    result = tell(looks_at(stands("car", 0, 200), tuple(float(s) for s in seconds)), HERE)
    assert result.story == [("opened", 20), ("warned", 20), ("warned", 52), ("escalated", 84)]


@pytest.mark.parametrize("reason", ["no_connection", "stalled", "frozen", "dark", "corrupt", "moved"])
def test_a_picture_that_lies_is_no_picture(reason: str) -> None:
    """Corrupt frames (frigate#27, #3754) and a camera that was moved (#13314, #21664) open nothing and end nothing."""
    kerb_or_ghost: Things = lambda s: (detection("bus" if 30 < s < 60 else "car"),)  # noqa: E731
    result = tell(lost(looks(kerb_or_ghost, until=60), 30, 60, reason), HERE)
    assert result.story == [("opened", 20), ("warned", 20), ("warned", 60)]


def test_a_long_outage_is_neither_presence_nor_absence() -> None:
    """A restart loses state or leaves orphans (advanced-camera-card#2536; frigate#4499): the clock just stood still."""
    result = tell(silent(looks(stands("car", 0, 300), until=200), 30, 100), HERE)
    assert result.story == [("opened", 20), ("warned", 20), ("warned", 120), ("escalated", 150)]
    assert result.events[-1].unobservable_s == 70


def test_an_outage_without_end_leaves_no_orphan() -> None:
    """It ends as unknown, not with an invented end, as soon as any event tells that time has passed."""
    result = tell((*looks(stands("car", 0, 30), until=30), Tick(at(5000))), HERE)
    assert (result.events[-1].reason, result.events[-1].end, result.events[-1].at) == ("unknown_end", at(30), at(150))


def test_a_hidden_minute_is_said() -> None:
    """What could not be seen is in the record: it may decide a complaint."""
    front = stands("person", 30, 45, place=detection().box.grown(0.2))
    result = tell(looks(behind(stands("car", 0, 100), front), until=55), HERE)
    assert result.events[-1].unobservable_s == 17  # from the last look that saw it to the next
