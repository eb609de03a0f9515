"""`edge-agent doctor`: one page for people, one object a line for machines, 1 where anything fails."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.streets import street, typed
from tests.config.samples import write_site


def test_a_site_in_order_is_one_page(tmp_path: Path) -> None:
    """A line a thing, and a sum."""
    result = typed("doctor", street(tmp_path))
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == "ok    configuration        2 files read, no problems"
    assert lines[-1].endswith(" 0 fail")
    assert len(lines) <= 12


def test_what_fails_says_what_to_do(tmp_path: Path) -> None:
    """Under the thing that fails; the command fails with it."""
    result = typed("doctor", write_site(tmp_path))
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    failed = next(n for n, line in enumerate(lines) if line.startswith("fail  configuration "))
    assert lines[failed + 1].strip() == "→ edge-agent check names every problem"


def test_machines_get_one_object_a_line(tmp_path: Path) -> None:
    """Nothing else is on standard output."""
    result = typed("doctor", street(tmp_path), "--json")
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert {tuple(each) for each in told} == {("check", "verdict", "said", "todo", "figures")}
    assert next(each for each in told if each["check"] == "broker")["figures"]["back_ms"] >= 0
