"""Grouping: which standing things break a rule, and which of them are one case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_agent.core.events import Detection
from edge_agent.core.geometry import Box, Point
from edge_agent.core.site.frontages import Shop
from tests.core_run import CoreRun, tell
from tests.site import GARBAGE, KINDS, PARKING, POLICY, SHORT, STALL, TRADING, site, zone
from tests.solids import BAG, CAR, POLE, Solid, knowing, measured
from tests.street import RED, Things, detection, looks, missed, stands, together

TABLE = Box(0.4, 0.4, 0.5, 0.5)
CHAIR = Box(0.52, 0.42, 0.57, 0.5)
FAR_CHAIR = Box(0.8, 0.42, 0.85, 0.5)
SHOPS = (
    Shop(id="li", name="Li's fruit", frontage=(Point(0.0, 0.3), Point(0.6, 0.3))),
    Shop(id="wu", name="Wu's tea", frontage=(Point(0.6, 0.3), Point(1.0, 0.3))),
)


def opened_by(kind: str, things: Things, until: float = 40) -> CoreRun:
    """What comes of things on a street under one kind's rule."""
    return tell(looks(things, until=until), site(zone(kind, rule=SHORT, shops=SHOPS)))


def test_each_vehicle_is_its_own() -> None:
    """Two cars are two incidents."""
    pair = together(stands("car", 0, 40), stands("car", 0, 40, place=FAR_CHAIR))
    assert opened_by(PARKING, pair).happened.count("opened") == 2


def test_things_beside_each_other_are_one_stall() -> None:
    """A table and a chair, since the second of them came; far apart they are not."""
    near = together(stands("table", 0, 60, place=TABLE), stands("chair", 10, 60, place=CHAIR))
    assert opened_by(STALL, near).story == [("opened", 30), ("warned", 30)]
    assert (
        opened_by(STALL, together(stands("table", 0, 60, place=TABLE), stands("chair", 0, 60, place=FAR_CHAIR))).story
        == []
    )


def test_a_stall_is_a_stall_by_itself() -> None:
    """A sufficient label needs no company; the chair beside it belongs to it and makes no second case."""
    things = together(stands("stall", 0, 60, place=TABLE), stands("chair", 20, 60, place=CHAIR))
    assert opened_by(STALL, things).story == [("opened", 20), ("warned", 20)]


def test_a_table_with_a_person_is_a_stall() -> None:
    """From the moment at which somebody stands there; a chair with a person is a person on a chair."""
    tended = together(stands("table", 0, 60, place=TABLE), stands("person", 15, 60, place=CHAIR))
    assert opened_by(STALL, tended, until=60).story[0] == ("opened", 35)
    seated = together(stands("chair", 0, 60, place=TABLE), stands("person", 0, 60, place=CHAIR))
    assert opened_by(STALL, seated).story == []


def test_a_stall_is_there_while_any_of_it_is() -> None:
    """The table is missed for good, the chair is still there: nobody has left."""
    things = together(stands("table", 0, 25, place=TABLE), stands("chair", 0, 75, place=CHAIR))
    assert opened_by(STALL, things, until=70).story == [("opened", 20), ("warned", 20), ("warned", 50)]


def test_two_clusters_become_one_when_something_stands_between() -> None:
    """Neighbours of neighbours are one."""
    ends = together(stands("chair", 0, 60, place=TABLE), stands("chair", 0, 60, place=TABLE.moved(0.3, 0)))
    between = stands("chair", 0, 60, place=TABLE.moved(0.15, 0))
    assert opened_by(STALL, ends).story == []
    assert opened_by(STALL, together(ends, between)).happened.count("opened") == 1


def test_everything_beyond_one_line_is_one() -> None:
    """By shop, and the shop is named; a second rack later joins the first."""
    racks = together(
        stands("rack", 0, 60, place=TABLE), stands("rack", 9, 60, place=CHAIR), stands("goods", 0, 60, place=FAR_CHAIR)
    )
    events = [event for event in opened_by(TRADING, racks).events if event.type == "incident.opened"]
    assert [event.shop for event in events] == ["li", "wu"]
    assert "Li's fruit" in events[0].text["en"]


def test_goods_behind_their_line_break_nothing() -> None:
    """They are where they belong."""
    assert opened_by(TRADING, stands("rack", 0, 60, place=Box(0.1, 0.1, 0.2, 0.2))).story == []


def test_garbage_in_a_bin_is_where_it_belongs() -> None:
    """Unless the bin runs over."""
    closed = stands("bin", 0, 60, place=Box(0.35, 0.35, 0.55, 0.55))
    assert opened_by(GARBAGE, together(closed, stands("garbage", 0, 60, place=TABLE))).story == []
    assert opened_by(GARBAGE, together(closed, stands("overflow", 0, 60, place=TABLE))).happened == ["opened", "warned"]
    assert opened_by(GARBAGE, stands("garbage", 0, 60, place=TABLE)).happened == ["opened", "warned"]


def test_one_look_by_another_name_ends_nothing() -> None:
    """A zone forbids cars and another one buses: a car that is called a bus once stays a car."""
    kinds = {
        PARKING: replace(KINDS[PARKING], labels=frozenset({"car"})),
        STALL: replace(KINDS[PARKING], name=STALL, labels=frozenset({"bus"})),
    }
    where = replace(site(zone(rule=SHORT), zone(STALL, rule=SHORT, ident="buses")), policy=replace(POLICY, kinds=kinds))
    called = together(missed(stands("car", 0, 70), lambda s: s == 40), stands("bus", 40, 40))
    assert tell(looks(called, until=70), where).story == [("opened", 20), ("warned", 20), ("warned", 50)]


def on_the_ground(solid: Solid, east: float, ahead: float) -> Box:
    """Where a thing stands on the street that was measured."""
    return solid.seen(POLE, east, ahead)


def measured_told(kind: str, things: Things, until: float) -> tuple[list[str], list[str]]:
    """What comes of things where the metres are known, and in the picture alone."""
    seen, plain = looks(things, until=until), site(zone(kind, rule=SHORT))
    return tell(seen, knowing(plain, measured(POLE))).happened, tell(seen, plain).happened


def test_three_metres_are_company() -> None:
    """A chair, or somebody, 2.5 m beside a small table: in the picture they are two widths apart, and no stall."""
    table = stands("table", 0, 40, place=on_the_ground(BAG, 1, 15))
    for label in ("chair", "person"):
        beside = stands(label, 0, 40, place=on_the_ground(BAG, 4, 15))
        assert measured_told(STALL, together(table, beside), 40) == (["opened", "warned"], [])
        apart = stands(label, 0, 40, place=on_the_ground(BAG, 5, 15))
        assert measured_told(STALL, together(table, apart), 40) == ([], [])


def test_what_is_put_within_three_metres_of_a_case_is_its_own() -> None:
    """A second bag, while the first waits for its next warning."""
    bags = together(
        stands("garbage", 0, 60, place=on_the_ground(BAG, 1, 15)),
        stands("garbage", 25, 60, place=on_the_ground(BAG, 3.5, 15)),
    )
    metres, picture = measured_told(GARBAGE, bags, 60)
    assert (metres.count("opened"), picture.count("opened")) == (1, 2)


def test_what_comes_back_within_its_metres_has_come_back() -> None:
    """A car of the same look, 1.3 m from where it stood, across the street: the same case goes on."""
    back = together(
        stands("car", 0, 40, place=on_the_ground(CAR, 2, 20), look=RED),
        stands("car", 70, 110, place=on_the_ground(CAR, 3.3, 20), look=RED),
    )
    metres, picture = measured_told(PARKING, back, 110)
    assert "recurred" in metres
    assert "recurred" not in picture


def test_a_closed_bin_that_some_looks_call_overflowing_opens_nothing() -> None:
    """One bin is closed or runs over: what most looks call it; and of two names at one look, the surer counts."""
    bins = replace(POLICY, families={**POLICY.families, "bin": "bin", "overflow": "bin"})
    where = replace(site(zone(GARBAGE, rule=SHORT)), policy=bins)

    def bin_called(overflowing: float, closed: float, *, every: int) -> Things:
        """At every n-th look both names are given with these scores, at all others it is closed."""

        def at_second(second: float) -> tuple[Detection, ...]:
            if second % every:
                return (detection("bin"),)
            return detection("bin", score=closed), detection("overflow", score=overflowing)

        return at_second

    def opened(things: Things) -> int:
        return tell(looks(things, until=60), where).happened.count("opened")

    assert opened(bin_called(0.8, 0.4, every=3)) == 0
    assert opened(bin_called(0.5, 0.7, every=1)) == 0
    assert opened(bin_called(0.7, 0.5, every=1)) == 1


@pytest.mark.parametrize(("least", "share", "opened"), [(0.0, 0.0, 1), (0.9, 0.0, 0), (0.0, 0.8, 0), (0.0, 0.5, 1)])
def test_a_kind_of_one_label_wants_it_large_and_called_so_often(least: float, share: float, opened: int) -> None:
    """A van that is called a truck in two looks of three is no truck for who wants four of five."""

    def wavering(second: float) -> tuple[Detection, ...]:
        return (detection("truck" if int(second) % 3 else "car"),)

    truck = replace(KINDS[PARKING], labels=frozenset({"truck"}), min_size=least, label_share=share)
    here = replace(site(zone(PARKING, rule=SHORT)), policy=replace(POLICY, kinds={**KINDS, PARKING: truck}))
    assert tell(looks(wavering, until=40), here).happened.count("opened") == opened
