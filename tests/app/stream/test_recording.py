"""A recording as events: dated, logged as it is detected, and gone on with where it was broken off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest

from edge_agent.adapters.detection_log import read_events, read_header
from edge_agent.app.stream.recording import UNDATED, Recording, detected
from edge_agent.cli.options import chosen_camera
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import FrameSeen
from tests.cli.streets import street
from tests.config.samples import SITE, load

DATED = SITE.replace("zones/c1.yaml}", "zones/c1.yaml, started: 2026-11-01T08:00}")


def recording(folder: Path, *, site: str = SITE, started: datetime | None = None) -> Recording:
    """Eight seconds in which a car stands, looked at once a second, twice round."""
    loaded = load(street(folder, site=site))
    path = folder / "road.mp4"
    return Recording(loaded=loaded, camera="c1", path=path, loops=timedelta(seconds=16), started=started)


def test_it_begins_when_somebody_says_so(tmp_path: Path) -> None:
    """The command line, else the site in its own time zone, else a day that is plainly made up."""
    start = datetime(2025, 1, 1, tzinfo=UTC)
    assert recording(tmp_path).begins == UNDATED
    assert recording(tmp_path, site=DATED).begins == datetime(2026, 11, 1, tzinfo=UTC)
    assert recording(tmp_path, site=DATED, started=start).begins == start


def test_every_look_sees_the_car(tmp_path: Path) -> None:
    """Once a second, through both rounds."""
    events = tuple(detected(recording(tmp_path)))
    assert [round((event.at - UNDATED).total_seconds(), 2) for event in events] == list(range(16))
    assert all(isinstance(event, FrameSeen) and event.detections[0].label == "car" for event in events)


def test_a_log_that_was_begun_is_gone_on_with(tmp_path: Path) -> None:
    """Broken off and started again, it is the log of the unbroken run."""
    whole, broken = tmp_path / "whole.jsonl", tmp_path / "broken.jsonl"
    events = tuple(detected(recording(tmp_path), whole))
    assert tuple(islice(detected(recording(tmp_path), broken), 5)) == events[:5]
    assert tuple(detected(recording(tmp_path), broken)) == events
    assert broken.read_bytes() == whole.read_bytes()
    assert tuple(read_events(whole)) == events
    assert (read_header(whole).camera, read_header(whole).size) == ("c1", (64, 48))


def test_the_only_camera_need_not_be_named(tmp_path: Path) -> None:
    """One that is not there is refused with those that are."""
    loaded = load(street(tmp_path))
    assert chosen_camera(loaded, None) == chosen_camera(loaded, "c1") == "c1"
    with pytest.raises(BadInputError, match="--camera c9: not in the site, expected one of: c1"):
        chosen_camera(loaded, "c9")
