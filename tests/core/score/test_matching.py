"""Which incident is which stand: one to one, with as few faults as there can be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.geometry import Box, Point
from edge_agent.core.score.matching import Allowed, Extra, Hit, Miss, Outcome, matched
from edge_agent.core.score.replayed import ReplayedIncident
from edge_agent.core.score.truth import Expected, TrueIncident
from tests.site import GARBAGE, zone
from tests.street import KERB, span
from tests.truths import incident, owed, returned, stand

ELSEWHERE = Box(0.7, 0.4, 0.8, 0.5)
BESIDE = Box(0.45, 0.4, 0.55, 0.5)  # overlaps the kerb's place by a third


def judged(truths: list[TrueIncident], *incident: ReplayedIncident) -> tuple[Outcome, ...]:
    """The outcomes under a dwell of a minute."""
    return matched(tuple(owed(each) for each in truths), incident)


def names(outcomes: tuple[Outcome, ...]) -> list[str]:
    """What became of all, sorted."""
    return sorted(type(each).__name__ for each in outcomes)


def test_what_is_found_where_and_when_it_stood_is_a_hit() -> None:
    """Opened a dwell after it came."""
    assert judged([stand(0, 300)], incident(60)) == (Hit(expected=owed(stand(0, 300)), found=incident(60)),)


@pytest.mark.parametrize(
    ("incident", "why"),
    [
        (incident(54), "before the rule allows, by more than the tolerance"),
        (incident(306), "after it was gone, by more than the tolerance"),
        (incident(60, box=ELSEWHERE), "at another place"),
        (incident(60, at="y"), "in another zone"),
        (replace(incident(60), kind=GARBAGE), "of another kind"),
    ],
)
def test_what_does_not_agree_is_a_miss_and_a_false_one(incident: ReplayedIncident, why: str) -> None:
    """Two faults: nobody heard of the one, and somebody of what was not."""
    assert names(judged([stand(0, 300)], incident)) == ["Extra", "Miss"], why


@pytest.mark.parametrize("opened", [55, 60, 200, 305])
def test_late_is_found_and_early_by_the_tolerance(opened: float) -> None:
    """How late it was is another figure."""
    assert names(judged([stand(0, 300)], incident(opened))) == ["Hit"]


def test_a_point_lies_in_what_was_found_or_just_beside() -> None:
    """People click on a thing, roughly; and who says no place means anywhere in the zone."""
    near = replace(stand(0, 300, box=None), point=Point(0.505, 0.45))
    far = replace(stand(0, 300, box=None), point=Point(0.6, 0.45))
    assert names(judged([near], incident(60))) == ["Hit"]
    assert names(judged([far], incident(60))) == ["Extra", "Miss"]
    assert names(judged([stand(0, 300, box=None)], incident(60))) == ["Hit"]
    assert names(judged([stand(0, 300)], incident(60, box=None))) == ["Hit"]


def test_one_stand_is_found_once() -> None:
    """The second incident for the same thing is a false one, and it is the one that agrees less."""
    outcomes = judged([stand(0, 300)], incident(61), incident(90))
    assert names(outcomes) == ["Extra", "Hit"]
    assert Extra(found=incident(90)) in outcomes


def test_neighbours_are_paired_so_that_both_are_found() -> None:
    """The first incident agrees with both stands, and better with the wrong one; the second only with that."""
    kerb, beside = stand(0, 300), stand(0, 300, box=BESIDE)
    between = Box(0.425, 0.4, 0.525, 0.5)
    outcomes = judged([kerb, beside], incident(60, box=between, ident="a"), incident(60, box=KERB, ident="b"))
    assert {(each.expected.truth.box, each.found.incident) for each in outcomes if isinstance(each, Hit)} == {
        (KERB, "b"),
        (BESIDE, "a"),
    }


def test_what_stood_too_briefly_must_not_be_told() -> None:
    """Silence is right, a word is a false incident; near the dwell either will do."""
    assert judged([stand(0, 40)]) == ()
    assert names(judged([stand(0, 40)], incident(41))) == ["Extra"]
    assert judged([stand(0, 60)]) == ()
    assert names(judged([stand(0, 60)], incident(61))) == ["Allowed"]


def test_what_is_optional_counts_neither_way() -> None:
    """Told or not, and whenever it stood there; but a second incident for it is false."""
    maybe = stand(0, 300, optional=True)
    assert judged([maybe]) == ()
    assert judged([maybe], incident(60)) == (Allowed(expected=owed(maybe), found=incident(60)),)
    assert names(judged([stand(0, 20, optional=True)], incident(10))) == ["Allowed"]
    assert names(judged([maybe], incident(60), incident(90))) == ["Allowed", "Extra"]


def test_an_optional_stand_does_not_take_what_another_needs() -> None:
    """Both stood there; the incident goes to the one that is due."""
    outcomes = judged([stand(0, 300, optional=True), stand(2, 300)], incident(60))
    assert names(outcomes) == ["Hit"]


def test_a_return_is_no_second_incident() -> None:
    """One stand through which the incident lost it for a while; or two stands: both are found, nothing is false."""
    incidents = returned(incident(60, until=300), 400, 900)
    assert names(judged([stand(0, 900)], incidents)) == ["Hit"]
    outcomes = judged([stand(0, 300), stand(395, 900)], incidents)
    assert [each.returned for each in outcomes if isinstance(each, Hit)] == [False, True]
    assert len(outcomes) == 2
    assert names(judged([stand(0, 300), stand(2000, 2300)], incidents)) == ["Hit", "Miss"]


def test_what_goes_on_after_a_return_has_no_end_yet() -> None:
    """The last spell reaches to the end of the recording."""
    incidents = returned(incident(60, until=300), 400, None)
    assert names(judged([stand(0, 300), stand(5000, 5300)], incidents)) == ["Hit", "Hit"]


def test_a_zone_that_is_not_watched_expects_and_allows_nothing() -> None:
    """A truth of another kind neither counts as missed nor excuses anything."""
    other = owed(stand(0, 300), within=zone(GARBAGE))
    assert matched((other,), ()) == ()
    assert names(matched((other,), (incident(60),))) == ["Extra"]


seconds = st.integers(0, 40).map(lambda tens: tens * 10.0)
places = st.sampled_from((KERB, BESIDE, ELSEWHERE))
stands = st.builds(
    lambda since, longer, box, optional: owed(stand(since, since + longer, box=box, optional=optional)),
    seconds,
    seconds,
    places,
    st.booleans(),
)
tellings = st.builds(lambda at, box: incident(60 + at, box=box, ident=f"{at}{box.x0}"), seconds, places)


@given(truths=st.lists(stands, max_size=5), incidents=st.lists(tellings, max_size=5, unique_by=str), draw=st.data())
def test_the_order_in_which_either_side_is_written_changes_nothing(
    truths: list[Expected], incidents: list[ReplayedIncident], draw: st.DataObject
) -> None:
    """Sorted or not, the same pairs."""
    shuffled = draw.draw(st.permutations(truths)), draw.draw(st.permutations(incidents))
    assert matched(tuple(shuffled[0]), tuple(shuffled[1])) == matched(tuple(truths), tuple(incidents))


@given(truths=st.lists(stands, max_size=5), incidents=st.lists(tellings, max_size=5, unique_by=str))
def test_everything_is_accounted_for_once(truths: list[Expected], incidents: list[ReplayedIncident]) -> None:
    """Every due stand is a hit or a miss, every incident a hit, allowed or false."""
    outcomes = matched(tuple(truths), tuple(incidents))
    due = [each for each in truths if each.verdict.value == "due"]
    assert sum(isinstance(each, Hit | Miss) for each in outcomes) == len(due)
    assert sorted(each.found.incident for each in outcomes if not isinstance(each, Miss)) == sorted(
        each.incident for each in incidents
    )


def test_the_tolerance_is_the_truths_own() -> None:
    """Whoever knows it less exactly says so."""
    vague = replace(stand(0, 300), tolerance=span(30))
    assert names(judged([vague], incident(35))) == ["Hit"]
    assert names(judged([vague], incident(325))) == ["Hit"]
