"""`edge-agent check`: everything that is wrong, or a short word that nothing is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner, Result

from edge_agent.adapters.detection_log import LogHeader, LogWriter
from edge_agent.cli.commands import app
from edge_agent.core.events import FrameSeen
from tests.app.one_camera import MIDDLE
from tests.cli.streets import done
from tests.cli.tiny_model import write_model
from tests.config.samples import CALIBRATED, CALIBRATION, SITE, ZONES, write_calibration, write_site
from tests.street import START, at, detection


def check(path: Path) -> Result:
    """What a person sees who checks the site at ``path``."""
    return CliRunner().invoke(app, ["check", str(path)])


def lines(result: Result, folder: Path) -> list[str]:
    """The standard output, paths from the site's folder on."""
    return result.stdout.replace(f"{folder}/", "").splitlines()


def whole_site(folder: Path, *labels: str, site: str = SITE, zones: str = ZONES) -> Path:
    """A site whose files are all there, with a model that knows ``labels``."""
    write_model(folder / "street.onnx", *labels)
    (folder / "road.mp4").touch()
    return write_site(folder, site=site, zones=zones)


def test_a_site_that_is_right_is_summed_up(tmp_path: Path) -> None:
    """What the box would do, in a few lines, and success."""
    result = check(whole_site(tmp_path, "car", "cat", "van"))
    told = lines(result, tmp_path)
    assert result.exit_code == 0
    assert told[:6] == [
        "agent box-01, district 320402, time zone Asia/Shanghai",
        "camera c1: road.mp4, 1 look a second",
        "  zone kerb: illegal_parking after 1m",
        "model street.onnx: 3 labels, looks for car, van",
        "broker embedded, warnings written to warnings",
        "warnings in zh-CN, en, 0 recorded",
    ]
    assert told[6].startswith("policy ")
    assert told[7].startswith("hours of the next seven days, from ")
    assert told[8:] == ["  zone kerb is watched at every hour", "2 files read, no problems."]


def test_a_calibration_is_summed_up(tmp_path: Path) -> None:
    """How many pairs, and how far one of them is off when it is left out."""
    write_calibration(tmp_path, CALIBRATION.replace("[7.18, 16.05]", "[7.28, 16.05]"))
    told = lines(check(whole_site(tmp_path, "car", site=CALIBRATED)), tmp_path)
    assert told[2] == "  calibrated: 6 pairs, left out at most 0.10 m"
    assert told[-1] == "3 files read, no problems."


def test_a_calibration_that_cannot_be_believed_is_a_problem(tmp_path: Path) -> None:
    """As bad as a zone that crosses itself: metres that are wrong are worse than none."""
    write_calibration(tmp_path, CALIBRATION.replace("[7.18, 16.05]", "[9.68, 16.05]"))
    result = check(whole_site(tmp_path, "car", site=CALIBRATED))
    assert result.exit_code == 1
    (line,) = lines(result, tmp_path)
    assert line.startswith("calibration/c1.yaml:8:5 pairs[2]: found pair 3, a point 2.5")


def test_every_problem_is_said(tmp_path: Path) -> None:
    """On standard output, sorted by place; how many on standard error; failure."""
    site = SITE.replace("Asia/Shanghai", "Mars/Olympus").replace("agent: box-01", "agent: box 01")
    result = check(whole_site(tmp_path, "car", site=site))
    assert result.exit_code == 1
    assert [line.split()[0] for line in lines(result, tmp_path)] == ["site.yaml:2:8", "site.yaml:4:11"]
    assert result.stderr == "2 problems found.\n"


def test_a_model_that_is_missing_is_said(tmp_path: Path) -> None:
    """Where the site file names it, with the recording that is missing too."""
    result = check(write_site(tmp_path))
    assert result.exit_code == 1
    assert lines(result, tmp_path) == [
        "site.yaml:5:8 model: found no file street.onnx, expected a file that exists",
        "site.yaml:7:16 cameras.c1.source: found no file road.mp4, expected a file that exists",
    ]


def test_a_model_that_is_none_is_said(tmp_path: Path) -> None:
    """A video given as a model."""
    path = whole_site(tmp_path, "car")
    (tmp_path / "street.onnx").write_bytes(b"not a model")
    (line,) = lines(check(path), tmp_path)
    assert line.startswith("site.yaml:5:8 model: found model 'street.onnx': not a readable ONNX model (")
    assert line.endswith("), expected a model that can be used")


def test_a_kind_the_model_cannot_see_is_said(tmp_path: Path) -> None:
    """A model with other labels would watch in silence."""
    result = check(whole_site(tmp_path, "cat", "dog"))
    assert result.exit_code == 1
    assert lines(result, tmp_path) == [
        (
            "zones/c1.yaml:7:13 zones[0].kinds.illegal_parking: found kind 'illegal_parking', of which the model knows"
            " no label, expected a model that knows one of: bus, car, truck, van"
        )
    ]
    assert result.stderr == "1 problem found.\n"


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    """A summary is pasted into tickets."""
    secret = tmp_path / "secret.txt"
    secret.write_text("rtsp://admin:hunter2@10.0.0.5/1\n")
    login = "broker: {host: 10.0.0.9, username: box, password: {file: secret.txt}}\n"
    site = SITE.replace("road.mp4", "{file: secret.txt}") + login
    result = check(whole_site(tmp_path, "car", site=site))
    assert result.exit_code == 0
    assert "hunter2" not in result.output
    assert "camera c1: stream from file secret.txt, 1 look a second" in lines(result, tmp_path)
    assert "broker 10.0.0.9:1883, warnings written to warnings" in lines(result, tmp_path)


def test_a_provider_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """Rather than quietly run on another one."""
    asked = SITE + "runtime: {providers: [NoSuchExecutionProvider]}\n"
    result = check(whole_site(tmp_path, "car", site=asked))
    assert result.exit_code == 1
    assert "site.yaml:5:8 model: found provider 'NoSuchExecutionProvider': not in this build" in result.stdout


def test_a_runtime_can_be_asked_for(tmp_path: Path) -> None:
    """Threads, the size of the picture, providers."""
    asked = SITE + "runtime: {threads: 2, pixels: 4096, providers: [CPUExecutionProvider]}\n"
    assert check(whole_site(tmp_path, "car", site=asked)).exit_code == 0


LONG: Final = ZONES.replace("{illegal_parking: {}}", "{illegal_parking: {dwell: 5h, confirm: 1, confirm_of: 1WINDOW}}")
POLICY: Final = """\
version: 1
kinds:
  abandoned_vehicle:
    title: {zh-CN: 废弃车辆, en: Abandoned vehicle}
    labels: [car]
    geometry: in_zone
    group: spot
    matter: illegal_parking
    words:
      warnings: {zh-CN: [请驶离。], en: [Please move.]}
      order: {zh-CN: "{zone}有废弃车辆。", en: "Abandoned vehicle at {zone}."}
"""


def days_with_outages(folder: Path) -> Path:
    """A log of a car that stands for a day, out of sight for two hours after every three."""
    log = folder / "c1.detections.jsonl"
    with LogWriter(log, LogHeader(camera="c1", size=(64, 64), model="0" * 64, started=START)) as writer:
        for minute in range(24 * 60):
            if minute % 300 < 180:
                writer.append(FrameSeen(at=at(60 * minute), detections=(detection("car", MIDDLE),)))
    return log


@pytest.mark.parametrize(("window", "fires"), [("", False), (", resume_window: 12h", True)])
def test_a_dwell_that_an_outage_begins_anew_is_said_beforehand(tmp_path: Path, window: str, fires: bool) -> None:  # noqa: FBT001
    """Where a replay of days with outages never opens an incident, check has said so; where it does, it has not."""
    site = whole_site(tmp_path, "car", zones=LONG.replace("WINDOW", window))
    notes = [line for line in lines(check(site), tmp_path) if line.startswith("note: ")]
    said = (
        "note: zone kerb, kind 'illegal_parking': a thing out of sight for longer than resume_window (30m) begins anew "
        "its dwell of 5h, so a daily outage may keep it from ever firing"
    )
    assert notes == ([] if fires else [said])
    replayed = done("replay", "--log", days_with_outages(tmp_path), "--site", site)
    assert ("opened" in replayed) == fires


def test_a_kind_that_no_zone_asks_for_is_said_beforehand(tmp_path: Path) -> None:
    """Of the site's own policy; nobody asks for all that are shipped."""
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    told = lines(check(whole_site(tmp_path, "car", site=SITE + "policy: policy.yaml\n")), tmp_path)
    notes = [line for line in told if line.startswith("note: ")]
    assert notes == [
        "note: kind 'abandoned_vehicle' never fires: the policy has it, and no zone asks for it under kinds"
    ]
    assert told[-1].endswith("no problems.")
