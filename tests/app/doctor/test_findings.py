"""A finding is one thing; what the outside refuses is a finding too, and a bug is none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from edge_agent.app.doctor.findings import Condition, Finding, doubtful, guarded, ill, well
from edge_agent.core.errors import Bug, OutsideError


def test_only_what_is_not_in_order_needs_doing() -> None:
    """A person reads the arrows and nothing else."""
    assert well("disk", "much", free=1).todo == ""
    assert doubtful("disk", "little", "free some").verdict is Condition.WARN
    assert ill("disk", "none", "free some", free=0).figures == {"free": 0}


def look(error: Exception) -> Iterator[Finding]:
    """One finding, then an error."""
    yield well("broker", "connected")
    raise error


def test_an_error_of_the_outside_is_a_finding() -> None:
    """What was found before stays."""
    findings = list(guarded("broker", lambda: look(OutsideError("no answer within 10 s")), "look at the cable"))
    assert findings == [well("broker", "connected"), ill("broker", "no answer within 10 s", "look at the cable")]


def test_a_bug_is_no_finding() -> None:
    """It is ours, and must be seen."""
    with pytest.raises(Bug):
        list(guarded("broker", lambda: look(Bug("ours")), "look at the cable"))
