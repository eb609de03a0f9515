"""`edge-agent replay`: the same from a recording and from its log, for a program and for a person."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.adapters.test_missing import QUIET, film
from tests.cli.streets import cut_short, done, events_in_output, refused, street, typed

HEAVY: Final = {
    "numpy",
    "rich.console",
    "queue",
    *("av", "cv2", "onnxruntime", "openvino", "shapely", "opening_hours"),
    *("paho", "requests", "iotcore", "sqlite3", "prometheus_client", "espeakng_loader"),
    *("edge_agent.app.stream.recording", "edge_agent.config.wire.feed_data", "edge_agent.config.speaker.speakers"),
}


def test_a_log_tells_what_the_recording_told(tmp_path: Path) -> None:
    """Byte by byte; a log that was begun is gone on with and tells the same."""
    site, road, log = street(tmp_path), tmp_path / "road.mp4", tmp_path / "kept.jsonl.gz"
    live = done("replay", road, "--site", site, "--loop", "20s", "--json", "--detections", log)
    assert [event["type"] for event in events_in_output(live)] == ["incident.opened", "incident.warned"]
    assert done("replay", "--log", log, "--site", site, "--json") == live
    begun = tmp_path / "begun.jsonl"
    done("replay", road, "--site", site, "--loop", "7s", "--json", "--detections", begun)
    assert done("replay", road, "--site", site, "--loop", "20s", "--json", "--detections", begun) == live
    assert done("replay", "--log", begun, "--site", site, "--json") == live


def test_a_person_sees_lines_and_a_table(tmp_path: Path) -> None:
    """Each event as it comes, and a row an incident at the end; a word where there is none."""
    site, road = street(tmp_path), tmp_path / "road.mp4"
    shown = done("replay", road, "--site", site, "--loop", "20s")
    assert "opened" in shown.splitlines()[0]
    assert "Incidents" in shown
    assert done("replay", road, "--site", site, "--loop", "3s") == "No incidents.\n"


def test_the_first_frame_may_be_dated(tmp_path: Path) -> None:
    """By the option; otherwise an undated recording begins the century."""
    site, road = street(tmp_path), tmp_path / "road.mp4"
    words = ("replay", road, "--site", site, "--loop", "20s", "--json")
    assert events_in_output(done(*words))[0]["at"].startswith("2000-01-01T00:00:0")
    assert events_in_output(done(*words, "--start", "2026-11-01T08:00:00"))[0]["at"].startswith("2026-11-01T08:00:0")


def test_a_folder_of_files_is_one_recording(tmp_path: Path) -> None:
    """Dated by their names; the log of it tells the same. A file that breaks off is told of on standard error."""
    site, day, log = street(tmp_path), tmp_path / "day", tmp_path / "day.jsonl"
    day.mkdir()
    for name in ("20261101T080000.mp4", "20261101T080008.mp4"):
        (day / name).write_bytes((tmp_path / "road.mp4").read_bytes())
    shown = done("replay", day, "--site", site, "--json", "--detections", log)
    assert [event["type"] for event in events_in_output(shown)] == ["incident.opened", "incident.warned"]
    assert events_in_output(shown)[0]["at"].startswith("2026-11-01T00:00:05")
    assert done("replay", "--log", log, "--site", site, "--json") == shown
    assert done("replay", *sorted(day.iterdir()), "--site", site, "--json") == shown
    assert refused("replay", day, "--site", site, "--loop", "20s").startswith("--loop: found 2 files")
    cut_short(day / "20261101T080008.mp4").replace(day / "20261101T080008.mp4")
    assert "counts as a stream that was lost" in typed("replay", day, "--site", site).stderr


def test_one_file_is_dated_by_its_name(tmp_path: Path) -> None:
    """Where neither the command line nor the site dates it."""
    site, road = street(tmp_path), tmp_path / "20261101T080000.mp4"
    (tmp_path / "road.mp4").rename(road)
    shown = done("replay", road, "--site", site, "--loop", "20s", "--json")
    assert events_in_output(shown)[0]["at"].startswith("2026-11-01T00:00:05")


def test_a_speaker_that_fails_may_be_assumed(tmp_path: Path) -> None:
    """No warning is counted then."""
    site, road = street(tmp_path), tmp_path / "road.mp4"
    shown = done("replay", road, "--site", site, "--loop", "20s", "--json", "--speaker", "fails")
    assert [event["type"] for event in events_in_output(shown)] == ["incident.opened"]


def test_folding_a_log_waits_for_nothing_it_does_not_need(tmp_path: Path) -> None:
    """From the first line to the last, neither arrays, tables, a decoder nor what acts are loaded: they take longer."""
    site, log = street(tmp_path), tmp_path / "kept.jsonl"
    live = done("replay", tmp_path / "road.mp4", "--site", site, "--loop", "20s", "--json", "--detections", log)
    code = f"""
import sys
from edge_agent.cli.commands import app
app(["replay", "--log", {str(log)!r}, "--site", {str(site)!r}, "--json"], standalone_mode=False)
print(sorted({HEAVY!r} & set(sys.modules)))
"""
    folded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert folded.stdout == f"{live}[]\n"


def test_what_could_not_be_looked_at_is_said(tmp_path: Path) -> None:
    """In a sentence for a person, and by a last line for a program; in a folder, dated from its first file on."""
    site, whole, spoilt = street(tmp_path), tmp_path / "20261101T080000.mkv", tmp_path / "20261101T080010.mkv"
    film(whole, "libx265", range(100), QUIET)
    film(spoilt, "libx265", range(100), QUIET, lambda n, data: None if n == 50 else data)
    shown = typed("replay", spoilt, "--site", site)
    assert (shown.exit_code, shown.stderr) == (0, "looked at 5 of 10 s: 5–10 s could not be decoded\n")
    assert events_in_output(done("replay", spoilt, "--site", site, "--json"))[-1] == {
        "type": "recording.incomplete",
        "looked_s": 5.0,
        "length_s": 10.0,
        "missing_s": [[5.0, 10.0]],
    }
    shown = typed("replay", whole, spoilt, "--site", site)
    assert shown.stderr == "looked at 15 of 20 s: 15–20 s could not be decoded\n"
    assert typed("replay", whole, "--site", site).stderr == ""
