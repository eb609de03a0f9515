"""The figures of a score: worked out by hand, and laws that hold of any."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.score.intervals import Range
from edge_agent.core.score.matching import Outcome, matched
from edge_agent.core.score.scoring import DAY, Rate, Spread, by_matter, instant, score
from edge_agent.core.score.selection import score_caveats
from tests.site import GARBAGE, PARKING, zone
from tests.street import span
from tests.truths import incident, owed, returned, stand

DUE = (stand(0, 300), stand(1000, 1200), stand(2000, 2400), stand(3000, 3100))
RIGHT = (
    incident(60, until=300),
    incident(1062, until=1205),
    incident(2061, warned=2064, ordered=2960, until=2400),
    incident(3059, until=3100),
)


def outcomes_of(*effects: object) -> tuple[Outcome, ...]:
    """What became of the four stands."""
    return matched(tuple(map(owed, DUE)), effects)  # type: ignore[arg-type]


def test_a_day_worked_out_by_hand() -> None:
    """Three of four found, one of them late and with an order after it had gone, and one false incident with an order.

    Warnings were 0, 2 and 4 s late; dwell was 300 of 300, 203 of 200, 399 of 400.
    """
    false = incident(500, ordered=1400)
    done = score(outcomes_of(*RIGHT[:3], false), DAY / 2)
    assert (done.hits, done.misses, done.extras, done.allowed, done.unwarned) == (3, 1, 1, 0, 0)
    assert (done.precision.value, done.recall.value, done.f1) == pytest.approx((0.75, 0.75, 0.75))
    assert done.warning == Spread(count=3, median=span(2), p95=span(4))
    assert done.waited == Spread(count=3, median=span(62), p95=span(64))
    assert done.dwell == Spread(count=3, median=span(0), p95=span(3))
    assert done.order_rate == Rate(count=2, days=0.5)
    assert done.order_rate.value == 4
    assert done.order_rate.range.high == pytest.approx(14.45, abs=0.01)


def test_the_range_of_f1_follows_the_share_of_what_agrees() -> None:
    """3 hits among 5: 0.231 to 0.882 by Wilson, so F1 from 0.375 to 0.938."""
    done = score(outcomes_of(*RIGHT[:3], incident(500)))
    assert done.f1_range.low == pytest.approx(0.375, abs=1e-3)
    assert done.f1_range.high == pytest.approx(0.938, abs=1e-3)


def test_all_right_is_one() -> None:
    """Everything found and nothing besides."""
    done = score(outcomes_of(*RIGHT))
    assert (done.precision.value, done.recall.value, done.f1) == (1, 1, 1)
    assert done.days is None
    assert done.order_rate is None


def test_of_nothing_there_are_no_figures() -> None:
    """A quiet street without an incident is right, and says nothing."""
    done = score(())
    assert (done.precision.value, done.recall.value, done.f1, done.warning, done.dwell) == (None,) * 5
    assert done.f1_range == Range(0, 1)


def test_a_hit_nobody_was_warned_of_has_no_time() -> None:
    """A speaker that fails is no fault of the detector; it is counted apart."""
    done = score(outcomes_of(replace(RIGHT[0], warned=None)))
    assert (done.hits, done.unwarned, done.warning) == (1, 1, None)


def test_a_return_has_neither_a_first_warning_nor_a_dwell_of_its_own() -> None:
    """The clock goes on where it stood, so neither says how well the second stand was timed."""
    truths = (owed(stand(0, 300)), owed(stand(400, 900)))
    done = score(matched(truths, (returned(replace(incident(60, until=300), ordered=span(880)), 405, 900),)))
    assert (done.hits, done.dwell, done.false_orders) == (2, None, 0)
    assert done.warning == Spread(count=1, median=span(0), p95=span(0))


def test_an_order_for_what_may_be_told_is_false_only_when_it_is_gone() -> None:
    """The tolerance holds there too."""
    maybe = owed(stand(0, 1000, optional=True))
    assert score(matched((maybe,), (incident(60, ordered=1005),))).false_orders == 0
    assert score(matched((maybe,), (incident(60, ordered=1006),))).false_orders == 1


def test_outcomes_are_told_apart_by_kind_and_zone() -> None:
    """In the order of their names; of a false incident by its own words."""
    other = zone(GARBAGE, ident="bins")
    truths = (*map(owed, DUE[:2]), owed(replace(stand(0, 300), kind=GARBAGE, zone="bins"), within=other))
    parts = by_matter(matched(truths, (RIGHT[0], incident(500))))
    assert {matter: len(part) for matter, part in parts.items()} == {(GARBAGE, "bins"): 1, (PARKING, "z"): 3}


def test_an_outcome_came_about_when_the_thing_came() -> None:
    """Or, of a false one, when it was opened; by that a recording is split."""
    assert sorted(map(instant, outcomes_of(RIGHT[0], incident(500)))) == [span(s) for s in (0, 500, 1000, 2000, 3000)]


@given(kept_ids=st.sets(st.sampled_from(RIGHT)), more=st.integers(0, 3))
def test_one_more_false_incident_lowers_precision_alone(kept_ids: set[object], more: int) -> None:
    """Recall, times and dwell stay as they were."""
    incidents = (*kept_ids, *(incident(500 + n, ident=f"false-{n}") for n in range(more)))
    before, after = score(outcomes_of(*incidents)), score(outcomes_of(*incidents, incident(700)))
    assert (after.recall, after.warning, after.dwell, after.misses) == (
        before.recall,
        before.warning,
        before.dwell,
        before.misses,
    )
    assert after.precision.value == after.hits / (before.hits + before.extras + 1)
    assert (after.f1 or 0) <= (before.f1 or 0)


@given(kept_ids=st.sets(st.sampled_from(RIGHT), min_size=1))
def test_one_more_miss_lowers_recall_alone(kept_ids: set[object]) -> None:
    """Precision stays as it was."""
    before, after = score(outcomes_of(*RIGHT)), score(outcomes_of(*kept_ids))
    assert after.precision.value == before.precision.value == 1
    assert after.recall.value == len(kept_ids) / 4


def test_few_incidents_are_said_to_be_few() -> None:
    """In both languages, with the range; nothing is said of many."""
    (few,) = score_caveats(score(outcomes_of(*RIGHT)))
    assert few["en"] == "Only 4 true incidents: recall may really be anything from 0.51 to 1.00 (95 %)."
    assert "4起" in few["zh-CN"]
    many = tuple(owed(stand(n * 1000, n * 1000 + 300)) for n in range(20))
    assert score_caveats(score(matched(many, ()), 2 * DAY)) == ()


def test_one_is_one_incident() -> None:
    """Singular; and a short recording, or a mute speaker, is said too."""
    caveats = score_caveats(score(matched((owed(stand(0, 300)),), (replace(RIGHT[0], warned=None),)), DAY / 24))
    assert [words["en"].split()[0] for words in caveats] == ["Only", "1", "Only"]
    assert caveats[0]["en"].startswith("Only 1 true incident:")
    assert caveats[2]["en"] == (
        "Only 1.0 hours were looked at: up to 88.5 false work orders a camera-day cannot be ruled out (95 %)."
    )
