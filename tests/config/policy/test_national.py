"""What a city writes for the national block: the department in its policy, address and cell in the zone."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_agent.core.feed.incidents import Department, Matter
from tests.config.samples import SITE, ZONES, load, problems, write_site

WITH_POLICY = SITE + "policy: policy.yaml\n"
CITY = "version: 1\nmatters:\n  illegal_parking: {{department: {}}}\n"
PLACED = ZONES + "    address: 晋陵中路12号门前\n    grid: '320402001001005'\n"


def test_every_shipped_kind_has_the_name_of_its_matter(tmp_path: Path) -> None:
    """As the table of codes has it, and no department, for that is the city's to say."""
    kinds = load(write_site(tmp_path)).site.policy.kinds
    assert {name: kind.matter for name, kind in kinds.items()} == {
        "illegal_parking": Matter(name="机动车乱停放"),
        "prohibited_stall": Matter(name="无照经营游商"),
        "out_of_store_trading": Matter(name="店外经营"),
        "exposed_garbage": Matter(name="暴露垃圾"),
        "bin_overflow": Matter(name="垃圾站(箱)满溢"),
        "bicycle_parking": Matter(name="非机动车乱停放"),
        "fire_lane": Matter(name="占用消防通道"),
        "road_trading": Matter(name="占道经营"),
        "piled_goods": Matter(name="乱堆杂物"),
        "abandoned_vehicle": Matter(name="废弃车辆"),
        "abandoned_bicycle": Matter(name="废弃车辆"),
        "left_after_permit": Matter(name="乱堆杂物"),
    }


def test_a_city_names_the_department_and_keeps_the_name_of_the_matter(tmp_path: Path) -> None:
    """Its file is laid over the shipped one, mapping by mapping."""
    policy = CITY.format("{code: 11320400MB1234567X, name: 城管局}")
    matter = load(write_site(tmp_path, site=WITH_POLICY, policy=policy)).site.policy.kinds["illegal_parking"].matter
    assert matter == Matter(name="机动车乱停放", department=Department(code="11320400MB1234567X", name="城管局"))


@pytest.mark.parametrize(
    ("code", "value"),
    [("'1132'", "'1132'"), ("113204000145678901", "113204000145678901"), ("11320400mb1234567x", "mb")],
)
def test_a_code_that_is_none_is_refused(tmp_path: Path, code: str, value: str) -> None:
    """Too short; a number, which would lose its leading zeros; small letters."""
    policy = CITY.format(f"{{code: {code}, name: 城管局}}")
    (problem,) = problems(write_site(tmp_path, site=WITH_POLICY, policy=policy))
    assert "matters.illegal_parking.department.code: found " in problem
    assert value in problem


def test_a_zone_says_where_it_lies(tmp_path: Path) -> None:
    """In words, and by its cell."""
    (zone,) = load(write_site(tmp_path, zones=PLACED)).site.zones
    assert (zone.address, zone.grid) == ("晋陵中路12号门前", "320402001001005")


def test_a_cell_that_is_none_is_refused(tmp_path: Path) -> None:
    """Fifteen characters, no more and no less."""
    (problem,) = problems(write_site(tmp_path, zones=PLACED.replace("001001005'", "'")))
    assert "zones[0].grid: found '320402'" in problem
    assert problem.endswith("expected the code of a unit grid cell, 15 digits or capitals in quotes")
