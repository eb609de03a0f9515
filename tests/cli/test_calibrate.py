"""`edge-agent calibrate`: how well each pair fits, and the metres on the picture."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner, Result

from edge_agent.cli.commands import app
from tests.adapters.video.test_video_file import SIZE, film
from tests.cli.streets import refused
from tests.config.samples import CALIBRATION, write_calibration

OFF = CALIBRATION.replace("[7.18, 16.05]", "[9.68, 16.05]")
SMALL = CALIBRATION.replace("[1920, 1080]", f"[{SIZE[0]}, {SIZE[1]}]")


def calibrate(*words: str | Path) -> Result:
    """What becomes of the command."""
    return CliRunner(env={"COLUMNS": "120"}).invoke(app, ["calibrate", *(str(word) for word in words)])


def test_every_pair_is_judged(tmp_path: Path) -> None:
    """A row each with its errors, then the verdict."""
    result = calibrate(write_calibration(tmp_path, CALIBRATION.replace("[7.18, 16.05]", "[7.28, 16.05]")))
    assert result.exit_code == 0, result.output
    assert "c1, measured 2026-11-01, local" in result.stdout
    assert "0.5000 0.4000" in result.stdout
    assert "-7.18 16.05" in result.stdout
    assert result.stdout.count("0.30 m") == 6
    assert result.stdout.count(" good ") == 6
    (last,) = result.stdout.splitlines()[-1:]
    assert last.startswith("Can be believed: left out at most 0.10 m, rms 0.01 m; a pixel is 0.0")


def test_degrees_are_shown_as_degrees(tmp_path: Path) -> None:
    """As they were written, to the centimetre."""
    places = ("[-7.18, 16.05]", "[0.0, 16.05]", "[7.18, 16.05]", "[-4.19, 8.22]", "[0.0, 8.22]", "[4.19, 8.22]")
    lonlat = (
        "[119.9699242, 31.8101448]",
        "[119.97, 31.8101448]",
        "[119.9700758, 31.8101448]",
        "[119.9699557, 31.8100741]",
        "[119.97, 31.8100741]",
        "[119.9700443, 31.8100741]",
    )
    text = CALIBRATION.replace("pairs:", "crs: EPSG:4490\npairs:")
    for metres, degrees in zip(places, lonlat, strict=True):
        text = text.replace(f"ground: {metres}", f"lonlat: {degrees}")
    result = calibrate(write_calibration(tmp_path, text))
    assert result.exit_code == 0, result.output
    assert "119.9699242 31.8101448" in result.stdout
    assert "EPSG:4490" in result.stdout


def test_a_bad_pair_is_named_below_the_table(tmp_path: Path) -> None:
    """All errors are shown, the sentence names the one to measure again, and the exit is 1."""
    path = write_calibration(tmp_path, OFF)
    result = calibrate(path)
    assert result.exit_code == 1
    assert "too far" in result.stdout
    assert "Can be believed" not in result.stdout
    sentence = refused("calibrate", path)
    assert sentence.startswith(f"{path}:8:5 pairs[2]: found pair 3, a point 2.5")
    assert sentence.endswith(" m from where the other pairs put it, expected at most 0.30 m")


def test_the_metres_are_drawn_on_a_picture(tmp_path: Path) -> None:
    """Under a name of one's own."""
    picture, out = tmp_path / "street.png", tmp_path / "metres.png"
    cv2.imwrite(str(picture), np.full((540, 960, 3), 90, np.uint8))
    result = calibrate(write_calibration(tmp_path), "--picture", picture, "--out", out)
    assert result.exit_code == 0, result.output
    drawn = cv2.imread(str(out))
    assert drawn is not None
    assert drawn.shape == (540, 960, 3)
    assert drawn.max() > 200


def test_a_refused_calibration_is_drawn_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To show what is wrong; in the working folder, under the camera's name."""
    picture = tmp_path / "street.png"
    cv2.imwrite(str(picture), np.full((540, 960, 3), 90, np.uint8))
    monkeypatch.chdir(tmp_path)
    assert calibrate(write_calibration(tmp_path, OFF), "--picture", picture).exit_code == 1
    assert (tmp_path / "c1-metres.png").is_file()


@pytest.mark.parametrize(("at", "brightness"), [("0s", 10), ("1s", 60)])
def test_a_picture_of_a_recording_is_as_good(tmp_path: Path, at: str, brightness: int) -> None:
    """The first at that time or after it: each is two shades brighter than the one before."""
    video, out = film(tmp_path / "street.mp4", range(0, 2000, 40)), tmp_path / "metres.png"
    result = calibrate(write_calibration(tmp_path, SMALL), "--video", video, "--at", at, "--out", out)
    assert result.exit_code == 0, result.output
    drawn = cv2.imread(str(out))
    assert drawn is not None
    assert abs(int(drawn[0, 0, 0]) - brightness) <= 2


def test_a_time_after_the_end_is_refused(tmp_path: Path) -> None:
    """With the length of the recording."""
    video = film(tmp_path / "street.mp4", range(0, 2000, 40))
    sentence = refused("calibrate", write_calibration(tmp_path, SMALL), "--video", video, "--at", "9s")
    assert sentence == f"{video}: lasts 2.0 s, expected --at before its end"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--picture", "a.png", "--video", "b.mp4"), "--picture and --video"),
        (("--at", "3s"), "--at"),
        (("--out", "c.png"), "--out"),
    ],
)
def test_options_that_do_not_fit_are_refused(tmp_path: Path, options: tuple[str, ...], says: str) -> None:
    """Before anything is read."""
    result = calibrate(write_calibration(tmp_path), *options)
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_file_that_is_wrong_is_refused(tmp_path: Path) -> None:
    """With the sentences of `check`."""
    path = write_calibration(tmp_path, CALIBRATION.replace("size", "sise"))
    result = calibrate(path)
    assert result.exit_code == 1
    assert f"{path}:3:1 sise: found an unknown key" in result.stderr
