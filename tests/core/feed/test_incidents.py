"""Incidents: ids are derived, never drawn."""

from __future__ import annotations

from edge_agent.core.feed.incidents import derived_id, place_words
from edge_agent.core.feed.work_orders import order_id
from edge_agent.core.geometry import Box
from tests.street import at


def test_an_id_is_its_data() -> None:
    """The same today, tomorrow and elsewhere, and another one for anything else."""
    assert derived_id("inc", "c1", "z", at(60)) == "inc-21d648c0bd12d2dd"
    assert derived_id("inc", "c1", "z", at(61)) != derived_id("inc", "c1", "z", at(60))
    assert derived_id("inc", "c", "1z") != derived_id("inc", "c1", "z")


def test_a_place_reads_alike_everywhere() -> None:
    """Rounded far above the noise of floats and far below a pixel's meaning."""
    assert place_words(Box(0.1 + 0.2, 0.1, 0.5, 0.9)) == "0.3000,0.1000,0.5000,0.9000"


def test_an_incident_has_one_work_order() -> None:
    """Its id is the incident's, so a second one would be the first."""
    assert order_id("inc-1") == order_id("inc-1") != order_id("inc-2")
