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
    notes = lines(result, tmp_path)
    assert result.exit_code == 0
    assert notes[:6] == [
        "agent box-01, district 320402, time zone Asia/Shanghai",
        "camera c1: road.mp4, 1 look a second",
        "  zone kerb: illegal_parking after 1m",
        "model street.onnx: 3 labels, looks for car, van; nothing looks for 1: cat",
        "broker embedded, warnings written to warnings",
        "warnings in zh-CN, en, 0 recorded",
    ]
    assert notes[6].startswith("policy ")
    assert notes[7].startswith("hours of the next seven days, from ")
    assert notes[8:] == ["  zone kerb is watched at every hour", "2 files read, no problems."]


def test_a_calibration_is_summed_up(tmp_path: Path) -> None:
    """How many pairs, and how far one of them is off when it is left out."""
    write_calibration(tmp_path, CALIBRATION.replace("[7.18, 16.05]", "[7.28, 16.05]"))
    notes = lines(check(whole_site(tmp_path, "car", site=CALIBRATED)), tmp_path)
    assert notes[2] == "  calibrated: 6 pairs, left out at most 0.10 m"
    assert notes[-1] == "3 files read, no problems."


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
    text = SITE + "runtime: {providers: [NoSuchExecutionProvider]}\n"
    result = check(whole_site(tmp_path, "car", site=text))
    assert result.exit_code == 1
    assert "site.yaml:5:8 model: found provider 'NoSuchExecutionProvider': not in this build" in result.stdout


def test_a_runtime_can_be_asked_for(tmp_path: Path) -> None:
    """Threads, the size of the picture, providers."""
    text = SITE + "runtime: {threads: 2, pixels: 4096, providers: [CPUExecutionProvider]}\n"
    assert check(whole_site(tmp_path, "car", site=text)).exit_code == 0


LONG: Final = ZONES.replace("{illegal_parking: {}}", "{illegal_parking: {dwell: 5h, confirm: 1, confirm_of: 1WINDOW}}")
POLICY: Final = """\
version: 1
kinds:
  left_vehicle:
    title: {zh-CN: 废弃车辆, en: Abandoned vehicle}
    labels: [car, truck]
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


@pytest.mark.parametrize(("window", "waits"), [("", True), (", resume_window: 12h", False)])
def test_a_long_dwell_outlasts_outages(tmp_path: Path, window: str, waits: bool) -> None:  # noqa: FBT001
    """The window of what is out of sight follows a dwell that is longer, and check says so."""
    site = whole_site(tmp_path, "car", zones=LONG.replace("WINDOW", window))
    notes = [line for line in lines(check(site), tmp_path) if line.startswith("note: ")]
    sentence = (
        "note: zone kerb, kind 'illegal_parking': its dwell (5h) is longer than resume_window (30m), so what is out of "
        "sight is waited for as long as that"
    )
    assert notes == ([sentence] if waits else [])
    assert "opened" in done("replay", "--log", days_with_outages(tmp_path), "--site", site)


def test_a_review_that_nobody_can_answer_is_said_beforehand(tmp_path: Path) -> None:
    """A recording hears no command, so each incident would end as the rule says when nobody answers."""
    rules = "rules: {illegal_parking: {review: before_order, review_limit: 5m}}\n"
    summary = lines(check(whole_site(tmp_path, "car", site=SITE + rules)), tmp_path)
    sentence = "a recording hears no command: after 5m each incident is dropped"
    assert [line for line in summary if line.startswith("note: ")] == [
        f"note: zone kerb, kind 'illegal_parking': review before_order, and {sentence}"
    ]


def test_a_kind_that_no_zone_asks_for_is_said_beforehand(tmp_path: Path) -> None:
    """Of the site's own policy; nobody asks for all that are shipped."""
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    summary_lines = lines(check(whole_site(tmp_path, "car", site=SITE + "policy: policy.yaml\n")), tmp_path)
    notes = [line for line in summary_lines if line.startswith("note: ")]
    assert notes == ["note: kind 'left_vehicle' never fires: the policy has it, and no zone asks for it under kinds"]
    assert summary_lines[-1].endswith("no problems.")


def test_a_zone_for_garbage_alone_is_told_of_bins(tmp_path: Path) -> None:
    """Overflowing bins were garbage once; a zone that asks for both has nothing to be told."""
    for kinds, notes in (("{exposed_garbage: {}}", 1), ("{exposed_garbage: {}, bin_overflow: {}}", 0)):
        zones = ZONES.replace("{illegal_parking: {}}", kinds)
        summary = lines(check(whole_site(tmp_path, "garbage", "overflow", zones=zones)), tmp_path)
        summary_lines = [line for line in summary if line.startswith("note: ")]
        note = "note: zone kerb asks for exposed_garbage alone: of a bin that overflows, bin_overflow tells"
        assert summary_lines == [note] * notes


def test_a_street_that_nobody_said_is_told(tmp_path: Path) -> None:
    """Which side it is taken for, and how to say the other; nothing where it is said."""
    for street_words, notes in (("", 1), (", street: right", 0)):
        shop = f"{{id: s1, name: Noodles, frontage: [[0.1, 0.3], [0.9, 0.3]]{street_words}}}"
        zones = ZONES.replace("{illegal_parking: {}}", "{out_of_store_trading: {}}\n    shops: [" + shop + "]")
        summary = lines(check(whole_site(tmp_path, "goods", zones=zones)), tmp_path)
        summary_lines = [line for line in summary if line.startswith("note: ")]
        taken = "the street is taken to lie to the right of its frontage; if that is wrong, say street: left"
        assert summary_lines == [f"note: zone kerb, shop s1: {taken}"] * notes


def test_a_kind_that_the_shipped_model_cannot_see_is_refused(tmp_path: Path) -> None:
    """With the reason: no label of it."""
    zones = ZONES.replace("illegal_parking", "piled_goods")
    result = check(whole_site(tmp_path, "car", "garbage", zones=zones))
    assert result.exit_code == 1
    assert (
        "found kind 'piled_goods', of which the model knows no label, expected a model that knows one of: box, goods"
        in (result.stdout)
    )
