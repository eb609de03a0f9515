"""The national block says what was written down, by the standard's keys, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from edge_agent.core.feed.incidents import Department, Matter, National
from edge_agent.core.site.zones import national
from tests.site import KINDS, PARKING, zone

KIND = KINDS[PARKING]


def test_what_is_written_down_is_told() -> None:
    """District and category make the code; the department is the city's, the place and the cell the zone's."""
    kind = replace(KIND, matter=Matter(name="机动车乱停放", department=Department(code="1" * 18, name="城管局")))
    place = replace(zone(), address="晋陵中路12号门前", grid="3" * 15, name={"zh-CN": "路边"})
    assert national("320402", kind, place) == National(
        SXDM="32040209009",
        SXMC="机动车乱停放",
        ZGBMDM="1" * 18,
        ZGBMMC="城管局",
        SFWZ="晋陵中路12号门前",
        SZDYWGBSM="3" * 15,
    )


def test_a_zone_without_an_address_is_told_by_its_chinese_name() -> None:
    """It is what people wrote of the place; an English name is none in a Chinese form."""
    assert national("320402", KIND, replace(zone(), name={"zh-CN": "路边", "en": "kerb"})).SFWZ == "路边"
    assert national("320402", KIND, replace(zone(), name={"en": "kerb"})).SFWZ is None


def test_nothing_is_made_up() -> None:
    """No matter, no code, no zone: nothing to say."""
    assert national("320402", replace(KIND, codes={}), None) == National()
