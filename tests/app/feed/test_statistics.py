"""Tallies: the same counts for a person, a program and a dashboard."""

from __future__ import annotations

import json
from datetime import UTC

from edge_agent.app.feed.statistics import json_text, measure, sections
from edge_agent.core.score.outcomes import Judged
from tests.app.recorded_metrics import RecordedMetrics
from tests.core.score.test_outcomes import OPEN, ORDERED, outcome
from tests.site import GARBAGE, PARKING, SHORT, site, zone

SITE = site(zone(rule=SHORT), zone(GARBAGE, rule=SHORT, ident="y"))  # two warnings


def test_a_program_reads_every_count() -> None:
    """The whole, each zone, kind and hour; a rate of nobody is null, not nought."""
    figures = json.loads(json_text(sections([outcome(1), outcome(1, **OPEN), outcome(2, **ORDERED, zone="y")], UTC)))
    assert list(figures) == ["all", "zone", "kind", "hour", "instructions"]
    assert list(figures["zone"]) == ["y", "z"]
    assert figures["all"]["all"] == {
        "incidents": 3,
        "left_before": 0,
        "corrected": 1,
        "ordered": 1,
        "rate": 0.5,
        "to_leave_s": 30.0,
        "after": [
            {"warning": 1, "heard": 3, "left": 1, "stayed": 1, "rate": 0.5},
            {"warning": 2, "heard": 1, "left": 0, "stayed": 1, "rate": 0.0},
        ],
        "review": {
            "confirmed": 0,
            "rejected": 0,
            "unanswered": 0,
            "false": None,
            "false_low": None,
            "false_high": None,
        },
    }
    assert json.loads(json_text(sections([], UTC)))["all"]["all"]["rate"] is None


def test_what_people_judged_is_told_with_its_interval() -> None:
    """By zone and kind; nobody's word is no judgement."""
    verdicts = [*["confirmed"] * 8, "rejected", "rejected", "unanswered", None]
    judged = [
        outcome(1, incident=f"i-{n}", judged=None if each is None else Judged(each)) for n, each in enumerate(verdicts)
    ]
    figures = json.loads(json_text(sections([*judged, outcome(1, zone="y")], UTC)))
    expected = {
        "confirmed": 8,
        "rejected": 2,
        "unanswered": 1,
        "false": 0.2,
        "false_low": 0.0567,
        "false_high": 0.5098,  # Wilson's interval of 2 of 10
    }
    assert figures["zone"]["z"]["review"] == figures["kind"][PARKING]["review"] == expected
    assert figures["zone"]["y"]["review"]["false"] is None


def test_a_dashboard_sees_what_is_watched() -> None:
    """Every zone and kind at every warning; where nothing happened it is nought, and no time is made up."""
    metrics = RecordedMetrics()
    measure([outcome(1), outcome(1), outcome(2)], SITE, metrics)
    noughts = {("after_warning", "y", GARBAGE, str(n), what): 0 for n in (1, 2) for what in ("left", "stayed")}
    assert metrics.levels == noughts | {
        ("after_warning", "z", PARKING, "1", "left"): 2,
        ("after_warning", "z", PARKING, "1", "stayed"): 1,
        ("after_warning", "z", PARKING, "2", "left"): 1,
        ("after_warning", "z", PARKING, "2", "stayed"): 0,
        ("time_to_leave", "z", PARKING): 30,
    }


def test_what_is_no_longer_so_is_taken_back() -> None:
    """The window moves on: a zone whose incidents are too old shows noughts again."""
    metrics = RecordedMetrics()
    measure([outcome(1)], SITE, metrics)
    measure([], SITE, metrics)
    assert {value for name, value in metrics.levels.items() if name[0] == "after_warning"} == {0}


def test_a_zone_that_is_gone_is_still_counted() -> None:
    """Its people were asked too; and more warnings than are given now."""
    metrics = RecordedMetrics()
    measure([outcome(3, zone="old")], site(zone(rule=SHORT)), metrics)
    assert metrics.levels["after_warning", "old", PARKING, "3", "left"] == 1
