"""Causes are words that can be added up, and have a phrase in both languages."""

from __future__ import annotations

import pytest

from edge_agent.core.stream.trouble import Trouble
from edge_agent.core.track.occlusion import BLURRED, SILENCE, behind, cause_words


@pytest.mark.parametrize("cause", [SILENCE, BLURRED, *Trouble])
def test_every_named_cause_has_words(cause: str) -> None:
    """All that a camera's health can name, and what the core names itself."""
    assert cause_words(cause, "zh-CN") != cause_words(cause, "en")
    assert "in trouble" not in cause_words(cause, "en")
    assert cause_words(cause, "fr") == cause_words(cause, "en")


def test_what_stood_in_front_is_named() -> None:
    """By its label, with its article; a label nobody has translated stays as it is."""
    assert cause_words(behind("bus"), "en") == "behind a bus"
    assert cause_words(behind("umbrella"), "en") == "behind an umbrella"
    assert cause_words(behind("garbage_bin"), "zh-CN") == "被垃圾桶遮挡"
    assert cause_words(behind("giraffe"), "zh-CN") == "被giraffe遮挡"


def test_a_trouble_that_nobody_named_is_told_as_it_is() -> None:
    """A log of another program may name its own."""
    assert cause_words("flooded", "en") == "in trouble: flooded"
    assert cause_words("flooded", "zh-CN") == "异常：flooded"
