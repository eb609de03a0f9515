"""Stories put together what belongs to one thing, and say in words why it went as it did."""

from __future__ import annotations

from dataclasses import replace

from edge_agent.core.effects import Notify, OpenWorkOrder, UpdateWorkOrder
from edge_agent.core.explain.stories import gathered_stories
from edge_agent.core.feed.incidents import Recipient, Role
from edge_agent.core.geometry import Box, Point, iou
from tests.core_run import fails, tell
from tests.site import SHORT, STALL, permit, site, zone
from tests.street import BUS, KERB, at, behind, looks, lost, stands, together

ELSEWHERE = Box(0.7, 0.4, 0.8, 0.5)
KERB_ONLY = (Point(0.39, 0.4), Point(0.51, 0.4), Point(0.51, 0.51), Point(0.39, 0.51))


def test_a_whole_ladder_is_one_story_in_order() -> None:
    """One moment for each thing that happened, those of its work order among them."""
    (story,) = gathered_stories(tell(looks(stands("car", 0, 100), until=120), site(zone(rule=SHORT))).effects)
    assert [(moment.what, moment.text["en"]) for moment in story.moments] == [
        ("opened", "opened: stood for 20 s"),
        ("warned", "warning 1 played at 20 s"),
        ("warned", "warning 2 played at 50 s"),
        ("escalated", "work order: 2 warnings played and not heeded"),
        ("resolved", "over: seen to have left after 2 warnings, at 100 s"),
        ("work_order", "the place was seen clear"),
        ("work_order", "work order closed"),
    ]
    assert (story.camera, story.zone, story.kind) == ("c1", "z", "illegal_parking")
    assert (story.outcome, story.near_miss, story.nearness) == ("resolved", False, 1.0)
    assert (story.stood_since, story.moments[-1].last_seen) == (at(0), at(100))
    assert all(moment.box is not None and iou(moment.box, KERB) > 0.99 for moment in story.moments)
    assert all(moment.text["zh-CN"] for moment in story.moments)


def test_a_work_order_says_whom_it_is_for() -> None:
    """Where somebody is responsible; that it was opened is said anyway."""
    kerb = replace(zone(rule=SHORT), responsible={"illegal_parking": "Sunny Estates"})
    (story,) = gathered_stories(tell(looks(stands("car", 0, 100), until=100), site(kerb)).effects)
    assert story.moments[-1].text["zh-CN"] == "工单已生成，责任方：Sunny Estates"


def test_who_was_to_be_told_is_said() -> None:
    """By what they are, never by how they are reached; of an incident that is not there nothing is said."""
    kerb = replace(zone(rule=SHORT), recipients=(Recipient(role=Role.STEWARD, contact="steward-7"),))
    effects = tell(looks(stands("car", 0, 100), until=25), site(kerb)).effects
    (story,) = gathered_stories(effects)
    (moment,) = (moment for moment in story.moments if moment.what == "notified")
    assert moment.text == {"en": "the centre was asked to tell the street steward", "zh-CN": "请中心通知街巷长"}
    assert (moment.why, story.outcome) == ("steward", "warned")
    assert gathered_stories(effect for effect in effects if isinstance(effect, Notify)) == ()


def test_a_near_miss_is_a_story_without_an_incident() -> None:
    """It says how far it came."""
    (story,) = gathered_stories(tell(looks(stands("car", 0, 15), until=60), site(zone(rule=SHORT))).effects)
    assert (story.incident, story.near_miss, story.outcome, story.nearness) == (None, True, "left_early", 0.75)
    (moment,) = story.moments
    assert moment.needed_s == 20
    assert (story.stood_since, moment.last_seen) == (at(0), at(15))
    assert moment.box is not None
    assert iou(moment.box, KERB) > 0.99


def test_an_incident_that_a_second_look_delayed_tells_it_all() -> None:
    """The remarks from before it was an incident belong to it."""
    car = looks(stands("car", 0, 40), until=60)
    doubted = tell(car[:25], site(zone(rule=SHORT)), second_look=False)
    believed = tell(car[25:], site(zone(rule=SHORT)), world=doubted.world)
    (story,) = gathered_stories((*doubted.effects, *believed.effects))
    assert [moment.what for moment in story.moments] == ["disagreed", "opened", "warned", "resolved"]
    assert story.incident is not None
    assert not story.near_miss


def test_what_a_permit_covers_is_a_near_miss_and_what_follows_is_another_story() -> None:
    """The same thing, once allowed and then not, is two."""
    stall = looks(stands("stall", 0, 100), until=120)
    allowed, after = gathered_stories(tell(stall, site(zone(STALL, rule=SHORT, permits=(permit(40),)))).effects)
    assert (allowed.outcome, allowed.near_miss, allowed.nearness) == ("suppressed", True, 1.0)
    assert after.moments[0].at == at(60)
    assert allowed.case == after.case
    assert allowed.incident != after.incident


def test_stories_come_by_their_first_moments() -> None:
    """Also where a later one ends first."""
    street = together(stands("car", 0, 200), stands("truck", 5, 15, place=ELSEWHERE))
    first, second = gathered_stories(tell(looks(street, until=260), site(zone(rule=SHORT))).effects)
    assert (first.outcome, second.outcome) == ("resolved", "left_early")
    assert first.began < second.began


def test_a_tail_of_effects_makes_a_story_of_what_it_holds() -> None:
    """An order whose incident is not among them is nobody's; an incident begun before has the rest of its moments."""
    effects = tell(looks(stands("car", 0, 100), until=120), site(zone(rule=SHORT)), speaker=fails).effects
    ordered = next(n for n, effect in enumerate(effects) if isinstance(effect, OpenWorkOrder))
    assert gathered_stories(effect for effect in effects if isinstance(effect, UpdateWorkOrder)) == ()
    (story,) = gathered_stories(effects[ordered:])
    assert [moment.what for moment in story.moments] == ["resolved", "work_order", "work_order"]
    assert not story.near_miss


def test_what_hid_a_near_miss_is_said() -> None:
    """A bus that stood in front, a stream that was lost, and how long it would have had to stay."""
    bus = stands("bus", 6, 9, place=BUS)
    street = lost(looks(behind(stands("car", 0, 15), bus), until=120), 11, 14)
    stories = gathered_stories(tell(street, site(zone(rule=SHORT, polygon=KERB_ONLY))).effects)
    (moment,) = stories[0].moments
    assert moment.hidden_by == {"behind:bus": 5, "no_connection": 3}
    assert moment.text["en"] == (
        "did not warn: left before the dwell was reached, dwell 15 of 20 s, 8 s unobservable"
        " (5 s behind a bus, 3 s without a connection to the camera)"
    )


def test_its_own_trembling_box_is_told_apart_from_what_is_in_front() -> None:
    """A car whose box lies oddly for a while is still its own, and hidden by nothing else."""
    odd = KERB.moved(0.04, 0)
    street = together(
        stands("car", 0, 8),
        stands("car", 9, 12, place=odd),
        stands("car", 13, 16),
        stands("truck", 0, 60, place=ELSEWHERE),
    )
    stories = gathered_stories(tell(looks(street, until=60), site(zone(rule=SHORT, polygon=KERB_ONLY))).effects)
    assert stories[0].moments[0].hidden_by == {"blurred": 5}
