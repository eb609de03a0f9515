"""The site: what is asked of which camera."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.site import GARBAGE, PARKING, SHORT, STALL, site, zone

BOX = site(
    zone(STALL, rule=SHORT),
    zone(GARBAGE, rule=replace(SHORT, leave_grace=timedelta(minutes=9), resume_window=timedelta(hours=2)), ident="g"),
    zone(PARKING, ident="other", camera="c2"),
)


def test_a_camera_has_its_own_zones_and_kinds() -> None:
    """In the order in which they were written."""
    assert [each.id for each in BOX.zones_of("c1")] == ["z", "g"]
    assert [kind.name for kind in BOX.kinds_of("c1")] == [STALL, GARBAGE]
    assert BOX.kinds_of("c3") == ()


def test_a_site_works_out_its_watches_once() -> None:
    """They are asked for at every look; a site made from another has its own."""
    assert BOX.watch("c1") is BOX.watch("c1")
    assert BOX.watch("c1").zones == BOX.zones_of("c1")
    assert replace(BOX, zones=()).watch("c1").zones == ()
