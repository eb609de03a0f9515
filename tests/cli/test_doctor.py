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
    documents = [json.loads(line) for line in result.stdout.splitlines()]
    assert {tuple(each) for each in documents} == {("check", "verdict", "said", "todo", "figures")}
    assert next(each for each in documents if each["check"] == "broker")["figures"]["back_ms"] >= 0


def test_it_speaks_chinese(tmp_path: Path) -> None:
    """Asked to; what a person wrote, numbers and paths stay."""
    output = typed("doctor", street(tmp_path), "--silent", "--lang", "zh-CN").stdout
    assert "配置" in output
    assert "已读 2 个文件，没有问题" in output
    assert "摄像机 c1" in output


def test_a_secret_that_is_missing_hides_nothing_else(tmp_path: Path) -> None:
    """The configuration fails for it, and so does the camera, by name; the rest is looked at."""
    site = street(tmp_path)
    site.write_text(site.read_text().replace("source: road.mp4", "source: {env: NO_SUCH_CAMERA}"))
    lines = typed("doctor", site, "--silent").stdout.splitlines()
    checks = {line[6:26].strip(): line[:4] for line in lines if not line.startswith(" ")}
    assert (checks["configuration"], checks["camera c1"]) == ("fail", "fail")
    assert {"clock", "disk", "state", "model", "voice"} <= set(checks)
    assert any("found no environment variable NO_SUCH_CAMERA" in line for line in lines if "camera c1" in line)
