"""Results of any program: the least that must be there, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from edge_agent.config.wire.score import read_results
from edge_agent.core.errors import BadInputError
from edge_agent.core.feed.incidents import Happening
from edge_agent.core.geometry import Box
from edge_agent.core.score.replayed import IncidentMessage
from tests.site import PARKING
from tests.street import at

LEAST: Final[dict[str, Any]] = {
    "type": "incident.opened",
    "incident": "inc-1",
    "zone": "z",
    "kind": PARKING,
    "at": "2026-11-01T16:01:00+08:00",
}


def written(folder: Path, *lines: object) -> Path:
    """A file of lines."""
    path = folder / "road.results.jsonl"
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


def test_the_least_is_enough(tmp_path: Path) -> None:
    """Instants in any zone; empty lines, other messages and unknown keys are passed over."""
    other = {"type": "work_order.opened", "id": "wo-1"}
    assert read_results(written(tmp_path, LEAST | {"colour": "red"}, "", other)) == (
        IncidentMessage(type=Happening.OPENED, incident="inc-1", zone="z", kind=PARKING, at=at(60)),
    )


def test_all_that_helps_is_read(tmp_path: Path) -> None:
    """Place, dwell and end."""
    more = LEAST | {"type": "incident.resolved", "box": [0.1, 0.2, 0.3, 0.4], "dwell_s": 90, "end": LEAST["at"]}
    (event,) = read_results(written(tmp_path, more))
    assert (event.box, event.dwell_s, event.end) == (Box(0.1, 0.2, 0.3, 0.4), 90.0, at(60))


def test_another_cameras_events_are_left_out(tmp_path: Path) -> None:
    """Those of nobody in particular are of the one that is asked for."""
    path = written(tmp_path, LEAST, LEAST | {"camera": "c1"}, LEAST | {"camera": "c2"})
    assert len(read_results(path, "c1")) == 2
    assert len(read_results(path)) == 3


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{", r"jsonl:2: broken JSON .*, expected one object a line"),
        ("[]", "jsonl:2: list, expected a JSON object"),
        ({"type": "incident.opened"}, "jsonl:2: an event without 'incident', expected it"),
        (LEAST | {"at": "2026-11-01T08:00:00"}, "jsonl:2: a value that does not fit: .* has no time zone"),
        (LEAST | {"box": [1, 1, 0, 0]}, "jsonl:2: a value that does not fit: box"),
        (LEAST | {"box": 5}, "jsonl:2: a value that does not fit"),
    ],
)
def test_a_line_that_is_no_event_is_named(tmp_path: Path, line: object, sentence: str) -> None:
    """By its number, counted from 1."""
    with pytest.raises(BadInputError, match=sentence):
        read_results(written(tmp_path, LEAST, line))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Missing, or no text."""
    with pytest.raises(BadInputError, match="cannot be read"):
        read_results(tmp_path / "none.jsonl")
    (tmp_path / "bytes.jsonl").write_bytes(b"\xff\xfe{")
    with pytest.raises(BadInputError, match="bytes that are not UTF-8"):
        read_results(tmp_path / "bytes.jsonl")
