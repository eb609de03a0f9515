"""A site that is right: what comes out of its files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge_agent.config.broker.broker_settings import EmbeddedBrokerSettings
from edge_agent.config.fields.hours import OsmHours
from edge_agent.config.site.site_file import VideoFileSettings
from edge_agent.config.speaker.files_speaker import FilesSpeaker
from edge_agent.core.geometry import Box, Point, share_inside
from edge_agent.core.ground.calibration import to_ground, within
from edge_agent.core.site.hours_and_permits import Always
from tests.config.samples import SHOP_ZONE, SITE, ZONES, load, problems, write_site

ROOT = Path(__file__).parents[3]


def test_the_smallest_site_has_defaults(tmp_path: Path) -> None:
    """A deployer writes six keys; the broker is embedded and warnings go into files."""
    loaded = load(write_site(tmp_path))
    assert loaded.broker == EmbeddedBrokerSettings()
    assert loaded.speakers == {"files": FilesSpeaker(driver="files", folder=tmp_path / "warnings")}
    assert loaded.state == tmp_path / "state"
    assert loaded.cameras["c1"].looks_per_second == 1
    assert loaded.cameras["c1"].started is None
    assert loaded.timezone.key == "Asia/Shanghai"


def test_parts_of_a_picture_may_be_ignored(tmp_path: Path) -> None:
    """They are drawn as zones are, and belong to the camera, whatever zones it has."""
    corner = "[[0, 0], [0.4, 0], [0.4, 0.08], [0, 0.08]]"
    loaded = load(
        write_site(tmp_path, site=SITE.replace("zones: zones/c1.yaml}", f"zones: zones/c1.yaml, ignore: [{corner}]}}"))
    )
    assert loaded.site.ignored == {"c1": ((Point(0, 0), Point(0.4, 0), Point(0.4, 0.08), Point(0, 0.08)),)}
    assert load(write_site(tmp_path)).site.ignored == {}
    drawn = load(write_site(tmp_path, zones=f"{ZONES}ignore: [{corner}]\n"))
    assert drawn.site.ignored == loaded.site.ignored


def test_the_embedded_broker_may_have_a_port_of_its_own(tmp_path: Path) -> None:
    """A receiver beside it then need not ask where it is."""
    assert load(
        write_site(tmp_path, site=SITE + "broker: {embedded: {port: 1884}}\n")
    ).broker == EmbeddedBrokerSettings(1884)


@pytest.mark.parametrize(
    "written", ["{port: 0}", "{port: 65536}", "{port: true}", "{port: 1884, host: h}", "true", "{}"]
)
def test_an_embedded_broker_without_a_port_that_can_be_is_refused(tmp_path: Path, written: str) -> None:
    """One sentence with what is expected."""
    (problem,) = problems(write_site(tmp_path, site=SITE + f"broker: {{embedded: {written}}}\n"))
    assert problem.startswith("site.yaml:8:9 broker: found ")
    assert problem.endswith("expected embedded, or embedded: {port: N} with a port from 1 to 65535")


def test_paths_are_relative_to_the_file_that_names_them(tmp_path: Path) -> None:
    """A site can be moved as a folder and read from anywhere."""
    loaded = load(write_site(tmp_path))
    assert loaded.model == tmp_path / "street.onnx"
    assert loaded.cameras["c1"].source == VideoFileSettings(tmp_path / "road.mp4")
    assert loaded.files == (tmp_path / "site.yaml", tmp_path / "zones" / "c1.yaml")


def test_an_absolute_path_stays_where_it_is(tmp_path: Path) -> None:
    """A state folder may lie on another disk."""
    loaded = load(write_site(tmp_path, site=SITE + "state: /var/lib/edge-agent\n"))
    assert loaded.state == Path("/var/lib/edge-agent")


def test_the_core_gets_what_it_must_know(tmp_path: Path) -> None:
    """Zones, policy and the district, and nothing of the deployment."""
    site = load(write_site(tmp_path)).site
    assert (site.agent, site.adcode) == ("box-01", "320402")
    assert [zone.id for zone in site.zones_of("c1")] == ["kerb"]
    assert [kind.name for kind in site.kinds_of("c1")] == ["illegal_parking"]
    assert site.zones[0].polygon[0] == Point(0.1, 0.1)
    assert site.zones[0].hours == Always()
    assert site.zones[0].name == {"zh-CN": "路边", "en": "the kerb"}


def test_a_shop_and_its_permit_are_read(tmp_path: Path) -> None:
    """Hours run in the site's zone; the last day of a permit counts whole."""
    zone = load(write_site(tmp_path, zones=ZONES + SHOP_ZONE)).site.zones[1]
    permit = zone.permits[0]
    assert zone.hours == OsmHours("Mo-Su 07:00-22:00", "Asia/Shanghai")
    assert zone.shops[0].frontage == (Point(0.1, 0.2), Point(0.9, 0.2))
    assert permit.valid_from == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert permit.valid_to == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert permit.hours == Always()
    assert len(zone.exempt) == 1


def test_an_instant_may_name_its_own_zone(tmp_path: Path) -> None:
    """Local time is meant unless the text says otherwise."""
    zones = ZONES + SHOP_ZONE.replace("2026-11-01", "2026-11-01T08:00Z").replace("2026-11-30", "2026-11-30T08:00")
    permit = load(write_site(tmp_path, zones=zones)).site.zones[1].permits[0]
    assert permit.valid_from == datetime(2026, 11, 1, 8, tzinfo=UTC)
    assert permit.valid_to == datetime(2026, 11, 30, 0, tzinfo=UTC)


def test_the_nearest_rule_wins(tmp_path: Path) -> None:
    """Zone over site over kind over default, setting by setting."""
    site = SITE + "rules: {illegal_parking: {dwell: 3m, warnings: 2}}\n"
    zones = ZONES.replace("illegal_parking: {}", "illegal_parking: {dwell: 30s}, exposed_garbage: {}")
    rules = load(write_site(tmp_path, site=site, zones=zones)).site.zones[0].rules
    parking, garbage = rules["illegal_parking"], rules["exposed_garbage"]
    assert (parking.dwell, parking.warnings, parking.interval) == (timedelta(seconds=30), 2, timedelta(minutes=5))
    assert (garbage.dwell, garbage.warnings) == (timedelta(minutes=5), 3)


def test_a_site_rule_is_part_of_the_policy(tmp_path: Path) -> None:
    """What the whole site changes shows in the policy and in its hash."""
    plain = load(write_site(tmp_path)).site.policy
    changed = load(write_site(tmp_path, site=SITE + "rules: {illegal_parking: {dwell: 3m}}\n")).site.policy
    assert changed.kinds["illegal_parking"].rule.dwell == timedelta(minutes=3)
    assert changed.sha256 != plain.sha256


def test_reading_twice_gives_equal_sites(tmp_path: Path) -> None:
    """A reload that changes nothing is no change."""
    path = write_site(tmp_path, zones=ZONES + SHOP_ZONE)
    assert load(path) == load(path)


def test_the_sample_site_is_right() -> None:
    """The site at the root of the repository is the one people copy."""
    loaded = load(ROOT / "site.yaml")
    assert [zone.id for zone in loaded.site.zones_of("campus")] == ["kerb"]
    assert loaded.cameras["campus"].started == datetime(2026, 11, 1, tzinfo=UTC)


def test_the_sample_zone_holds_the_van_and_not_the_other_car() -> None:
    """Boxes measured in the clip (sample_videos/README.md); a quarter of a box's height is its footprint."""
    (kerb,) = load(ROOT / "site.yaml").site.zones_of("campus")
    van = Box(651 / 768, 42 / 576, 724 / 768, 99 / 576)
    other = Box(732 / 768, 51 / 576, 767 / 768, 94 / 576)
    assert share_inside(van.footprint, kerb.polygon) >= 0.99
    assert share_inside(other.footprint, kerb.polygon) <= 0.01


def test_the_sample_camera_has_metres() -> None:
    """A walker in the middle of the clip and the van stand 29 m apart; both places are believed."""
    calibration = load(ROOT / "site.yaml").site.calibrations["campus"]
    assert calibration.left_out_m < 0.1
    walker, van = Point(270 / 768, 305 / 576), Point(688 / 768, 99 / 576)
    assert within(calibration, walker)
    assert within(calibration, van)
    here, there = to_ground(calibration, walker), to_ground(calibration, van)
    assert here is not None
    assert there is not None
    assert abs(here.distance(there) - 29.4) < 0.3
