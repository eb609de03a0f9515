"""A recording in several files: in order, with what is missing between them, in one log that can be gone on with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

import pytest

from edge_agent.adapters.detection_log import read_events, read_header
from edge_agent.app.stream.segments import Segment, detected_in, segments, videos_in
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import Event, StreamBack, StreamLost
from tests.adapters.video.test_video_file import film
from tests.cli.streets import cut_short, street
from tests.config.samples import SITE, load

BEGAN: Final = datetime(2026, 11, 1, 0, 0, 0, tzinfo=UTC)  # eight o'clock in Shanghai
DATED: Final = SITE.replace("zones/c1.yaml}", "zones/c1.yaml, started: 2026-11-01T08:00}")
SECONDS: Final = 4  # of each file


def clip(folder: Path, name: str, *, seconds: int = SECONDS) -> Path:
    """A file of grey pictures in which the detector always sees the car."""
    folder.mkdir(parents=True, exist_ok=True)
    return film(folder / name, range(0, seconds * 1000, 40), options={"movflags": "faststart"})


def parts(folder: Path, *names: str, started: datetime | None = None, site: str = SITE) -> tuple[Segment, ...]:
    """The segments of clips so named."""
    loaded = load(street(folder, site=site))
    files = tuple(clip(folder / "day", name) for name in names)
    return segments(loaded, "c1", files, started)


def moments_of(events: tuple[Event, ...]) -> list[tuple[str, float]]:
    """What kind of event came when, in whole tenths of a second from eight o'clock."""
    return [(event.type, round((event.at - BEGAN).total_seconds(), 1)) for event in events]


def looked(first: float, last: float) -> list[tuple[str, float]]:
    """A look a second."""
    return [("frame", first + n) for n in range(round(last - first) + 1)]


def test_files_that_follow_each_other_are_one_recording(tmp_path: Path) -> None:
    """In the order of their clocks, not of their folders; no look is doubled or left out between them."""
    several = parts(tmp_path, "20261101T080004.mp4", "20261101T080000.mp4")
    assert [part.recording.path.name for part in several] == ["20261101T080000.mp4", "20261101T080004.mp4"]
    assert moments_of(tuple(detected_in(several))) == looked(0, 7)


def test_what_is_missing_between_two_is_a_stream_that_was_lost(tmp_path: Path) -> None:
    """From the end of the one to the beginning of the other."""
    several = parts(tmp_path, "20261101T080000.mp4", "20261101T080010.mp4")
    events = tuple(detected_in(several))
    assert moments_of(events) == [*looked(0, 3), ("lost", 4), ("back", 10), *looked(10, 13)]
    assert StreamLost(BEGAN + timedelta(seconds=4), "no_connection") in events


def test_a_little_overlap_is_looked_at_once(tmp_path: Path) -> None:
    """The later file from its beginning."""
    assert moments_of(tuple(detected_in(parts(tmp_path, "20261101T080000.mp4", "20261101T080002.mp4")))) == looked(0, 5)


def test_a_file_that_breaks_off_is_a_stream_that_was_lost(tmp_path: Path) -> None:
    """Its sentence is told, and the next one is looked at all the same."""
    loaded = load(street(tmp_path))
    broken = cut_short(clip(tmp_path / "day", "20261101T080000.mp4", seconds=8))
    broken.replace(tmp_path / "day" / "20261101T080000.mp4")
    clip(tmp_path / "day", "20261101T080010.mp4")
    several = segments(loaded, "c1", videos_in([tmp_path / "day"]), None)
    reports: list[str] = []
    log = tmp_path / "kept.jsonl"
    events = tuple(detected_in(several, log, warn=reports.append))
    lost = next(event for event in events if isinstance(event, StreamLost))
    assert lost.reason == "corrupt"
    assert 2 <= (lost.at - BEGAN).total_seconds() < 7
    assert moments_of(events)[-5:] == [("back", 10), *looked(10, 13)]
    assert len(reports) == 1
    assert "can be read up to" in reports[0]
    assert tuple(detected_in(several, log)) == events  # nothing is added to what is whole
    assert tuple(read_events(log)) == events


@pytest.mark.parametrize("position", range(12))
def test_a_log_that_was_begun_is_gone_on_with(tmp_path: Path, position: int) -> None:
    """Broken off after any event, it becomes the log of the unbroken run, byte by byte."""
    several = parts(tmp_path, "20261101T080000.mp4", "20261101T080004.mp4", "20261101T080012.mp4")
    whole, broken = tmp_path / "whole.jsonl", tmp_path / "broken.jsonl"
    events = tuple(detected_in(several, whole))
    assert moments_of(events) == [*looked(0, 7), ("lost", 8), ("back", 12), *looked(12, 15)]
    assert tuple(islice(detected_in(several, broken), position)) == events[:position]
    assert tuple(detected_in(several, broken)) == events
    assert broken.read_bytes() == whole.read_bytes()
    assert read_header(whole).started == BEGAN


def test_a_start_moves_all_of_them(tmp_path: Path) -> None:
    """The clock of the recorder was wrong, by as much for each file."""
    several = parts(tmp_path, "20261101T080000.mp4", "20261101T080010.mp4", started=datetime(2026, 11, 2, tzinfo=UTC))
    assert [part.began.day for part in several] == [2, 2]
    assert several[1].began - several[0].began == timedelta(seconds=10)


def test_files_without_a_clock_follow_each_other_by_name(tmp_path: Path) -> None:
    """From the start that is told, or the site's; one that says when it began is then not asked."""
    several = parts(tmp_path, "b.mp4", "a.mp4", "20261101T120000.mp4", started=BEGAN)
    assert [part.recording.path.name for part in several] == ["20261101T120000.mp4", "a.mp4", "b.mp4"]
    assert [part.began for part in several] == [BEGAN + timedelta(seconds=4 * n) for n in range(3)]
    assert parts(tmp_path, "a.mp4", "b.mp4", site=DATED)[0].began == BEGAN


def test_nobody_guesses_when_a_file_began(tmp_path: Path) -> None:
    """One without a clock, and no start."""
    with pytest.raises(BadInputError, match=r"a\.mp4: neither its name nor its container says when it began"):
        parts(tmp_path, "a.mp4", "20261101T120000.mp4")


def test_files_of_two_cameras_are_refused(tmp_path: Path) -> None:
    """They lie over each other by more than a recorder repeats."""
    loaded = load(street(tmp_path))
    long = clip(tmp_path / "day", "20261101T080000.mp4", seconds=10)
    other = clip(tmp_path / "day", "20261101T080001.mp4")
    with pytest.raises(BadInputError, match=r"20261101T080001\.mp4: begins 9\.0 s before 20261101T080000\.mp4 ends"):
        segments(loaded, "c1", (long, other), None)


def test_a_folder_is_the_videos_in_it_and_below(tmp_path: Path) -> None:
    """By name, each once; other files are nobody's business."""
    for name in ("b.MP4", "deeper/a.ts", "notes.txt", "road.truth.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert videos_in([tmp_path, tmp_path / "b.MP4"]) == (tmp_path / "b.MP4", tmp_path / "deeper" / "a.ts")
    with pytest.raises(BadInputError, match=r"holds no video, expected files such as \.264"):
        videos_in([make(tmp_path / "empty")])


def make(folder: Path) -> Path:
    """An empty folder."""
    folder.mkdir()
    return folder


def test_a_stream_that_comes_back_is_told_once(tmp_path: Path) -> None:
    """Also where the log broke off between the loss and the return."""
    several = parts(tmp_path, "20261101T080000.mp4", "20261101T080010.mp4")
    log = tmp_path / "kept.jsonl"
    tuple(islice(detected_in(several, log), 5))
    assert sum(isinstance(event, StreamBack) for event in detected_in(several, log)) == 1
