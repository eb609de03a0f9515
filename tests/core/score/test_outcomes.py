"""Outcomes: the share that leaves after each warning, told by nothing but the events of incidents."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.score.outcomes import IncidentOutcome, OutcomeCounts, grouped, local_hour, outcome_of, tally
from tests.core_run import CoreRun, Speaker, fails, tell, works
from tests.site import PARKING, SHORT, site, zone
from tests.street import at, looks, stands, together

SITE = site(zone(rule=SHORT))  # warned at 20 and 50, ordered at 80


def stood(until: float, after: float = 200, speaker: Speaker = works) -> CoreRun:
    """A car that stands from the beginning until then, and an empty street after it."""
    return tell(looks(stands("car", 0, until), until=after), SITE, speaker=speaker)


def last(result: CoreRun) -> IncidentOutcome:
    """What became of the one incident."""
    return outcome_of(result.events[-1])


def outcome(n: int, **more: object) -> IncidentOutcome:
    """An incident that was left after ``n`` warnings, the last at second 100, unless said otherwise."""
    record: dict[str, object] = {
        "incident": f"i-{n}",
        "seq": 1,
        "camera": "c1",
        "zone": "z",
        "kind": PARKING,
        "opened": at(0),
        "heard": n,
        "heard_at": at(100) if n else None,
        "ordered": False,
        "ended": at(130),
        "how": "left",
    }
    return IncidentOutcome(**(record | more))  # type: ignore[arg-type]


OPEN: dict[str, object] = {"ended": None, "how": None}
ORDERED: dict[str, object] = {"ordered": True}


@pytest.mark.parametrize(("until", "heard"), [(30, 1), (60, 2)])
def test_who_leaves_after_a_warning_has_put_it_right(until: float, heard: int) -> None:
    """Dated to the last sighting, measured from the last warning that was heard."""
    last_outcome = last(stood(until))
    assert (last_outcome.heard, last_outcome.how, last_outcome.ordered, last_outcome.ended) == (
        heard,
        "left",
        False,
        at(until),
    )
    assert last_outcome.to_leave == at(until) - at(20 + 30 * (heard - 1))
    assert tally([last_outcome]).corrected == 1


def test_who_stays_gets_an_order_and_has_not() -> None:
    """Leaving afterwards is the order's doing, and has no time to leave after a warning."""
    last_outcome = last(stood(100))
    assert (last_outcome.heard, last_outcome.how, last_outcome.ordered, last_outcome.to_leave) == (
        2,
        "left",
        True,
        None,
    )
    counted = tally([last_outcome])
    assert (counted.before, counted.corrected, counted.ordered, counted.to_leave) == (0, 0, 1, None)


def test_what_is_open_is_not_over() -> None:
    """It has heard what it has heard."""
    last_outcome = last(stood(60, after=60))
    assert (last_outcome.heard, last_outcome.ended, last_outcome.how) == (2, None, None)


def test_a_warning_nobody_heard_put_nothing_right() -> None:
    """A broken speaker corrects nobody: who leaves, leaves before any warning."""
    last_outcome = stood(30, speaker=fails)
    assert (last(last_outcome).heard, last(last_outcome).heard_at, tally([last(last_outcome)]).before) == (0, None, 1)


def test_who_comes_back_is_not_gone() -> None:
    """The incident goes on, and ends once."""
    there = together(stands("car", 0, 30, look=(1.0, 0.0)), stands("car", 60, 200, look=(1.0, 0.0)))
    gone, back = (tell(looks(there, until=until), SITE) for until in (50, 70))
    assert (last(gone).ended, last(gone).how) == (at(30), "left")
    assert (last(back).incident, last(back).ended) == (last(gone).incident, None)
    assert last(back).seq > last(gone).seq


def test_who_was_on_the_way_took_no_time() -> None:
    """The last sighting may lie before the end of the warning."""
    assert outcome(1, ended=at(95)).to_leave == timedelta(0)


def test_the_rate_of_each_warning() -> None:
    """Ten heard the first: six left, three stayed for the second, of one nobody knows."""
    outcomes = [
        *[outcome(1)] * 6,
        outcome(1, **OPEN),
        outcome(2),
        outcome(2, **ORDERED),
        outcome(2, how="unknown_end"),
        outcome(0),
        outcome(0, **(OPEN | ORDERED)),
    ]
    figures = tally(outcomes)
    assert [(each.n, each.heard, each.left, each.stayed) for each in figures.after] == [(1, 10, 6, 3), (2, 3, 1, 1)]
    assert [each.rate for each in figures.after] == [pytest.approx(2 / 3), 0.5]
    assert (figures.incidents, figures.before, figures.corrected, figures.ordered) == (12, 1, 7, 2)
    assert figures.rate == pytest.approx(7 / 9)


def test_of_nobody_there_is_no_rate() -> None:
    """Not nought, which would be a bad one."""
    assert tally([]) == OutcomeCounts(incidents=0, before=0, corrected=0, ordered=0, after=(), to_leave=None)
    assert tally([]).rate is None
    assert [each.rate for each in tally([outcome(1, **OPEN)]).after] == [None]


def test_the_time_to_leave_is_the_median() -> None:
    """One who stays for an hour does not make the others slow; two in the middle share."""
    outcomes = [outcome(1, ended=at(100 + seconds)) for seconds in (10, 20, 40, 3600)]
    assert tally(outcomes).to_leave == timedelta(seconds=30)
    assert tally(outcomes[:3]).to_leave == timedelta(seconds=20)


def test_groups_are_tallied_apart() -> None:
    """By zone, by kind, or by the hour on the wall."""
    outcomes = [outcome(1, zone="b"), outcome(2, zone="a"), outcome(1, zone="a", opened=at(3600))]
    zones = grouped(outcomes, lambda each: each.zone)
    assert [(name, each.incidents) for name, each in zones.items()] == [("a", 2), ("b", 1)]
    shanghai = timezone(timedelta(hours=8))
    hours = [f"{at(0).astimezone(shanghai):%H}", f"{at(3600).astimezone(shanghai):%H}"]
    assert list(grouped(outcomes, local_hour(shanghai))) == sorted(hours)


outcomes = st.builds(
    outcome,
    st.integers(0, 4),
    ordered=st.booleans(),
    how=st.sampled_from(["left", "unknown_end", "hours", None]),
)


@given(st.lists(outcomes, max_size=30))
def test_nobody_is_counted_twice(outcome_list: list[IncidentOutcome]) -> None:
    """Of those who heard a warning, who left did not stay; and who left after one of them put it right, once."""
    figures = tally(outcome_list)
    assert all(each.left + each.stayed <= each.heard for each in figures.after)
    assert sum(each.left for each in figures.after) == figures.corrected
    assert figures.before + figures.corrected + figures.ordered <= figures.incidents
    assert all(each.rate is None or 0 <= each.rate <= 1 for each in figures.after)


@given(st.lists(outcomes, max_size=20), st.randoms(use_true_random=False))
def test_the_order_of_incidents_says_nothing(outcome_list: list[IncidentOutcome], order: object) -> None:
    """Nor does the way they are grouped: the groups add up to the whole."""
    mixed = list(outcome_list)
    order.shuffle(mixed)  # type: ignore[attr-defined]
    assert tally(mixed) == tally(outcome_list)
    parts = grouped(outcome_list, lambda each: str(each.heard)).values()
    assert sum(part.corrected for part in parts) == tally(outcome_list).corrected
