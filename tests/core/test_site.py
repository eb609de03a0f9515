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


def test_bins_matter_too() -> None:
    """They stand where garbage may lie."""
    assert {"stall", "garbage", "bin"} <= BOX.standing_labels("c1")
    assert "car" not in BOX.standing_labels("c1")


def test_a_camera_is_as_patient_as_its_most_patient_rule() -> None:
    """With no rule at all the ladder's defaults hold."""
    assert BOX.forget_after("c1") == timedelta(minutes=9)
    assert BOX.resume_window("c1") == timedelta(hours=2)
    assert (BOX.forget_after("c3"), BOX.resume_window("c3")) == (timedelta(seconds=45), timedelta(minutes=30))
