"""A zone file with one thing wrong in it: the sentence that says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.samples import SHOP_ZONE, SITE, ZONES, Refusal, problems, refusals, write_site

ZONE_REFUSALS = refusals("zones")
SHOP_REFUSALS = refusals("shops")


@pytest.mark.parametrize("refusal", ZONE_REFUSALS.values(), ids=ZONE_REFUSALS.keys())
def test_what_is_wrong_with_a_zone_is_said(tmp_path: Path, refusal: Refusal) -> None:
    """One mistake, one sentence: where it is, what was found, what is expected."""
    path = write_site(tmp_path, zones=refusal.written_into(ZONES))
    assert problems(path) == [refusal.says]


@pytest.mark.parametrize("refusal", SHOP_REFUSALS.values(), ids=SHOP_REFUSALS.keys())
def test_what_is_wrong_with_a_shop_is_said(tmp_path: Path, refusal: Refusal) -> None:
    """Shops, permits and exempt places are as strict."""
    path = write_site(tmp_path, zones=ZONES + refusal.written_into(SHOP_ZONE))
    assert problems(path) == [refusal.says]


def test_a_kind_is_looked_up_beside_other_mistakes(tmp_path: Path) -> None:
    """One slip does not hide another in the same file."""
    zones = ZONES.replace("illegal_parking", "parking").replace("[0.9, 0.9]", "[9, 9]")
    assert [line.split()[1] for line in problems(write_site(tmp_path, zones=zones))] == [
        "zones[0].polygon[2]:",
        "zones[0].kinds.parking:",
    ]


def test_ids_are_taken_across_files(tmp_path: Path) -> None:
    """Records name zones, shops and permits by id alone, whichever camera sees them."""
    site = SITE + "  c2: {source: road.mp4, zones: zones/c2.yaml}\n"
    path = write_site(tmp_path, site=site, zones=ZONES + SHOP_ZONE)
    (tmp_path / "zones" / "c2.yaml").write_text((ZONES + SHOP_ZONE).replace("camera: c1", "camera: c2"))
    again = "again (first at zones/c1.yaml:{}), expected an id of its own"
    assert problems(path) == [
        "zones/c2.yaml:4:9 zones[0].id: found the zone id 'kerb' " + again.format(4),
        "zones/c2.yaml:8:9 zones[1].id: found the zone id 'front' " + again.format(8),
        "zones/c2.yaml:12:18 zones[1].shops[0].id: found the shop id 's1' " + again.format(12),
        "zones/c2.yaml:13:20 zones[1].permits[0].id: found the permit id 'p1' " + again.format(13),
    ]
