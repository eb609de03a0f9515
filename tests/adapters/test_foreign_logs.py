"""Detection logs that others have written: what no camera can have seen is refused, with its line, in one sentence."""

from __future__ import annotations

import gzip
import os
import tracemalloc
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.detection_log import LogWriter, read_events, read_header
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import FrameSeen, Tick
from tests.adapters.test_detection_log import HEADER, HEADER_LINE, at

if TYPE_CHECKING:
    from pathlib import Path


def frame(detection: str) -> str:
    """A look with one thing, as another program may have written it."""
    return f'{{"type":"frame","at":"2026-11-01T08:00:01Z","detections":[{detection}]}}'


def car(box: str) -> str:
    """One thing."""
    return f'{{"label":"car","score":0.9,"box":{box}}}'


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (frame(car("[0,0,9,9]")), "lies outside the picture"),
        (frame(car("[100,80,220,160]")), "expected fractions of it and no pixels"),
        (frame(car("[-0.6,0,1,1]")), "lies outside the picture"),
        (frame(car(f"[{'9' * 400},0,1,1]")), "int too large"),
        ('{"type":"frame","at":"0001-01-01T00:00:00+14:00","detections":[]}', "expected one from 1970 to 2099"),
        ('{"type":"tick","at":"9999-12-31T23:59:59Z"}', "expected one from 1970 to 2099"),
        ('{"type":"tick","at":"1969-12-31T23:59:59Z"}', "expected one from 1970 to 2099"),
        (
            '{"type":"command","at":"2026-11-01T08:00:01Z","verb":"silence","zone":"a","until":"9999-12-31T23:59:59-12:00"}',
            "is beyond every calendar",
        ),
        ("[" * 100_000 + "]" * 100_000, "expected a JSON object"),
        ("", "an empty line"),
        ('{"type":"tick","at":"2026-11-01T08:00:01Z","x":"' + "x" * 8_000_000 + '"}', "longer than 8,000,000 bytes"),
    ],
)
def test_what_no_camera_can_have_seen_is_refused(tmp_path: Path, line: str, said: str) -> None:
    """Pixels for fractions, a box beyond the picture, odd dates, what lies too deep or is too long: with its line."""
    path = tmp_path / "c1.detections.jsonl"
    path.write_text(f"{HEADER_LINE}\n{line}\n")
    with pytest.raises(BadInputError, match=r"c1\.detections\.jsonl:2: ") as refused:
        tuple(read_events(path))
    assert said in str(refused.value)
    assert len(str(refused.value)) < 600


def test_what_sticks_out_of_the_picture_is_read(tmp_path: Path) -> None:
    """Half a picture beyond its edge, and not more."""
    path = tmp_path / "c1.detections.jsonl"
    path.write_text(f"{HEADER_LINE}\n{frame(car('[-0.5,-0.5,1.5,1.5]'))}\n")
    (look,) = read_events(path)
    assert isinstance(look, FrameSeen)


@pytest.mark.parametrize("size", ["[-5,3]", "[1e400,3]", "[70000,3]", '["a",3]', "[true,3]"])
def test_a_size_that_no_picture_has_is_refused(tmp_path: Path, size: str) -> None:
    """In the first line."""
    path = tmp_path / "c1.detections.jsonl"
    path.write_text(HEADER_LINE.replace("[1920,1080]", size) + "\n")
    with pytest.raises(BadInputError, match="is no side of a picture, expected at most 65535 pixels"):
        read_header(path)


@pytest.mark.parametrize("filler", [b"a", b"\n", b" "])
def test_a_bomb_is_read_no_further_than_its_first_line(tmp_path: Path, filler: bytes) -> None:
    """400 MB in half a megabyte: refused with little memory, in the first events or in the header."""
    path = tmp_path / "c1.detections.jsonl.gz"
    with gzip.open(path, "wb", 1) as bomb:
        bomb.write(f"{HEADER_LINE}\n".encode())
        for _ in range(400):
            bomb.write(filler * 1_000_000)
    tracemalloc.start()
    with pytest.raises(BadInputError, match=r"gz:2: (longer than|an empty line)"):
        tuple(read_events(path))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 50_000_000


def test_a_pipe_is_no_log(tmp_path: Path) -> None:
    """Whoever opens one for reading waits for ever."""
    os.mkfifo(tmp_path / "c1.detections.jsonl")
    with pytest.raises(BadInputError, match="is no ordinary file, expected a log"):
        read_header(tmp_path / "c1.detections.jsonl")
    with pytest.raises(BadInputError, match="is a folder, expected a log"):
        read_header(tmp_path)


def test_a_camera_that_has_not_said_its_size_has_a_log_all_the_same(tmp_path: Path) -> None:
    """Its offer held no parameters; the log is gone on with after a restart."""
    unknown = replace(HEADER, size=(0, 0))
    for second in (1, 2):
        with LogWriter(tmp_path / "c1.detections.jsonl", unknown) as log:
            log.append(Tick(at(second)))
    assert len(tuple(read_events(tmp_path / "c1.detections.jsonl"))) == 2
