"""Options that several commands share."""

from __future__ import annotations

from datetime import timedelta

import pytest
import typer

from edge_agent.cli.options import span


def test_a_duration_is_read_as_in_the_files() -> None:
    """And a default that is one already stays as it is."""
    assert span("1m30s") == timedelta(seconds=90)
    assert span(timedelta(minutes=17)) == timedelta(minutes=17)


def test_a_duration_without_a_unit_is_refused() -> None:
    """As a mistake on the command line."""
    with pytest.raises(typer.BadParameter, match="expected a number with a unit"):
        span("5")
