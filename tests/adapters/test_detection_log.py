"""The detection log keeps every event through a crash and refuses, with the line, what it cannot read."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.adapters.detection_log import LogHeader, LogWriter, read_events, read_header
from edge_agent.core.commands import Reject, RejectReason
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.core.events import (
    Command,
    Detection,
    Event,
    FrameSeen,
    Result,
    StreamBack,
    StreamLost,
    Tick,
    WarningAnswered,
)
from edge_agent.core.geometry import Box

if TYPE_CHECKING:
    from pathlib import Path

STARTED = datetime(2026, 11, 1, 8, tzinfo=UTC)
HEADER = LogHeader(camera="c1", size=(1920, 1080), model="5e" * 32, started=STARTED)
HEADER_LINE = (
    '{"type":"header","version":1,"camera":"c1","size":[1920,1080],"model":"' + "5e" * 32 + '",'
    '"started":"2026-11-01T08:00:00.000Z"}'
)
ENDINGS = pytest.mark.parametrize("name", ["c1.detections.jsonl", "c1.detections.jsonl.gz"])


def at(seconds: float) -> datetime:
    """An instant of the story, in seconds from its start."""
    return STARTED + timedelta(seconds=seconds)


def seen(seconds: float) -> FrameSeen:
    """A look with one car, at ``seconds``."""
    car = Detection(label="car", score=0.83, box=Box(0.1, 0.2, 0.3, 0.4), appearance=(0.5, 0.25))
    return FrameSeen(at=at(seconds), detections=(car,))


STORY: tuple[Event, ...] = (
    seen(0.2),
    Tick(at(1)),
    StreamLost(at(2), "stalled"),
    StreamBack(at(3)),
    seen(3),
    WarningAnswered(at=at(4), incident="i-1", n=1, result=Result.PLAYED),
)


def test_a_log_of_an_older_version_rejects_in_words(tmp_path: Path) -> None:
    """They are no reason of the list, and become the note of another one."""
    path = tmp_path / "c1.detections.jsonl"
    line = {"type": "command", "at": "2026-11-01T08:00:01Z", "verb": "reject", "incident": "i-1", "reason": "a hearse"}
    listed = line | {"reason": "permitted", "note": "by decree"}
    path.write_text("\n".join([HEADER_LINE, json.dumps(line), json.dumps(listed), ""]), encoding="utf-8")
    assert [event.what for event in read_events(path) if isinstance(event, Command)] == [
        Reject(incident="i-1", reason=RejectReason.OTHER, note="a hearse"),
        Reject(incident="i-1", reason=RejectReason.PERMITTED, note="by decree"),
    ]


def written(path: Path, events: tuple[Event, ...] = STORY) -> Path:
    """A log of ``events`` that was ended orderly."""
    with LogWriter(path, HEADER) as log:
        for event in events:
            log.append(event)
    return path


@ENDINGS
def test_what_was_written_is_read(tmp_path: Path, name: str) -> None:
    """Every event comes back equal, in order, after the header."""
    path = written(tmp_path / "runs" / name)
    assert read_header(path) == HEADER
    assert tuple(read_events(path)) == STORY


def test_the_first_line_is_the_header(tmp_path: Path) -> None:
    """Byte for byte as the format fixes it."""
    path = written(tmp_path / "c1.jsonl")
    first, second, *_ = path.read_text().splitlines()
    assert first == HEADER_LINE
    assert json.loads(second)["type"] == "frame"


@ENDINGS
def test_a_log_is_gone_on_with(tmp_path: Path, name: str) -> None:
    """Opened again it keeps its header and takes further events behind the old ones."""
    path = written(tmp_path / name)
    with LogWriter(path, HEADER) as log:
        log.append(Tick(at(9)))
    assert tuple(read_events(path)) == (*STORY, Tick(at(9)))


@ENDINGS
def test_events_that_were_not_committed_are_cut_off(tmp_path: Path, name: str) -> None:
    """They will be told again after the restart; the log then holds each once."""
    path = written(tmp_path / name)
    with LogWriter(path, HEADER, keep=4) as log:
        log.append(STORY[4])
    assert tuple(read_events(path)) == STORY[:5]


@ENDINGS
@settings(max_examples=40)
@given(cut=st.integers(1, 2000))
def test_a_torn_end_costs_the_last_line_only(tmp_path_factory: pytest.TempPathFactory, name: str, cut: int) -> None:
    """Cut anywhere behind the header, every event whose line is whole is read; a new writer goes on from there."""
    path = written(tmp_path_factory.mktemp("log") / name)
    whole = path.read_bytes()
    path.write_bytes(whole[: max(len(whole) - cut, len(whole) // 2)])
    events = tuple(read_events(path))
    assert events == STORY[: len(events)]
    with LogWriter(path, HEADER) as log:
        log.append(Tick(at(9)))
    assert tuple(read_events(path)) == (*events, Tick(at(9)))


def test_a_log_torn_in_its_header_is_begun_anew(tmp_path: Path) -> None:
    """There was nothing in it yet."""
    path = tmp_path / "c1.jsonl"
    path.write_text(HEADER_LINE[:30])
    assert tuple(read_events(written(path))) == STORY


def test_a_last_line_without_its_newline_counts(tmp_path: Path) -> None:
    """Other programs write logs too, and not all end the last line."""
    path = tmp_path / "c1.jsonl"
    path.write_text(HEADER_LINE + '\n{"type":"tick","at":"2026-11-01T08:00:01Z"}')
    assert tuple(read_events(path)) == (Tick(at(1)),)


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.adapters.test_detection_log import HEADER, seen
from edge_agent.adapters.detection_log import LogWriter
log = LogWriter(Path(sys.argv[1]), HEADER)
for n in range(500):
    log.append(seen(n))
os.kill(os.getpid(), signal.SIGKILL)
"""


@ENDINGS
def test_kill_loses_nothing_that_append_returned_for(tmp_path: Path, name: str) -> None:
    """500 events, then SIGKILL with the file open: 500 events are read."""
    path = tmp_path / name
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert tuple(read_events(path)) == tuple(seen(n) for n in range(500))


def log_of(path: Path, *lines: str) -> Path:
    """A log as somebody else wrote it."""
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def refusal(path: Path) -> str:
    """The sentence with which a log is refused."""
    with pytest.raises(BadInputError) as caught:
        tuple(read_events(path))
    return str(caught.value)


TICK_1 = '{"type":"tick","at":"2026-11-01T08:00:01Z"}'
TICK_2 = '{"type":"tick","at":"2026-11-01T08:00:02Z"}'


def test_the_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Broken in the middle, back in time, of an unknown type: the number of the line comes first."""
    path = tmp_path / "c1.jsonl"
    assert refusal(log_of(path, HEADER_LINE, TICK_1, '{"type":"ti', TICK_2)).startswith(f"{path}:3: ")
    assert refusal(log_of(path, HEADER_LINE, TICK_1, '{"type":"sneeze"}', TICK_2)).startswith(f"{path}:3: ")
    back = refusal(log_of(path, HEADER_LINE, TICK_2, TICK_1))
    assert back == f"{path}:3: time goes back from 2026-11-01T08:00:02.000Z to 2026-11-01T08:00:01.000Z"


def test_events_before_the_broken_line_are_given(tmp_path: Path) -> None:
    """Reading is lazy: a long log is never held whole."""
    events = read_events(log_of(tmp_path / "c1.jsonl", HEADER_LINE, TICK_1, "garbage", TICK_2))
    assert next(events) == Tick(at(1))


def test_a_log_without_a_proper_header_is_refused(tmp_path: Path) -> None:
    """No header, a later version, a field that is missing, nothing at all, no file."""
    path = tmp_path / "c1.jsonl"
    assert refusal(path) == f"{path}: no such file"
    assert refusal(log_of(path)) == f"{path}: the log is empty, expected a header line"
    assert refusal(log_of(path, TICK_1)) == f"{path}:1: expected a header line of a detection log"
    later = HEADER_LINE.replace('"version":1', '"version":2')
    assert refusal(log_of(path, later)) == f"{path}:1: detection log of version 2, expected 1"
    assert "size" in refusal(log_of(path, HEADER_LINE.replace('"size"', '"sighs"')))
    assert "no time zone" in refusal(log_of(path, HEADER_LINE.replace(".000Z", "")))


def test_unknown_keys_of_a_known_version_are_ignored(tmp_path: Path) -> None:
    """The format may grow."""
    path = log_of(
        tmp_path / "c1.jsonl",
        HEADER_LINE.replace("{", '{"lens":"8 mm",'),
        TICK_1.replace("{", '{"mood":"calm",'),
    )
    assert read_header(path) == HEADER
    assert tuple(read_events(path)) == (Tick(at(1)),)


def test_a_file_that_is_no_gzip_is_refused(tmp_path: Path) -> None:
    """The name promises what the bytes do not keep."""
    path = log_of(tmp_path / "c1.jsonl.gz", HEADER_LINE)
    assert "cannot be unpacked" in refusal(path)


def test_equal_logs_are_equal_bytes(tmp_path: Path) -> None:
    """Compressed ones too: no time of writing is kept inside."""
    first, second = (written(tmp_path / folder / "c1.jsonl.gz") for folder in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()
    assert gzip.decompress(first.read_bytes()).decode().startswith(HEADER_LINE)


def test_the_log_of_another_camera_is_left_alone(tmp_path: Path) -> None:
    """Two cameras in one log could never be told apart again."""
    path = written(tmp_path / "c1.jsonl")
    before = path.read_bytes()
    other = LogHeader(camera="c2", size=(1, 1), model="", started=STARTED)
    with pytest.raises(BadInputError, match="is the log of camera 'c1', expected 'c2'"):
        LogWriter(path, other)
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file stands where the folder should be: the same as a disk that cannot be written."""
    (tmp_path / "runs").touch()
    with pytest.raises(OutsideError, match=r"runs/c1\.jsonl: the detection log cannot be written"):
        LogWriter(tmp_path / "runs" / "c1.jsonl", HEADER)


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk: what was appended before is read afterwards."""
    path = tmp_path / "c1.jsonl"
    program = f"""
import resource, sys
from pathlib import Path
from tests.adapters.test_detection_log import HEADER, seen
from edge_agent.adapters.detection_log import LogWriter
from edge_agent.core.errors import OutsideError
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
log = LogWriter(Path({str(path)!r}), HEADER)
for n in range(500):
    try:
        log.append(seen(n))
    except OutsideError as error:
        print(n, error)
        break
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    count, sentence = done.stdout.split(" ", 1)
    assert "the detection log cannot be written: File too large" in sentence
    assert tuple(read_events(path)) == tuple(seen(n) for n in range(int(count)))
    assert int(count) > 10
    assert path.stat().st_size <= 5000
