"""The model and the cameras, as the agent would open them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from edge_agent.adapters.clock import SystemClock
from edge_agent.app.detect.models import describe
from edge_agent.app.doctor.findings import Condition
from edge_agent.app.doctor.seeing import cameras, model
from edge_agent.config.policy.model_register import append_entry
from edge_agent.config.site.loading import LoadedSite
from edge_agent.config.site.site_file import VideoFileSettings
from tests.cameras.clips import street as shown
from tests.cameras.server import CameraServer
from tests.cli.streets import street
from tests.config.samples import SITE, load, write_site


@pytest.fixture
def site(tmp_path: Path) -> LoadedSite:
    """A site with a film and a model of a person and a car."""
    return load(street(tmp_path))


def test_a_model_is_timed(site: LoadedSite) -> None:
    """And said to be in no register, where it is in none."""
    (finding,) = model(site, SystemClock())
    assert finding.verdict is Condition.OK
    assert "(in no register), 2 labels" in finding.said
    assert finding.figures["look_ms"] > 0


def test_a_model_is_held_against_the_register(site: LoadedSite) -> None:
    """A file that was swapped is found by its hash, whatever it can see."""
    entry = describe(site.model, "street", license_name="CC0-1.0")
    append_entry(site.model.parent, entry)
    (finding,) = model(site, SystemClock())
    assert "(as registered)" in finding.said
    register = site.model.parent / "models.toml"
    register.write_text(register.read_text().replace(entry.sha256, "0" * 64))
    (finding,) = model(site, SystemClock())
    assert finding.verdict is Condition.FAIL
    assert f"sha256 is {entry.sha256}, the register has {'0' * 64}" in finding.said


def test_a_model_that_cannot_see_what_is_asked_is_ill(tmp_path: Path) -> None:
    """A kind none of whose labels it knows would never happen."""
    zones = tmp_path / "zones" / "c1.yaml"
    site = street(tmp_path)
    zones.write_text(zones.read_text().replace("illegal_parking", "exposed_garbage"))
    (finding,) = model(load(site), SystemClock())
    assert finding.verdict is Condition.FAIL
    assert "kind 'exposed_garbage', of which the model knows no label" in finding.said


def test_a_recording_gives_its_picture(site: LoadedSite) -> None:
    """Size and length, as the agent finds them."""
    (finding,) = cameras(site, SystemClock())
    assert finding.check == "camera c1"
    assert finding.verdict is Condition.OK
    assert finding.figures["duration_s"] == pytest.approx(8, abs=0.1)


def test_every_camera_has_its_finding_in_order(site: LoadedSite, tmp_path: Path) -> None:
    """One that is broken holds up no other."""
    (tmp_path / "broken.mp4").write_bytes(b"no film")
    good = site.cameras["c1"]
    broken = replace(good, source=VideoFileSettings(tmp_path / "broken.mp4"))
    several = replace(site, cameras={"a": good, "b": broken, "c": good})
    findings = list(cameras(several, SystemClock()))
    assert [each.check for each in findings] == ["camera a", "camera b", "camera c"]
    assert [each.verdict for each in findings] == [Condition.OK, Condition.FAIL, Condition.OK]
    assert "broken.mp4" in findings[1].said


def test_a_stream_that_is_not_there_is_ill_and_its_login_unsaid(tmp_path: Path) -> None:
    """Refused at once on the loopback."""
    text = SITE.replace("road.mp4", "{env: CAMERA}")
    site = load(write_site(tmp_path, site=text), CAMERA="rtsp://admin:s3cret@127.0.0.1:1/live")
    (finding,) = cameras(site, SystemClock())
    assert finding.verdict is Condition.FAIL
    assert "127.0.0.1" in finding.said
    assert "s3cret" not in repr(finding)


def test_both_streams_of_a_camera_give_a_picture(tmp_path: Path) -> None:
    """The one it is watched by and the large one for clips, over real RTSP."""
    shown(tmp_path / "sub.mp4", seconds=4)
    shown(tmp_path / "main.mp4", seconds=4, size=(1280, 720))
    with CameraServer(tmp_path) as server:
        urls = {"SUB": server.url("sub.mp4"), "MAIN": server.url("main.mp4")}
        text = SITE.replace("source: road.mp4", "source: {env: SUB}, main: {env: MAIN}")
        sub, main = cameras(load(write_site(tmp_path, site=text), **urls), SystemClock())
    assert (sub.check, main.check) == ("camera c1", "camera c1 main")
    assert sub.verdict is main.verdict is Condition.OK
    assert sub.said.startswith("h264 640x360, first picture after ")
    assert main.said.startswith("h264 1280x720, first picture after ")
    assert sub.figures["first_picture_s"] > 0
