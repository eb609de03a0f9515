"""The log book: an hour a file, nothing twice, nothing missing."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.adapters.detection_log import LogHeader, read_events, read_header
from edge_agent.app.stream.log_book import HourlyLog
from edge_agent.core.events import Event, FrameSeen
from tests.street import START, at

if TYPE_CHECKING:
    from pathlib import Path

HEADER = LogHeader(camera="c1", size=(640, 360), model="5e" * 32, started=START)


def events(count: int, minutes: float) -> list[Event]:
    """Looks, so many minutes apart."""
    return [FrameSeen(at=at(n * minutes * 60), detections=()) for n in range(count)]


def written(folder: Path, all_events: list[Event], count: int = 0) -> None:
    """The events in a book that goes on after ``count``."""
    book = HourlyLog(folder, HEADER, count=count)
    for event in all_events:
        book.append(event)
    book.close()


def read(folder: Path) -> list[Event]:
    """Everything in the folder, file after file."""
    return list(chain.from_iterable(read_events(path) for path in sorted(folder.iterdir())))


def test_an_hour_is_a_file(tmp_path: Path) -> None:
    """Named by its hour and the number of its first event, with a header of its own."""
    all_events = events(9, minutes=20)
    written(tmp_path, all_events)
    names = [path.name for path in sorted(tmp_path.iterdir())]
    assert names == [
        f"c1.20261101T{hour:02d}Z.{first:012d}.detections.jsonl" for hour, first in ((8, 0), (9, 3), (10, 6))
    ]
    assert read_header(tmp_path / names[1]).started == at(3600)
    assert read(tmp_path) == all_events


@pytest.mark.parametrize("count", range(10))
def test_what_the_store_does_not_count_is_taken_away(tmp_path: Path, count: int) -> None:
    """However many files it fills; then the book goes on, and holds every event once."""
    all_events = events(9, minutes=20)
    written(tmp_path, all_events)
    written(tmp_path, all_events[count:], count=count)
    assert read(tmp_path) == all_events


@given(cuts=st.lists(st.integers(0, 30), max_size=4), minutes=st.sampled_from([1, 15, 25, 70]))
def test_any_cuts_leave_every_event_once(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], minutes: float
) -> None:
    """The store remembers less and less far, or further, and each time all that it does not count is told again."""
    folder, all_events = tmp_path_factory.mktemp("logs"), events(30, minutes)
    written(folder, all_events)
    for cut in cuts:
        written(folder, all_events[cut:], count=cut)
    assert read(folder) == all_events


def test_files_without_an_hour_in_their_names_go_on(tmp_path: Path) -> None:
    """As they were named before: they are cut back like the others, and none is kept twice."""
    all_events = events(9, minutes=20)
    written(tmp_path, all_events)
    for path in tmp_path.iterdir():
        camera, _, number, *end = path.name.split(".")
        path.rename(path.with_name(".".join((camera, number, *end))))
    written(tmp_path, all_events[4:], count=4)
    assert (
        sorted((event for path in tmp_path.iterdir() for event in read_events(path)), key=lambda e: e.at) == all_events
    )


def test_another_camera_is_left_alone(tmp_path: Path) -> None:
    """And so is a file that is none of ours."""
    other = HourlyLog(tmp_path, LogHeader(camera="c10", size=(1, 1), model="", started=START), count=0)
    other.append(events(1, 1)[0])
    other.close()
    (tmp_path / "c1.notes.detections.jsonl").write_text("not ours", encoding="utf-8")
    written(tmp_path, [], count=0)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_book_without_events_is_no_file(tmp_path: Path) -> None:
    """Nothing is written before there is something to say."""
    book = HourlyLog(tmp_path / "logs", HEADER, count=0)
    assert book.path is None
    book.close()
    assert not (tmp_path / "logs").exists()
