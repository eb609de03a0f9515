"""Bad input on the command line: one clear sentence that names the thing, a non-zero exit, and no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_agent.adapters.broker import EmbeddedBroker
from edge_agent.adapters.detection_log import read_events
from tests.cli.streets import IMPATIENT, cut_short, done, refused, stored, street, typed
from tests.cli.tiny_model import write_model
from tests.config.samples import SITE

MISTAKES = {  # what is wrong: the file, what stands there, what is written instead, and what is said of it
    "a zone with two points": (
        "zones/c1.yaml",
        "[[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]",
        "[[0.1, 0.1], [0.9, 0.1]]",
        "zones/c1.yaml:6:14 zones[0].polygon: found 2 points, expected at least 3",
    ),
    "crossing edges": (
        "zones/c1.yaml",
        "[[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]",
        "[[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]]",
        "zones/c1.yaml:6:14 zones[0].polygon: found edges 1 and 3 that cross",
    ),
    "an id that another zone has": (
        "zones/c1.yaml",
        "  - id: kerb\n",
        "  - {id: kerb, polygon: [[0, 0], [1, 0], [1, 1]], kinds: {illegal_parking: {}}}\n  - id: kerb\n",
        "zones/c1.yaml:5:9 zones[1].id: found the zone id 'kerb' again",
    ),
    "a time zone that does not exist": (
        "site.yaml",
        "Asia/Shanghai",
        "Mars/Olympus",
        "site.yaml:4:11 timezone: found 'Mars/Olympus', a time zone that does not exist",
    ),
}


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A site that has run for a while: an incident was told and warned of, and all of it is stored."""
    site = street(tmp_path)
    done("run", site, "--loop", "10s")
    assert stored(tmp_path).backlog.taken == 2
    return site


def put(site: Path, file: str, old: str, new: str) -> None:
    """Write a mistake into a file of the site."""
    path = site.parent / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def log_of(folder: Path, header: str) -> Path:
    """A detection log that begins with ``header``."""
    path = folder / "c1.detections.jsonl"
    path.write_text(header + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("command", ["run", "replay"])
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_site(begun: Path, mistake: str, command: str) -> None:
    """Said with file, line, column and field, before anything is touched."""
    before = stored(begun.parent)
    file, old, new, says = MISTAKES[mistake]
    put(begun, file, old, new)
    words = (begun,) if command == "run" else (begun.parent / "road.mp4", "--site", begun)
    assert says in refused(command, *words)
    assert stored(begun.parent).held == before.held


@pytest.mark.parametrize("command", ["run", "replay"])
def test_a_recording_that_is_missing_or_none(begun: Path, command: str) -> None:
    """The path comes first, then what is wrong with it."""
    before, road = stored(begun.parent), begun.parent / "road.mp4"
    words = (begun, "--loop", "20s") if command == "run" else (road, "--site", begun)
    road.write_text("this is no video\n" * 100)
    assert refused(command, *words).startswith(f"{road}: cannot be read as a video: ")
    road.write_bytes(b"")
    assert refused(command, *words) == f"{road}: the file is empty, expected a video"
    road.unlink()
    assert refused(command, *words) == f"{road}: no such file"
    assert stored(begun.parent).held == before.held


@pytest.mark.parametrize("command", ["run", "replay"])
def test_a_model_that_is_missing_or_has_other_labels(begun: Path, command: str) -> None:
    """A detector that cannot see what the zones ask for would watch in silence."""
    before, model = stored(begun.parent), begun.parent / "street.onnx"
    words = (begun, "--loop", "20s") if command == "run" else (begun.parent / "road.mp4", "--site", begun)
    write_model(model, "cat", "dog")
    error = refused(command, *words)
    assert (
        "zones/c1.yaml:7:13 zones[0].kinds.illegal_parking: found kind 'illegal_parking', of which the model" in error
    )
    model.write_bytes(b"no model")
    assert refused(command, *words).startswith("model 'street.onnx': not a readable ONNX model")
    model.unlink()
    assert refused(command, *words) == f"model '{model}': No such file or directory, expected an ONNX file"
    assert stored(begun.parent).held == before.held


def test_what_came_before_a_break_is_kept_by_run(tmp_path: Path) -> None:
    """A truncated recording: its looks are folded and committed, then one sentence says where it ends."""
    site = street(tmp_path)
    cut_short(tmp_path / "road.mp4").replace(tmp_path / "road.mp4")
    assert refused("run", site, "--loop", "20s").startswith(f"{tmp_path / 'road.mp4'}: can be read up to ")
    assert stored(tmp_path).progress.events >= 4


def test_what_came_before_a_break_is_kept_by_replay(tmp_path: Path) -> None:
    """In the log that it was to keep."""
    site, log = street(tmp_path), tmp_path / "kept.jsonl"
    cut = cut_short(tmp_path / "road.mp4")
    assert refused("replay", cut, "--site", site, "--detections", log).startswith(f"{cut}: can be read up to ")
    assert len(tuple(read_events(log))) >= 4


def test_streams_are_not_looped(tmp_path: Path) -> None:
    """A street goes on by itself; the address may hold a password and is not repeated."""
    site = street(tmp_path, site=SITE.replace("road.mp4", "rtsp://127.0.0.1/1"))
    assert refused("run", site, "--loop", "20s") == "--loop: found cameras that are streams, expected recordings"


def test_streams_and_recordings_do_not_mix(tmp_path: Path) -> None:
    """A recording has its own time."""
    site = street(tmp_path, site=SITE + "  c2: {source: 'rtsp://127.0.0.1/1', zones: zones/c2.yaml}\n")
    (tmp_path / "zones" / "c2.yaml").write_text(IMPATIENT.replace("c1", "c2").replace("kerb", "verge"))
    error = refused("run", site)
    assert error == "cameras: found streams (c2) and recordings (c1), expected only the one or the other"


def test_a_camera_that_is_not_there(tmp_path: Path) -> None:
    """With those that are; where there are several, one must be named."""
    site = street(tmp_path)
    error = refused("replay", tmp_path / "road.mp4", "--site", site, "--camera", "c2")
    assert error == "--camera c2: not in the site, expected one of: c1"
    (tmp_path / "zones" / "c2.yaml").write_text(IMPATIENT.replace("c1", "c2").replace("kerb", "verge"))
    site.write_text(SITE + "  c2: {source: road.mp4, zones: zones/c2.yaml}\n")
    error = refused("replay", tmp_path / "road.mp4", "--site", site)
    assert error == "--camera: the site has several, expected one of: c1, c2"


@pytest.mark.parametrize("given", ["5", "5 minutes", "m5", "-5m"])
def test_a_length_without_a_unit(tmp_path: Path, given: str) -> None:
    """Whether 5 are seconds or minutes is a guess nobody should make."""
    result = typed("run", street(tmp_path), f"--loop={given}")
    text = " ".join(result.stderr.replace("│", " ").split())
    assert result.exit_code == 2
    assert f"Invalid value for '--loop': duration '{given}': expected a number with a unit, such as 90s, 5m or" in text


def test_a_recording_and_a_log_at_once(tmp_path: Path) -> None:
    """Or neither: what is to be folded is not clear."""
    site = street(tmp_path)
    sentence = "replay: expected either a recording or --log FILE"
    assert refused("replay", "--site", site) == sentence
    assert refused("replay", tmp_path / "road.mp4", "--log", tmp_path / "x.jsonl", "--site", site) == sentence


def test_a_log_that_cannot_be_folded(tmp_path: Path) -> None:
    """Of another camera, of a version not known here, none at all, torn in its middle, missing."""
    site = street(tmp_path)
    header = '{"type":"header","version":1,"camera":"c1","size":[64,48],"model":"0","started":"2026-11-01T08:00:00Z"}'
    words = ("replay", "--site", site, "--log")
    log = log_of(tmp_path, header.replace('"c1"', '"c9"'))
    assert refused(*words, log) == f"{log}: the log is of camera 'c9', expected one of: c1"
    log_of(tmp_path, header.replace('"version":1', '"version":7'))
    assert refused(*words, log) == f"{log}:1: detection log of version 7, expected 1"
    log_of(tmp_path, "once upon a time")
    assert refused(*words, log) == f"{log}:1: expected a header line of a detection log"
    log_of(tmp_path, header + '\n{"type":"fra\n{"type":"tick","at":"2026-11-01T08:00:00Z"}')
    assert refused(*words, log).startswith(f"{log}:2: ")
    log.unlink()
    assert refused(*words, log) == f"{log}: no such file"


def test_a_log_of_another_camera_is_not_gone_on_with(tmp_path: Path) -> None:
    """It stays as it was."""
    site = street(tmp_path)
    header = '{"type":"header","version":1,"camera":"c9","size":[64,48],"model":"0","started":"2026-11-01T08:00:00Z"}'
    log = log_of(tmp_path, header)
    error = refused("replay", tmp_path / "road.mp4", "--site", site, "--detections", log)
    assert error == f"{log}: is the log of camera 'c9', expected 'c1'"
    assert log.read_text() == header + "\n"


def test_a_broker_that_refuses_the_password(begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said of the broker, without the password; the street is watched all the same."""
    monkeypatch.setattr("edge_agent.app.agent.recordings.DRAIN_S", 0.2)
    (begun.parent / "secret.txt").write_text("hunter2\n")
    seen = stored(begun.parent).progress.events
    with EmbeddedBroker(logins={"box": "another"}) as broker:
        login = f"{{host: 127.0.0.1, port: {broker.port}, username: box, password: {{file: secret.txt}}}}"
        begun.write_text(SITE + f"broker: {login}\n")
        result = typed("run", begun, "--loop", "30s")
    assert result.exit_code == 0
    assert f"starting without the broker, what there is to say waits in the outbox: broker 127.0.0.1:{broker.port}" in (
        result.stderr
    )
    assert "password" in result.stderr or "authorized" in result.stderr.lower()
    assert "hunter2" not in result.stderr
    assert stored(begun.parent).progress.events > seen
