"""``edge-agent report``: one file for a colleague, from a recording and its log."""

from __future__ import annotations

from pathlib import Path

from tests.cli.streets import done, refused, street


def test_a_page_is_written(tmp_path: Path) -> None:
    """What is in it is said; it holds the incident and its pictures."""
    site, road, log = street(tmp_path), tmp_path / "road.mp4", tmp_path / "c1.detections.jsonl"
    done("replay", road, "--site", site, "--loop", "20s", "--detections", log)
    out = tmp_path / "page.html"
    output = done("report", "--log", log, "--video", road, "--site", site, "--out", out)
    assert output.startswith(f"{out}: 1 incidents, 0 near misses, 1 pictures, ")
    page = out.read_text(encoding="utf-8")
    assert 'id="both" checked' in page
    assert page.count("<img ") == 1
    assert "opened: stood for 5 s" in page
    chinese = done("report", "--log", log, "--site", site, "--out", out, "--language", "zh")
    assert "0 pictures" in chinese
    assert 'id="zh" checked' in out.read_text(encoding="utf-8")


def test_what_cannot_be_read_or_written_is_refused(tmp_path: Path) -> None:
    """In one sentence."""
    site, log = street(tmp_path), tmp_path / "c1.detections.jsonl"
    assert refused("report", "--log", log, "--site", site) == f"{log}: no such file"
    done("replay", tmp_path / "road.mp4", "--site", site, "--loop", "6s", "--detections", log)
    out = tmp_path / "file" / "page.html"
    out.parent.write_text("a file", encoding="utf-8")
    assert "cannot be written" in refused("report", "--log", log, "--site", site, "--out", out)
