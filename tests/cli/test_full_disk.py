"""Disks that take nothing more, and files where a folder should be: said in one sentence, and what was stored stays."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from edge_agent.adapters.detection_log import read_events
from tests.cli.streets import done, refused, stored, street

LIMITED = """
import resource, sys
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from edge_agent.__main__ import main
main()
"""
ROOM = 40_000  # bytes that a file may still grow by


def on_a_full_disk(limit: int, *words: str | Path) -> str:
    """The sentence with which a command ends where no file may grow above ``limit`` bytes."""
    command = [sys.executable, "-c", LIMITED, str(limit), *map(str, words)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert ended.returncode == 1, ended.stderr
    *log, sentence = ended.stderr.splitlines()
    assert not [line for line in log if "Traceback" in line]
    return sentence


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A site that has run for a while, with its incident told and warned of."""
    site = street(tmp_path)
    done("run", site, "--loop", "10s")
    return site


def test_a_state_on_a_full_disk(begun: Path) -> None:
    """Said of the state; the next start, with room again, goes on where the last commit was."""
    state = begun.parent / "state" / "agent.db"
    before = stored(begun.parent)
    error = on_a_full_disk(state.stat().st_size + ROOM, "run", begun, "--loop", "10m")
    assert error.startswith(f"state {state}: the disk ")
    assert "what was stored before is kept" in error
    stored_rows = stored(begun.parent)
    assert stored_rows.progress.events > before.progress.events
    assert stored_rows.backlog.taken + stored_rows.backlog.messages >= before.backlog.taken
    done("run", begun, "--loop", "11m")
    assert stored(begun.parent).progress.events > stored_rows.progress.events


def test_a_log_of_detections_on_a_full_disk(begun: Path) -> None:
    """Said of the log; what was written can be folded."""
    log = begun.parent / "kept.jsonl"
    road = begun.parent / "road.mp4"
    error = on_a_full_disk(20_000, "replay", road, "--site", begun, "--loop", "10m", "--detections", log)
    assert error.startswith(f"{log}: the detection log cannot be written: ")
    assert log.stat().st_size <= 20_000
    assert len(tuple(read_events(log))) > 10


@pytest.mark.parametrize("option", ["--state", "--log"])
def test_a_file_where_a_folder_should_be(begun: Path, option: str) -> None:
    """As a disk that is read-only: the path is named, and the state that there is stays as it was."""
    before, taken = stored(begun.parent), begun.parent / "taken"
    taken.write_text("mine")
    error = refused("run", begun, "--loop", "20s", option, taken)
    assert str(taken) in error
    assert "cannot be written" in error
    assert taken.read_text() == "mine"
    assert stored(begun.parent).held == before.held


def test_evidence_that_cannot_be_kept(tmp_path: Path) -> None:
    """Without pictures there is no incident: nothing is told, and with room again it is told as it should have been."""
    site = street(tmp_path)
    done("run", site, "--loop", "4s")
    (tmp_path / "state" / "evidence").write_text("in the way")
    assert refused("run", site, "--loop", "20s").startswith(f"evidence {tmp_path / 'state' / 'evidence'}")
    assert stored(tmp_path).backlog.taken == stored(tmp_path).backlog.messages == 0
    (tmp_path / "state" / "evidence").unlink()
    done("run", site, "--loop", "20s")
    assert stored(tmp_path).backlog.taken == 2
