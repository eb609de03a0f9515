"""The policy: four kinds as shipped, and whatever a city lays over them."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest

from edge_agent.config.fields.digest import digest
from edge_agent.config.policy.policy_file import KindEntry
from edge_agent.core.site.policy import Geometry, Grouping, Kind, Policy, Severity
from tests.config.samples import SITE, ZONES, Refusal, load, problems, refusals, write_site

WITH_POLICY = SITE + "policy: policy.yaml\n"
MUCK_TRUCK = """\
version: 1
kinds:
  muck_truck:
    title: {en: Muck truck}
    labels: [truck]
    geometry: in_zone
    group: spot
    matter: illegal_parking
    rule: {dwell: 0s}
    words:
      warnings: {en: ["{zone}: warning {n}, {left} left"]}
      order: {en: "{shop} {minutes}"}
    label_share: 0.8
    min_size: 0.12
"""


def policy_of(folder: Path, policy: str = "version: 1\n") -> Policy:
    """The effective policy of the sample site with ``policy`` as its own."""
    return load(write_site(folder, site=WITH_POLICY, policy=policy)).site.policy


@pytest.mark.parametrize(
    ("kind", "geometry", "group", "dwell_s", "codes"),
    [
        ("illegal_parking", Geometry.IN_ZONE, Grouping.SPOT, 60, ("09009", "04-09", "05-05")),
        ("prohibited_stall", Geometry.IN_ZONE, Grouping.CLUSTER, 60, ("09001", "04-01", "05-01")),
        ("out_of_store_trading", Geometry.BEYOND_FRONTAGE, Grouping.SHOP, 120, ("09005", "04-05", "05-04")),
        ("exposed_garbage", Geometry.OUTSIDE_BIN, Grouping.CLUSTER, 300, ("06010", "01-10", "01-02")),
        ("bin_overflow", Geometry.IN_ZONE, Grouping.SPOT, 600, ("06042", None, None)),
        ("bicycle_parking", Geometry.IN_ZONE, Grouping.CLUSTER, 600, ("09010", "04-10", "05-06")),
        ("fire_lane", Geometry.IN_ZONE, Grouping.SPOT, 30, ("09012", None, None)),
        ("road_trading", Geometry.IN_ZONE, Grouping.CLUSTER, 60, ("09006", "04-06", None)),
        ("piled_goods", Geometry.IN_ZONE, Grouping.CLUSTER, 1800, ("06036", "01-36", "05-07")),
        ("abandoned_vehicle", Geometry.IN_ZONE, Grouping.SPOT, 30 * 86400, ("06034", None, None)),
        ("abandoned_bicycle", Geometry.IN_ZONE, Grouping.SPOT, 30 * 86400, ("06034", None, None)),
    ],
)
def test_the_shipped_kinds_are_those_of_the_domain(
    tmp_path: Path, kind: str, geometry: Geometry, group: Grouping, dwell_s: int, codes: tuple[str | None, ...]
) -> None:
    """Geometry, grouping, dwell and the national codes in three schemes."""
    kind_read = policy_of(tmp_path).kinds[kind]
    schemes = ("GB/T 47678.5-2026", "GB/T 30428.2-2013", "CJ/T 214-2007")
    assert (kind_read.geometry, kind_read.group, kind_read.rule.dwell) == (geometry, group, timedelta(seconds=dwell_s))
    assert tuple(kind_read.codes.get(scheme) for scheme in schemes) == codes


def test_every_shipped_kind_speaks_both_languages(tmp_path: Path) -> None:
    """As many warnings as it gives (one where nobody is spoken to, for who turns that on) and an order, in both."""
    for kind in policy_of(tmp_path).kinds.values():
        assert {*kind.title} == {*kind.words.warnings} == {*kind.words.order} == {"zh-CN", "en"}
        texts = {len(texts) for texts in kind.words.warnings.values()}
        assert texts == {1 if kind.rule.silent else kind.rule.warnings}, kind.name


def test_every_kind_that_came_later_has_limits_by_stage(tmp_path: Path) -> None:
    """When it must be accepted, when somebody must be there, when it must be handled; the first four are the city's."""
    kinds = policy_of(tmp_path).kinds
    for name in list(kinds)[4:]:
        rule = kinds[name].rule
        assert None not in {rule.accept_within, rule.arrive_within, rule.handle_within}, name
    assert kinds["fire_lane"].severity is Severity.HIGH
    assert kinds["abandoned_vehicle"].severity is Severity.LOW


def test_only_vehicles_need_a_look_to_return(tmp_path: Path) -> None:
    """One car is like another; a stall that stepped aside is the same stall."""
    kinds = policy_of(tmp_path).kinds.values()
    assert [kind.name for kind in kinds if kind.needs_appearance_to_return] == [
        "illegal_parking",
        "bicycle_parking",
        "fire_lane",
        "abandoned_vehicle",
        "abandoned_bicycle",
    ]


def test_a_van_is_a_car_and_a_truck(tmp_path: Path) -> None:
    """Labels of one family are one thing by another name."""
    policy = policy_of(tmp_path)
    assert {policy.family(label) for label in ("van", "car", "truck", "bus")} == {"vehicle"}


def test_a_bin_runs_over_or_is_closed(tmp_path: Path) -> None:
    """It is one thing with a state; what lies beside it is another."""
    policy = policy_of(tmp_path)
    assert policy.family("overflow") == policy.family("garbage_bin") != policy.family("garbage")


def test_garbage_belongs_into_a_bin(tmp_path: Path) -> None:
    """A bin holds it; one that runs over is a matter of its own."""
    kinds = policy_of(tmp_path).kinds
    assert kinds["exposed_garbage"].containers == {"garbage_bin", "bin", "overflow"}
    assert kinds["exposed_garbage"].labels == {"garbage"}
    assert kinds["exposed_garbage"].uncontained == {"overflow"}  # where a city puts that label back
    assert kinds["bin_overflow"].labels == {"overflow"}


def test_a_site_changes_single_settings(tmp_path: Path) -> None:
    """All else stays as shipped."""
    plain = policy_of(tmp_path)
    text = "version: 1\nseeing: {settle: 8s}\nkinds: {illegal_parking: {rule: {dwell: 3m}}}\n"
    changed = policy_of(tmp_path, text)
    parking = plain.kinds["illegal_parking"]
    assert changed.seeing == replace(plain.seeing, settle=timedelta(seconds=8))
    assert changed.kinds["illegal_parking"] == replace(parking, rule=replace(parking.rule, dwell=timedelta(minutes=3)))
    assert changed.kinds["exposed_garbage"] == plain.kinds["exposed_garbage"]


def test_a_site_adds_a_kind(tmp_path: Path) -> None:
    """A kind is data: zones may ask for it like for any other."""
    zones = ZONES.replace("illegal_parking", "muck_truck")
    loaded = load(write_site(tmp_path, site=WITH_POLICY, zones=zones, policy=MUCK_TRUCK))
    assert loaded.site.zones[0].rules["muck_truck"].dwell == timedelta(0)
    assert loaded.files[1] == tmp_path / "policy.yaml"


def test_a_site_overrides_a_code(tmp_path: Path) -> None:
    """The table is a transcription; a city that knows better writes it down."""
    text = 'version: 1\ncodes: {illegal_parking: {GB/T 47678.5-2026: "09999"}}\n'
    codes = policy_of(tmp_path, text).kinds["illegal_parking"].codes
    assert (codes["GB/T 47678.5-2026"], codes["CJ/T 214-2007"]) == ("09999", "05-05")


def test_a_default_rule_reaches_every_kind_that_says_nothing(tmp_path: Path) -> None:
    """Kind beats default."""
    kinds = policy_of(tmp_path, "version: 1\nrule: {warnings: 2, dwell: 1h}\n").kinds.values()
    assert {kind.rule.warnings for kind in kinds if kind.name not in {"bicycle_parking", "piled_goods"}} == {2}
    assert timedelta(hours=1) not in {kind.rule.dwell for kind in kinds}


def test_the_hash_is_that_of_what_holds(tmp_path: Path) -> None:
    """Equal policies have equal hashes, however they are written; another setting has another."""
    plain = policy_of(tmp_path)
    same = policy_of(tmp_path, "version: 1\nkinds: {illegal_parking: {rule: {dwell: 1m}}}\n")
    other = policy_of(tmp_path, "version: 1\nkinds: {illegal_parking: {rule: {dwell: 2m}}}\n")
    assert plain.sha256 == same.sha256 == digest(replace(plain, sha256=""))
    assert plain.sha256 != other.sha256
    assert len(plain.sha256) == 64


REFUSALS = refusals("policy")


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS.keys())
def test_what_is_wrong_with_a_policy_is_said(tmp_path: Path, refusal: Refusal) -> None:
    """One mistake, one sentence, in the site's own file."""
    path = write_site(tmp_path, site=WITH_POLICY, policy=refusal.written_into(MUCK_TRUCK))
    assert problems(path) == [refusal.says]


def test_every_setting_of_a_kind_can_be_written() -> None:
    """A setting the core gets must be in reach of the file: codes by their matter, the name as the key."""
    written = {field.name for field in fields(KindEntry)}
    assert written == {field.name for field in fields(Kind)} - {"name", "codes"} | {"matter"}
