"""A person is asked first, also where the order is due because nobody may be asked aloud at that hour."""

from __future__ import annotations

from dataclasses import replace

from edge_agent.core.feed.incidents import Happening
from edge_agent.core.site.policy import Review
from edge_agent.core.site.quiet_hours import Quiet
from tests.core_run import tell
from tests.site import SHORT, Until, site, zone
from tests.street import looks, stands


def test_an_order_of_quiet_hours_waits_for_a_person() -> None:
    """It is referred in the place of the first warning, and no order is opened."""
    rule = replace(SHORT, quiet=Quiet.ORDER, quiet_hours=Until(1000), review=Review.BEFORE_ORDER)
    result = tell(looks(stands("car", 0, 60), until=50), site(zone(rule=rule)))
    assert [event.type for event in result.events] == [Happening.OPENED, Happening.REFERRED]
    assert result.events[-1].reason == "before_order"
