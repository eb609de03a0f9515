"""What the agent does without: said when it begins, when its reason changes and when it is over, and not in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.app.health.degraded import Degraded, Part

if TYPE_CHECKING:
    import pytest


def test_each_part_is_said_as_often_as_it_changes(caplog: pytest.LogCaptureFixture) -> None:
    """In one order, whichever went first; an attempt that fails like the last is no news."""
    shown: list[tuple[Part, bool]] = []
    degraded = Degraded(lambda part, missing: shown.append((part, missing)))
    degraded.without(Part.BROKER, "")
    assert (degraded.sentence(), shown) == ("", [])
    degraded.without(Part.COMMANDS, "deaf")
    degraded.without(Part.BROKER, "away")
    degraded.without(Part.BROKER, "away")
    assert degraded.sentence() == "without the broker: away; without the commands: deaf"
    degraded.without(Part.BROKER, "refused")
    degraded.without(Part.BROKER, "")
    assert degraded.sentence() == "without the commands: deaf"
    assert shown == [(Part.COMMANDS, True), (Part.BROKER, True), (Part.BROKER, True), (Part.BROKER, False)]
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR", "ERROR", "WARNING"]
