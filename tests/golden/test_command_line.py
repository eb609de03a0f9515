"""Each worked example of ``docs/ladder.md``, from a detection log through ``edge-agent replay --log``."""

from __future__ import annotations

import json
import subprocess
import sysconfig
from pathlib import Path

import pytest
from typer.testing import CliRunner

from edge_agent.cli.commands import app
from tests.golden.detection_logs import rows_of_lines, write_log, write_site
from tests.golden.examples import EXAMPLES, RATES, Example
from tests.golden.rows import assert_rows


def arguments(example: Example, per_second: float, folder: Path) -> list[str]:
    """What a person would type after writing the files."""
    log, site = write_log(example, per_second, folder), write_site(example, folder)
    return ["replay", "--log", str(log), "--camera", "c1", "--site", str(site), "--speaker", example.speaker, "--json"]


def replayed(example: Example, per_second: float, folder: Path) -> list[str]:
    """The result lines."""
    done = CliRunner().invoke(app, arguments(example, per_second, folder))
    assert done.exit_code == 0, done.output
    return done.stdout.splitlines()


@pytest.mark.parametrize("per_second", RATES)
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_a_worked_example_comes_out_on_the_command_line(example: Example, per_second: float, tmp_path: Path) -> None:
    """The events of the table, at their second or one look later, and no others."""
    assert_rows(rows_of_lines(replayed(example, per_second, tmp_path)), example, per_second)


def test_a_replay_gives_the_same_bytes(tmp_path: Path) -> None:
    """Twice in this process and once in one of its own."""
    example = next(e for e in EXAMPLES if e.name == "another_car_takes_the_place")
    lines = replayed(example, 1, tmp_path)
    command = Path(sysconfig.get_path("scripts")) / "edge-agent"
    done = subprocess.run([command, *arguments(example, 1, tmp_path)], capture_output=True, text=True, check=True)
    assert replayed(example, 1, tmp_path) == lines == done.stdout.splitlines()


def test_a_line_says_what_the_format_promises(tmp_path: Path) -> None:
    """Every event has who, what, where and when; warnings their number, the end its stage."""
    example = next(e for e in EXAMPLES if e.name == "leaves_when_asked")
    opened, warned, resolved = (json.loads(line) for line in replayed(example, 1, tmp_path))
    for event in (opened, warned, resolved):
        assert {"type", "id", "incident", "seq", "camera", "zone", "kind", "at"} <= event.keys()
        assert {"dwell_s", "unobservable_s", "delivered"} <= event.keys()
    assert (warned["n"], resolved["stage"], resolved["reason"]) == (1, 1, "left")
    assert resolved["end"] == "2026-11-01T08:03:20.000Z"
