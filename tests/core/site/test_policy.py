"""The policy: kinds as data, and ladders that can be climbed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from edge_agent.core.site.policy import Rule
from tests.site import POLICY


def test_a_ladder_without_a_warning_is_refused() -> None:
    """Nobody is reported who was not asked."""
    with pytest.raises(ValueError, match="warnings: expected at least 1, got 0"):
        Rule(warnings=0)


def test_asking_again_without_a_pause_is_refused() -> None:
    """It would never stop at one look."""
    with pytest.raises(ValueError, match="retry: expected a span above 0, got 0s"):
        Rule(retry=timedelta(0))


def test_a_label_without_a_family_is_its_own() -> None:
    """A van is a vehicle, a stall is a stall."""
    assert POLICY.family("van") == "vehicle"
    assert POLICY.family("stall") == "stall"


@pytest.mark.parametrize("confirm", [0, 4])
def test_a_second_look_that_none_or_all_would_pass_is_refused(confirm: int) -> None:
    """Of three pictures, one to three must agree."""
    with pytest.raises(ValueError, match=f"confirm: expected 1 to 3 .confirm_of., got {confirm}"):
        Rule(confirm=confirm)
