"""Reload: sound files are taken over, others change nothing and say why, once."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from edge_agent.app.agent.reload import Reloaded, SiteReloader
from edge_agent.config.site.loading import load_site
from tests.config.samples import CALIBRATED, SITE, ZONES, write_calibration

if TYPE_CHECKING:
    from pathlib import Path

SEES = frozenset({"car", "truck", "bus", "van", "motorcycle", "bicycle"})


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site file with its zones."""
    (tmp_path / "zones").mkdir()
    (tmp_path / "zones" / "c1.yaml").write_text(ZONES, encoding="utf-8")
    (tmp_path / "site.yaml").write_text(SITE, encoding="utf-8")
    return tmp_path / "site.yaml"


def changed(path: Path, old: str, new: str) -> None:
    """Another text in a file, and another time on it: two changes may come in the same tick of the file system."""
    before = path.stat().st_mtime_ns
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    os.utime(path, ns=(before + 1_000_000, before + 1_000_000))


def reread(reload: SiteReloader) -> Reloaded:
    """What a look at changed files gives."""
    reloaded = reload.changed()
    assert reloaded is not None
    return reloaded


def test_files_that_stay_are_not_read(site: Path) -> None:
    """Nothing to take over."""
    assert SiteReloader(load_site(site), SEES).changed() is None


def test_a_zone_is_redrawn(site: Path) -> None:
    """The new rule holds, the camera whose zone it is is named, and that is told once."""
    reload = SiteReloader(load_site(site), SEES)
    changed(site.parent / "zones" / "c1.yaml", "{illegal_parking: {}}", "{illegal_parking: {dwell: 5m}}")
    reloaded = reread(reload)
    assert reloaded.site.zones[0].rules["illegal_parking"].dwell == timedelta(minutes=5)
    assert (reloaded.redrawn, reloaded.waiting, reloaded.refused) == (("c1",), (), "")
    assert reload.changed() is None


def test_a_camera_is_measured_anew(site: Path) -> None:
    """The new metres hold from then on; no restart is waited for."""
    measured = write_calibration(site.parent)
    site.write_text(CALIBRATED, encoding="utf-8")
    reload = SiteReloader(load_site(site), SEES)
    before = reload.site().calibrations["c1"]
    changed(measured, "[0.0, 16.05]", "[0.0, 16.15]")
    reloaded = reread(reload)
    assert reloaded.site.calibrations["c1"] != before
    assert reload.site().calibrations == reloaded.site.calibrations
    assert (reloaded.waiting, reloaded.refused) == ((), "")


def test_a_mistake_changes_nothing(site: Path) -> None:
    """The reason is what `check` says; once mended, the file is taken over."""
    reload = SiteReloader(load_site(site), SEES)
    changed(site.parent / "zones" / "c1.yaml", "illegal_parking", "ilegal_parking")
    reloaded = reread(reload)
    assert "zones/c1.yaml:7:13 zones[0].kinds.ilegal_parking: found 'ilegal_parking'" in reloaded.refused
    assert reloaded.site.zones[0].rules.keys() == {"illegal_parking"}
    assert reload.changed() is None
    changed(site.parent / "zones" / "c1.yaml", "ilegal_parking: {}", "illegal_parking: {dwell: 2m}")
    assert not reread(reload).refused


def test_what_the_detector_cannot_see_is_refused(site: Path) -> None:
    """A zone that could never open an incident is no zone."""
    reload = SiteReloader(load_site(site), frozenset({"car"}))
    changed(site.parent / "zones" / "c1.yaml", "illegal_parking", "exposed_garbage")
    assert "garbage" in reread(reload).refused


def test_what_needs_a_restart_waits_for_it(site: Path) -> None:
    """And is named; the rest is taken over, under the name that the box has."""
    reload = SiteReloader(load_site(site), SEES)
    changed(site, "agent: box-01", "agent: box-02\nrules: {illegal_parking: {dwell: 4m}}")
    changed(site, "source: road.mp4", "source: other.mp4")
    reloaded = reread(reload)
    assert reloaded.waiting == ("cameras", "agent")
    assert reloaded.site.agent == "box-01"
    assert reloaded.site.zones[0].rules["illegal_parking"].dwell == timedelta(minutes=4)


def test_a_file_that_is_gone_is_a_mistake(site: Path) -> None:
    """It is not taken for an empty one."""
    reload = SiteReloader(load_site(site), SEES)
    (site.parent / "zones" / "c1.yaml").unlink()
    assert "no file" in reread(reload).refused
