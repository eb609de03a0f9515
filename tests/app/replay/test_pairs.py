"""Truths and what was seen of the same recording find each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_agent.app.replay.score import RESULTS, TruthPair, pairs
from edge_agent.core.errors import BadInputError


def touched(folder: Path, *names: str) -> tuple[Path, ...]:
    """Empty files."""
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).touch()
    return tuple(folder / name for name in names)


def test_they_lie_beside_each_other(tmp_path: Path) -> None:
    """A folder is all truths in it, by name; the log may be compressed."""
    b, b_log, a, a_log, _ = touched(
        tmp_path, "b.truth.yaml", "b.detections.jsonl", "a.truth.yaml", "a.detections.jsonl.gz", "c.mp4"
    )
    both = (TruthPair(truth=a, recorded=a_log), TruthPair(truth=b, recorded=b_log))
    assert pairs([tmp_path], []) == both
    assert pairs([a, b], []) == both


def test_they_may_lie_in_another_folder(tmp_path: Path) -> None:
    """One folder of logs, or of results."""
    (truth,) = touched(tmp_path / "truths", "a.truth.yaml")
    log, results = touched(tmp_path / "seen", "a.detections.jsonl", "a.results.jsonl")
    assert pairs([truth], [tmp_path / "seen"]) == (TruthPair(truth=truth, recorded=log),)
    assert pairs([truth], [tmp_path / "seen"], RESULTS) == (TruthPair(truth=truth, recorded=results),)


def test_one_truth_may_have_the_whole_folder_of_an_agent(tmp_path: Path) -> None:
    """Its logs are named by camera and hour, not by a recording; one that has the stem of the truth goes first."""
    (truth,) = touched(tmp_path / "truths", "a.truth.yaml")
    logs = tmp_path / "logs"
    touched(logs, "c1.20261101T08Z.000000000000.detections.jsonl")
    assert pairs([truth], [logs]) == (TruthPair(truth=truth, recorded=logs),)
    with pytest.raises(BadInputError, match=r"expected a\.results\.jsonl"):
        pairs([truth], [logs], RESULTS)
    (own,) = touched(logs, "a.detections.jsonl")
    assert pairs([truth], [logs]) == (TruthPair(truth=truth, recorded=own),)


def test_they_may_be_named_one_by_one(tmp_path: Path) -> None:
    """Whatever they are called, in the order they are named."""
    a, b, one, two = touched(tmp_path, "a.truth.yaml", "b.truth.yaml", "one.jsonl", "two.jsonl")
    assert pairs([b, a], [one, two]) == (TruthPair(truth=b, recorded=one), TruthPair(truth=a, recorded=two))
    with pytest.raises(BadInputError, match="2 truth files and 1 of what was seen, expected one for each"):
        pairs([a, b], [one])


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    """A folder without a truth, a truth without its log."""
    with pytest.raises(BadInputError, match=r"holds no truth, expected files named \*\.truth\.yaml"):
        pairs([tmp_path], [])
    (truth,) = touched(tmp_path, "a.truth.yaml")
    with pytest.raises(BadInputError, match=r"expected a\.detections\.jsonl or a\.detections\.jsonl\.gz"):
        pairs([truth], [])
