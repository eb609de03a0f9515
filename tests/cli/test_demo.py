"""`edge-agent demo`, a minute of it: what it leaves behind, twice alike, and never over somebody's files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import wave
from pathlib import Path
from threading import Event
from typing import IO

import cv2
import pytest
from rich.console import Console

from edge_agent.cli.demo import INCIDENTS, SubscriberOutput
from edge_agent.config.site.loading import load_site
from tests.architecture import ROOT
from tests.cli.streets import done, refused, street
from tests.config.samples import ZONES

SITE = ROOT / "site.yaml"
PAUSE = Event()  # never set: its wait is a pause between two looks at other processes
LENGTH = "64s"  # the first warning comes at a minute


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo that was run to its end."""
    folder = tmp_path_factory.mktemp("demo") / "out"
    output = done("demo", "--site", SITE, "--out", folder, "--length", LENGTH)
    assert "Incidents" in output
    assert "Try next" in output
    return folder


def test_what_the_subscriber_got(out: Path) -> None:
    """The van is told and warned of, each event once, as CloudEvents."""
    events = [json.loads(line) for line in (out / "incidents.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [event["type"] for event in events] == ["incident.opened", "incident.warned"]
    assert len({event["id"] for event in events}) == 2
    assert {event["specversion"] for event in events} == {"1.0"}


def test_a_warning_is_two_recordings(out: Path) -> None:
    """One a language, each of them with sound in it."""
    recordings = sorted((out / "warnings").glob("*.wav"))
    assert [path.stem.split("-warning-")[1] for path in recordings] == ["1-en", "1-zh-CN"]
    for path in recordings:
        with wave.open(str(path)) as recording:
            assert recording.getnframes() / recording.getframerate() > 1
            assert any(recording.readframes(recording.getnframes()))


def test_every_stage_has_its_pictures(out: Path) -> None:
    """The whole frame and the subject, and a note; they can be opened."""
    notes = sorted((out / "state" / "evidence").glob("*/*Z-*.json"))
    assert {json.loads(note.read_text())["stage"] for note in notes} == {"opened", "warned-1"}
    for note in notes:
        frame, subject = (cv2.imread(str(note.with_name(f"{note.stem}-{what}.jpg"))) for what in ("frame", "subject"))
        assert frame is not None
        assert subject is not None
        assert frame.shape == (576, 768, 3)
        assert subject.shape[0] < frame.shape[0]


def test_the_evidence_is_sealed(out: Path) -> None:
    """With every picture in the manifest; a key is made at the first start."""
    (manifest,) = (out / "state" / "evidence").glob("*/manifest.json")
    sealed = json.loads(manifest.read_text(encoding="utf-8"))
    roles = sorted(file["role"] for file in sealed["files"])
    assert roles == [*2 * ["annotated"], "events", *2 * ["note"], *2 * ["panorama"], *2 * ["subject"]]
    assert [event["type"] for event in sealed["events"]] == ["incident.opened", "incident.warned"]
    (public,) = (out / "state" / "keys").glob("public-*.pem")
    assert "1 of box-01" in done("evidence", "verify", manifest.parent, "--key", public)


def test_a_page_shows_what_was_seen(out: Path) -> None:
    """The picture of every stage beside what was told, in both languages; each picture is there."""
    page = (out / "pictures.html").read_text(encoding="utf-8")
    pictures = re.findall(r'<img src="([^"]+)"', page)
    assert [picture.rpartition("Z-")[2] for picture in pictures] == ["opened-annotated.jpg", "warned-1-annotated.jpg"]
    assert all((out / picture).is_file() for picture in pictures)
    assert "the kerb of Campus Road: Illegal parking found | 校园路路边：发现机动车违停" in page


def test_what_cameras_told_side_by_side_is_kept_in_the_order_of_its_time(tmp_path: Path) -> None:
    """Whichever came first: so that two runs leave the same files."""
    told = [("inc-b", 2, "08:05"), ("inc-a", 1, "08:01"), ("inc-b", 1, "08:01"), ("inc-a", 2, "08:01")]
    lines = [
        json.dumps(
            {"id": f"{incident}-{seq}", "type": "incident.warned", "data": {"at": at, "incident": incident, "seq": seq}}
        )
        for incident, seq, at in told
    ]
    (tmp_path / INCIDENTS).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    heard = SubscriberOutput(tmp_path, Console(), load_site(SITE))
    heard.set_in_order()
    kept = [json.loads(line)["id"] for line in (tmp_path / INCIDENTS).read_text(encoding="utf-8").splitlines()]
    assert kept == ["inc-a-1", "inc-a-2", "inc-b-1", "inc-b-2"]
    assert [f"{event['incident']}-{event['seq']}" for event in heard.events] == kept


def test_the_scene_is_drawn(out: Path) -> None:
    """For the person who looks at where the zone lies."""
    scene = cv2.imread(str(out / "scene.jpg"))
    assert scene is not None
    assert scene.shape == (576, 768, 3)


def test_a_second_run_gives_the_same_bytes(out: Path) -> None:
    """In the same folder, which is its own and emptied first."""
    first = (out / "incidents.jsonl").read_bytes()
    (out / "left-over.txt").touch()
    done("demo", "--site", SITE, "--out", out, "--length", LENGTH)
    assert (out / "incidents.jsonl").read_bytes() == first
    assert not (out / "left-over.txt").exists()


def test_a_folder_of_somebody_is_left_alone(tmp_path: Path) -> None:
    """Only a folder with our mark in it is ever emptied."""
    (tmp_path / "thesis.txt").write_text("mine")
    error = refused("demo", "--site", SITE, "--out", tmp_path)
    assert error == f"--out {tmp_path}: expected a new folder or one of an earlier demo, found other files"
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    """It is named and stays what it was."""
    (tmp_path / "out").write_text("mine")
    error = refused("demo", "--site", SITE, "--out", tmp_path / "out")
    assert error.startswith(f"--out {tmp_path / 'out'}: cannot be written")
    assert (tmp_path / "out").read_text() == "mine"


def test_a_whole_ladder_comes_to_its_end(tmp_path: Path) -> None:
    """To the work order, which is shown too, and kept in a file of its own."""
    hasty = ZONES.replace("{illegal_parking: {}}", "{illegal_parking: {dwell: 5s, interval: 3s, final_grace: 3s}}")
    site, folder = street(tmp_path, zones=hasty), tmp_path / "out"
    output = done("demo", "--site", site, "--out", folder, "--length", "30s")
    events = [json.loads(line) for line in (folder / "incidents.jsonl").read_text(encoding="utf-8").splitlines()]
    happened = [event["type"].removeprefix("incident.") for event in events]
    assert happened == ["opened", "warned", "warned", "warned", "escalated"]
    (order,) = [json.loads(line) for line in (folder / "work_orders.jsonl").read_text(encoding="utf-8").splitlines()]
    assert order["type"] == "work_order.opened"
    assert f"order      {order['data']['work_order']} of {events[0]['subject']}: illegal_parking in kerb" in output
    assert str(folder / "work_orders.jsonl") in output.replace("\n", "")
    assert "Try next" in output


def test_a_demo_that_is_killed_leaves_nobody_behind(tmp_path: Path) -> None:
    """Neither the broker nor the subscriber, though nobody can tell them: each sees that its parent has gone."""
    site = street(tmp_path)
    command = [sys.executable, "-m", "edge_agent", "demo", "--site", str(site), "--out", str(tmp_path / "out")]
    with subprocess.Popen([*command, "--length", "10h"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        (subscriber,) = re.findall(r"\(process (\d+)\)", _until(process.stdout, "process"))
        children = _children(process.pid)
        assert int(subscriber) in children
        assert len(children) == 2
        process.kill()
    assert any(not any(map(_alive, children)) or PAUSE.wait(0.1) for _ in range(300)), children


def _until(lines: IO[str], word: str) -> str:
    """The lines up to one with the word, as one; then nothing."""
    read = ""
    while word not in read:
        read += lines.readline()
    return read


def _children(pid: int) -> list[int]:
    """The processes that it has started."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def _alive(pid: int) -> bool:
    """Whether a process is there, and no mere remains that nobody has buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
