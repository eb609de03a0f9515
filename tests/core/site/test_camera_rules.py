"""The watch: what is looked for on one camera, and how patiently."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from edge_agent.core.site.camera_rules import camera_rules
from tests.site import GARBAGE, POLICY, SHORT, STALL, zone

PATIENT = replace(SHORT, leave_grace=timedelta(minutes=9), resume_window=timedelta(hours=2))
BOX = camera_rules((zone(STALL, rule=SHORT), zone(GARBAGE, rule=PATIENT, ident="g")), POLICY)
NOTHING = camera_rules((), POLICY)


def test_every_kind_of_every_zone_is_a_duty() -> None:
    """In the order in which they were written, each with its own rule; what nobody asks for is none."""
    assert [(zone_rule.zone.id, zone_rule.kind.name, zone_rule.rule) for zone_rule in BOX.zone_rules] == [
        ("z", STALL, SHORT),
        ("g", GARBAGE, PATIENT),
    ]
    assert BOX.zone_rule("g", GARBAGE) is BOX.zone_rules[1]
    assert BOX.zone_rule("g", STALL) is None
    assert NOTHING.zone_rules == ()


def test_bins_matter_too() -> None:
    """They stand where garbage may lie."""
    assert {"stall", "garbage", "bin"} <= BOX.standing
    assert "car" not in BOX.standing


def test_a_camera_is_as_patient_as_its_most_patient_rule() -> None:
    """With no rule at all the ladder's defaults hold."""
    assert (BOX.patience.missing, BOX.patience.out_of_sight) == (timedelta(minutes=9), timedelta(hours=2))
    assert (NOTHING.patience.missing, NOTHING.patience.out_of_sight) == (timedelta(seconds=45), timedelta(minutes=30))
