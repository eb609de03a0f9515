"""The policy: kinds as data, and ladders that can be climbed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from edge_agent.core.site.policy import Rule
from tests.site import POLICY


def test_fewer_warnings_than_none_are_refused() -> None:
    """None at all is a rule that only records."""
    assert Rule(warnings=0).only_records
    assert not Rule(silent=True).only_records
    with pytest.raises(ValueError, match="warnings: expected 0 or more, got -1"):
        Rule(warnings=-1)


def test_a_long_dwell_is_waited_for() -> None:
    """What is out of sight is waited for as long as the dwell takes, at least; nothing returns without a window."""
    assert Rule(dwell=timedelta(hours=5)).out_of_sight == timedelta(hours=5)
    assert Rule().out_of_sight == Rule().resume_window
    assert Rule().remembered == Rule().resume_window
    assert Rule(return_window=timedelta(0)).remembered == timedelta(0)


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
