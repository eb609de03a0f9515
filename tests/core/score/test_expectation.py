"""What a rule owes a stand: by its dwell, its hours, and what was seen of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_agent.core.score.truth import Expected, Obligation
from tests.site import GARBAGE, Between, zone
from tests.street import span
from tests.truths import ZONE, owed, stand


@pytest.mark.parametrize(
    ("stood", "verdict"),
    [
        (54.9, Obligation.NOTHING),
        (55, Obligation.EITHER),
        (64.9, Obligation.EITHER),
        (65, Obligation.DUE),
        (900, Obligation.DUE),
    ],
)
def test_around_the_dwell_both_answers_are_right(stood: float, verdict: Obligation) -> None:
    """A dwell of 60 s and a tolerance of 5 s: nobody finds the moment of a halt to the second."""
    assert owed(stand(100, 100 + stood)).verdict is verdict


def test_it_is_due_a_dwell_after_it_came() -> None:
    """And stood for as long as it stood."""
    truth = owed(stand(100, 300))
    assert (truth.due, truth.stood) == (span(160), span(200))


def test_what_is_optional_may_be_told_or_not() -> None:
    """However long it stands; and nothing is owed to what was too short."""
    assert owed(stand(0, 900, optional=True)).verdict is Obligation.EITHER
    assert owed(stand(0, 10, optional=True)).verdict is Obligation.NOTHING


def test_nothing_is_owed_beyond_the_recording() -> None:
    """A thing that came just before its end would have been found later, one that came after it never."""
    assert owed(stand(100, 900), observed=span(200)).verdict is Obligation.DUE
    assert owed(stand(100, 900), observed=span(130)).verdict is Obligation.NOTHING
    assert owed(stand(100, 900), observed=span(50)).verdict is Obligation.NOTHING


def test_only_the_hours_of_the_zone_count() -> None:
    """It stands from 0 to 900, the hours run from 300 to 500: due at 360."""
    hours = zone(hours=Between(300, 500))
    assert owed(stand(0, 900), within=hours) == Expected(
        truth=stand(0, 900), verdict=Obligation.DUE, due=span(360), stood=span(200)
    )
    assert owed(stand(0, 350), within=hours).verdict is Obligation.NOTHING
    assert owed(stand(450, 900), within=hours).verdict is Obligation.NOTHING
    assert owed(stand(600, 900), within=hours).verdict is Obligation.NOTHING


def test_a_zone_owes_nothing_to_what_it_is_not_watched_for() -> None:
    """Another kind; or a zone that is not there any more."""
    assert owed(replace(stand(0, 900), kind=GARBAGE)).verdict is Obligation.UNWATCHED
    assert owed(stand(0, 900), within=ZONE).verdict is Obligation.DUE
