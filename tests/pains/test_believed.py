"""What may be believed: too few looks, a faint score, a box that hides nothing, and a queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from numpy.random import default_rng

from edge_agent.core.effects import Note, Remark
from edge_agent.core.events import Appearance, Detection
from edge_agent.core.explain.explanations import explain_note
from edge_agent.core.feed.incidents import Happening
from edge_agent.core.geometry import Box, Point
from edge_agent.core.incident.near_misses import unfinished
from tests.core_run import CoreRun, tell
from tests.site import permit, site, zone
from tests.street import RED, Things, behind, detection, looks, missed, nothing, stands, together

CAR = Box(0.4, 0.5, 0.5, 0.65)
SITE = site(zone())  # the rules as they ship: a dwell of a minute
PASSER_BY = Box(0.38, 0.4, 0.52, 0.7)


def left_at(result: CoreRun) -> tuple[float, float]:
    """When the only incident was told to be over, and when its thing was last there."""
    (over,) = [event for event in result.events if event.type is Happening.RESOLVED]
    assert over.end is not None
    told_at = result.seconds[result.events.index(over)]
    return told_at, told_at - (over.at - over.end).total_seconds()


def in_every_second_look(second: float) -> tuple[Detection, ...]:
    """Somebody who walks past the place."""
    return (detection("person", PASSER_BY),) if second % 2 else nothing(second)


def test_what_left_behind_passers_by_has_left() -> None:
    """Somebody stands before its place in every second look; the others show for 45 s that it is empty."""
    street = together(stands("car", 0, 400, place=CAR), in_every_second_look)
    assert left_at(tell(looks(street, until=700), SITE)) == (491, 400)


GHOST = Box(0, 0, 1, 1)
HIDES = {
    "somebody in front": (detection("person", PASSER_BY), True),
    "a bus in front": (detection("bus", Box(0.1, 0.3, 0.6, 0.8)), True),
    "a lorry in front, cut off below": (detection("truck", Box(0.2, 0.3, 0.8, 1.0)), True),
    "something without a known size in front": (detection("kiosk", Box(0.1, 0.01, 0.9, 0.8)), True),
    "a faint ghost": (detection("person", PASSER_BY, score=0.34), False),
    "the whole picture": (detection("train", GHOST, score=0.9), False),
    "somebody behind": (detection("person", Box(0.38, 0.3, 0.52, 0.645)), False),
    "a giant": (detection("dog", Box(0.3, 0.01, 0.6, 0.7)), False),
    "a broad one": (detection("person", Box(0.01, 0.45, 0.99, 0.7)), False),
    "the car itself, called a bird": (detection("bird", CAR.moved(0.002, 0.002)), False),
}


@pytest.mark.parametrize(("box", "hides"), HIDES.values(), ids=HIDES.keys())
def test_what_can_stand_in_front_hides(box: Detection, hides: bool) -> None:  # noqa: FBT001 - a row of the table
    """A car has left, and ever since there is a box at its place: only one that can be in front keeps it unknown."""
    street = together(stands("car", 0, 400, place=CAR), lambda second: (box,) if second > 400 else ())
    result = tell(looks(street, until=700), SITE)
    assert ("resolved" in result.happened) is not hides
    if not hides:
        assert left_at(result) == (445, 400)


def test_where_a_foot_is_cut_off_a_box_beside_it_may_hide_it() -> None:
    """Both reach the picture's lower edge: which is in front nobody can tell."""
    low = Box(0.4, 0.8, 0.5, 1.0)
    street = together(
        stands("car", 0, 100, place=low),
        lambda second: (detection("person", Box(0.38, 0.6, 0.52, 1.0)),) if second > 100 else (),
    )
    assert tell(looks(street, until=300), SITE).happened == ["opened", "warned"]


def test_a_ghost_hides_nothing_from_the_first_look_on() -> None:
    """The held-out log: a box of 0.16 around the whole picture in every look."""
    ghost = stands("train", 0, 2600, place=GHOST)
    faint = lambda second: tuple(replace(each, score=0.16) for each in ghost(second))  # noqa: E731
    result = tell(looks(together(stands("car", 0, 400, place=CAR), faint), until=700), SITE)
    assert left_at(result) == (445, 400)


def queue(look: Appearance | None) -> Things:
    """Two cars of one look wait; every half minute the first drives on and out of the picture, and a third moves up."""
    slots, car = (0.70, 0.53, 0.36), Box(0, 0.46, 0.13, 0.6)

    def seen(second: float) -> tuple[Detection, ...]:
        since = (second - 26) % 30  # the first has set off
        first = slots[0] + 0.075 * since
        others = [
            min(ahead, slot + 0.057 * max(0.0, since - 0.8 * place))
            for place, (ahead, slot) in enumerate(pairwise(slots), start=1)
        ]
        return tuple(detection("car", car.moved(x, 0), look=look) for x in (first, *others) if x < 0.93)

    return seen


@pytest.mark.parametrize("per_second", [0.5, 1, 2, 5])
@pytest.mark.parametrize("look", [None, RED], ids=["without a look", "all of one look"])
def test_a_queue_is_no_parking(per_second: float, look: Appearance | None) -> None:
    """Each car waits for half a minute and is seen to move on, so it is gone, whatever moves up into its place."""
    forbidden = site(zone(polygon=(Point(0.5, 0.4), Point(1, 0.4), Point(1, 0.7), Point(0.5, 0.7))))
    assert tell(looks(queue(look), until=400, per_second=per_second), forbidden).happened == []


def by_chance(things: Things, recall: float, seed: int) -> Things:
    """What a detector shows that finds them in so many looks of a hundred, each for itself."""
    luck = default_rng(seed)
    return lambda second: things(second) if luck.random() < recall else ()


@pytest.mark.parametrize("per_second", [1, 2, 5])
@pytest.mark.parametrize("recall", [0.4, 0.33])
def test_what_is_seldom_seen_is_opened(recall: float, per_second: float) -> None:
    """Twenty nights: each opens within a minute of its dwell, however often it is looked at."""
    for seed in range(20):
        night = by_chance(stands("car", 0, 1500, place=CAR), recall, seed)
        what, second = tell(looks(night, until=130, per_second=per_second), SITE).story[0]
        assert (what, 60 <= second <= 60 + 60) == ("opened", True), f"seed {seed}: {what} at {second}"


def test_what_is_seldom_seen_is_seen_to_stay() -> None:
    """For the whole 25 minutes: it climbs the ladder, and is never taken for gone."""
    night = by_chance(stands("car", 0, 1500, place=CAR), 0.33, seed=1)
    result = tell(looks(night, until=1500), SITE)
    assert result.happened == ["opened", "warned", "warned", "warned", "escalated"]


@pytest.mark.parametrize(("of", "per_second"), [(3, 1), (3, 2), (3, 5), (2.5, 2), (4, 5)])
def test_what_is_evenly_seldom_seen_is_opened(of: float, per_second: float) -> None:
    """One look in three, two in five, one in four."""
    seen = missed(stands("car", 0, 1500, place=CAR), lambda second: round(second * per_second) % of >= 1)
    what, second = tell(looks(seen, until=130, per_second=per_second), SITE).story[0]
    assert (what, 60 <= second <= 60 + 60) == ("opened", True)


SPARSE = missed(stands("car", 0, 900, place=CAR), lambda second: second > 6 and second % 30 > 0)


def test_what_is_hardly_ever_seen_opens_nothing() -> None:
    """Seven looks show a car, then one in thirty: whatever flashes there stands for nothing, and that is said."""
    result = tell(looks(SPARSE, until=1000), SITE)
    assert result.happened == []
    assert result.remarks == ["seen in too few looks"]
    (note,) = result.of(Note)
    assert explain_note(note, "en") == (
        "did not warn: seen in 4 % of the looks that could have shown it, 25 % is needed, dwell 900 of 60 s"
    )
    assert explain_note(note, "zh-CN") == "未劝导：仅在4%的可观测画面中检出，应达25%，驻留900秒，应满60秒"


def test_at_the_end_it_is_said_that_too_little_was_seen() -> None:
    """Of what still flashes there, and not of what has not stood for long enough."""
    flashing, young = (tell(looks(SPARSE, until=until), SITE).world for until in (300, 40))
    assert [note.what for note in unfinished(flashing, SITE)] == [Remark.SELDOM_SEEN]
    assert [note.what for note in unfinished(young, SITE)] == [Remark.STILL_THERE]


def test_a_permit_is_no_reason_to_tell_of_what_is_hardly_ever_seen() -> None:
    """Nothing that stands there is suppressed."""
    allowed = site(zone(permits=(permit(2000),)))
    assert tell(looks(SPARSE, until=1000), allowed).happened == []


def test_looks_that_could_not_show_it_are_not_counted() -> None:
    """A car behind a bus in nine looks of ten is believed: all the others show it."""
    bus = lambda second: (detection("bus", Box(0.1, 0.3, 0.6, 0.8)),) if second % 10 else ()  # noqa: E731
    result = tell(looks(behind(stands("car", 0, 300, place=CAR), bus), until=300), SITE)
    assert result.story[0] == ("opened", 60)


VAN = Box(0.72, 0.06, 0.92, 0.22)
GAP = Box(0.929, 0.072, 0.967, 0.161)  # what a detector took for a car, before the van


def scored(place: Box, score: Callable[[float], float], *, until: float = 300) -> Things:
    """A car that is found at each look with a score of its own."""
    return lambda second: (detection("car", place, score=score(second)),) if second <= until else ()


def steadily(score: float) -> Callable[[float], float]:
    """The same score at every look."""
    return lambda _: score


def once(best: float, else_: float, when: float) -> Callable[[float], float]:
    """A score that one look alone exceeds."""
    return lambda second: best if second == when else else_


def opened(*things: Things) -> int:
    """How many incidents are opened in five minutes of a street, and its end."""
    return tell(looks(together(*things), until=420), SITE).happened.count("opened")


@pytest.mark.parametrize("when", [0, 30])
def test_one_good_look_does_not_make_a_thing(when: float) -> None:
    """A score is that of the looks on the whole: 0.37 or 0.9 once, else 0.25."""
    for best in (0.373, 0.9):
        result = tell(looks(scored(CAR, once(best, 0.25, when)), until=420), SITE)
        assert result.happened == []
        assert result.remarks == ["too faint in most looks"]


def test_one_bad_look_does_not_unmake_a_thing() -> None:
    """A car of 0.45 that is half hidden for a while has stood all the same."""
    assert opened(scored(CAR, lambda second: 0.16 if 20 < second < 30 else 0.45)) == 1


@pytest.mark.parametrize("gap", [0.34, 0.6])
def test_the_gap_before_a_van_is_a_part_of_it(gap: float) -> None:
    """It touches the van, is smaller, and never as sure: however sure it is, one incident."""
    part = scored(GAP, once(0.373, gap, 0) if gap < 0.35 else steadily(gap))
    result = tell(looks(together(scored(VAN, steadily(0.8)), part), until=420), SITE)
    assert result.happened.count("opened") == 1
    (why,) = result.of(Note)
    assert why.what in {Remark.PART, Remark.FAINT}
    assert explain_note(why, "en").startswith("did not warn: ")
    assert explain_note(why, "zh-CN").startswith("未劝导：")


def test_a_faint_ghost_that_overlaps_a_car_is_a_part_of_it() -> None:
    """Also where it is as large, also while the car is missed."""
    car = missed(scored(CAR, steadily(0.8)), lambda second: second % 7 == 3)
    assert opened(car, scored(CAR.moved(0.06, 0), steadily(0.4))) == 1


def test_cars_beside_each_other_are_two() -> None:
    """Of one size and alike to the detector; or one that is surer of the smaller one once; or not touching."""
    beside, apart = CAR.moved(0.1, 0), CAR.moved(0.2, 0)
    small = Box(0.5, 0.55, 0.55, 0.65)
    assert opened(scored(CAR, steadily(0.8)), scored(beside, steadily(0.7))) == 2
    assert opened(scored(CAR, steadily(0.8)), scored(small, once(0.85, 0.7, 20))) == 2
    assert opened(scored(CAR, steadily(0.9)), scored(apart, steadily(0.5))) == 2


def test_a_car_that_was_there_before_the_lorry_stays_a_car() -> None:
    """It had stood by itself; and one that was not opens when the lorry has gone."""
    small, lorry = Box(0.5, 0.55, 0.55, 0.65), scored(CAR, steadily(0.9))
    late = lambda second: lorry(second) if second > 20 else ()  # noqa: E731
    early = lambda second: lorry(second) if second < 100 else ()  # noqa: E731
    assert opened(late, scored(small, steadily(0.5))) == 2
    result = tell(looks(together(early, scored(small, steadily(0.5))), until=290), SITE)
    assert result.story[-3:-1] == [("resolved", 144), ("opened", 144)]
