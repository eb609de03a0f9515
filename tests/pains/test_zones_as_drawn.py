"""Zones as people draw them: round the shop front, smaller than a car, three for one bus, one inside another."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner

from edge_agent.cli.commands import app
from edge_agent.core.geometry import Box
from tests.replaying import replayed, story, written, zone_of
from tests.street import KERB, RED, Things, drives, stands, together

TRADING: Final = "{out_of_store_trading: {}}"
WHOLE: Final[list[list[float]]] = [[0, 0], [1, 0], [1, 1], [0, 1]]
WALL: Final = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.7], [0.1, 0.7]]  # more of the shop than of the street
STREET: Final = [[0.1, 0.5], [0.9, 0.5], [0.9, 0.9], [0.1, 0.9]]
OUTSIDE: Final = Box(0.2, 0.55, 0.3, 0.65)
INSIDE: Final = Box(0.2, 0.3, 0.3, 0.4)
BUS: Final = Box(0.4, 0.5, 0.6, 0.7)


def shops(*lines: str) -> str:
    """The shops of a zone, one a frontage, with what else is said of it."""
    return "shops:\n" + "".join(f"  - {{id: s{n}, name: S{n}, frontage: {line}}}\n" for n, line in enumerate(lines, 1))


TWO: Final = shops("[[0.1, 0.5], [0.5, 0.5]]", "[[0.5, 0.5], [0.9, 0.5]]")
GAP: Final = shops("[[0.1, 0.5], [0.48, 0.5]]", "[[0.52, 0.5], [0.9, 0.5]]")


def goods(folder: Path, place: Box, polygon: list[list[float]], more: str) -> list[object]:
    """The shops of which goods that stand at ``place`` for five minutes are told."""
    zones = zone_of("front", polygon, TRADING, more)
    events = replayed(written(folder, stands("goods", 0, 300, place=place), zones, until=300))
    return [event["shop"] for event in events if event["type"] == "incident.opened"]


@pytest.mark.parametrize("polygon", [STREET, WALL, WHOLE], ids=["street", "wall included", "line in the middle"])
@pytest.mark.parametrize("sentence", ["", ", street: right"], ids=["unsaid", "said"])
def test_goods_outside_are_reported_and_goods_inside_are_not(
    tmp_path: Path, polygon: list[list[float]], sentence: str
) -> None:
    """However much of the shop the zone takes in."""
    front = shops(f"[[0.1, 0.5], [0.5, 0.5]]{sentence}")
    assert goods(tmp_path, OUTSIDE, polygon, front) == ["s1"]
    assert goods(tmp_path, INSIDE, polygon, front) == []


@pytest.mark.parametrize("line", ["[[0.1, 0.5], [0.5, 0.5]], street: left", "[[0.5, 0.5], [0.1, 0.5]], street: right"])
def test_a_camera_over_the_shop_sees_the_street_above_the_line(tmp_path: Path, line: str) -> None:
    """The side that is said holds, whichever way round the line is written."""
    assert goods(tmp_path, INSIDE, WHOLE, shops(line)) == ["s1"]
    assert goods(tmp_path, OUTSIDE, WHOLE, shops(line)) == []


@pytest.mark.parametrize(("left", "shop"), [(0.445, "s1"), (0.455, "s2")])
def test_a_gap_between_two_fronts_is_the_nearer_shops(tmp_path: Path, left: float, shop: str) -> None:
    """Goods before the gap are somebody's; inside the gap they are nobody's."""
    assert goods(tmp_path, Box(left, 0.55, left + 0.1, 0.65), STREET, GAP) == [shop]
    assert goods(tmp_path, Box(left, 0.3, left + 0.1, 0.4), WHOLE, GAP) == []


def test_a_gap_as_wide_as_a_third_shop_is_nobodys(tmp_path: Path) -> None:
    """Between two short lines somebody else's front may lie; beside the last one nobody's does."""
    far = shops("[[0.1, 0.5], [0.2, 0.5]]", "[[0.7, 0.5], [0.9, 0.5]]")
    assert goods(tmp_path, Box(0.4, 0.55, 0.5, 0.65), STREET, far) == []
    assert goods(tmp_path, Box(0.9, 0.55, 0.98, 0.65), WHOLE, far) == []


def test_what_is_inside_one_shop_is_not_outside_another(tmp_path: Path) -> None:
    """Two rows of shops face each other: goods behind the nearer line are inside, however they lie to the other one."""
    rows = shops("[[0.1, 0.3], [0.9, 0.3]], street: right", "[[0.1, 0.7], [0.9, 0.7]], street: left")
    assert goods(tmp_path, Box(0.4, 0.7, 0.5, 0.78), WHOLE, rows) == []
    assert goods(tmp_path, Box(0.4, 0.3, 0.5, 0.36), WHOLE, rows) == ["s1"]
    assert goods(tmp_path, Box(0.4, 0.55, 0.5, 0.65), WHOLE, rows) == ["s2"]


def test_a_line_of_which_nobody_can_tell_the_street_is_refused(tmp_path: Path) -> None:
    """It runs up and down through its zone; said, it is taken."""
    zones = zone_of("front", WHOLE, TRADING, shops("[[0.5, 0.1], [0.5, 0.9]]"))
    arguments = written(tmp_path, stands("goods", 0, 10, place=OUTSIDE), zones, until=10)
    refused = CliRunner().invoke(app, ["replay", *arguments])
    assert refused.exit_code != 0
    assert "a line with the zone on both of its sides, expected street: left or right" in refused.output
    assert goods(tmp_path, OUTSIDE, WHOLE, shops("[[0.5, 0.1], [0.5, 0.9]], street: right")) == ["s1"]


def kerb(ident: str, first: float, last: float) -> str:
    """A zone along the kerb."""
    return zone_of(ident, [[first, 0.6], [last, 0.6], [last, 0.75], [first, 0.75]])


@pytest.mark.parametrize(
    ("zones", "name"),
    [
        (kerb("a", 0.3, 0.4667) + kerb("b", 0.4667, 0.5333) + kerb("c", 0.5333, 0.7), "a"),
        (kerb("a", 0.3, 0.45) + kerb("b", 0.45, 0.54) + kerb("c", 0.54, 0.7), "b"),
        (kerb("a", 0.3, 0.49) + kerb("b", 0.51, 0.7), "a"),
        (kerb("a", 0.3, 0.48) + kerb("b", 0.5, 0.7), "b"),
    ],
    ids=["three alike", "the middle one most", "two with a gap", "two, the second more"],
)
def test_a_bus_over_several_zones_belongs_to_the_one_that_has_most_of_it(tmp_path: Path, zones: str, name: str) -> None:
    """One incident, in one zone, also while its box trembles."""
    trembling: Things = lambda second: stands("bus", 0, 400, place=BUS.moved(0.004 * (-1) ** int(second), 0))(second)  # noqa: E731
    for bus in (stands("bus", 0, 400, place=BUS), trembling):
        story_lines = story(replayed(written(tmp_path, bus, zones, until=400)))
        assert [event.split("@")[0] for event in story_lines] == ["opened", "warned1", "warned2"]
        if bus is not trembling:
            assert {event.split("[")[1] for event in story_lines} == {f"{name}]"}
        assert len({event.split("[")[1] for event in story_lines}) == 1


def test_what_lies_half_in_one_zone_and_not_in_another_is_in_none(tmp_path: Path) -> None:
    """Two zones with too little of it between them."""
    zones = kerb("a", 0.3, 0.44) + kerb("b", 0.56, 0.7)
    assert replayed(written(tmp_path, stands("bus", 0, 200, place=BUS), zones, until=200)) == []


@pytest.mark.parametrize("height", [0.07, 0.05, 0.03])
def test_a_car_that_stands_on_a_zone_smaller_than_itself_is_in_it(tmp_path: Path, height: float) -> None:
    """A hydrant's, a bay for the disabled."""
    zone = zone_of("hydrant", [[0.47, 0.62], [0.53, 0.62], [0.53, 0.62 + height], [0.47, 0.62 + height]])
    beside = Box(0.2, 0.5, 0.4, 0.7)
    covers = 0.62 + height - 0.65 >= height / 2
    story_lines = story(replayed(written(tmp_path, stands("car", 0, 100, place=BUS), zone, until=100)))
    assert story_lines == (["opened@60[hydrant]", "warned1@60[hydrant]"] if covers else [])
    assert replayed(written(tmp_path, stands("car", 0, 100, place=beside), zone, until=100)) == []


def test_a_box_around_half_the_street_stands_on_no_small_zone(tmp_path: Path) -> None:
    """It hides the hydrant, and says nothing of it."""
    zone = zone_of("hydrant", [[0.47, 0.9], [0.53, 0.9], [0.53, 0.96], [0.47, 0.96]])
    ghost = stands("car", 0, 100, place=Box(0, 0, 1, 1))
    assert replayed(written(tmp_path, ghost, zone, until=100)) == []


def test_a_box_that_sticks_out_of_the_picture_is_clipped(tmp_path: Path) -> None:
    """A detector that does not clip, and a zone at the lower edge."""
    zone = zone_of("low", [[0.3, 0.7], [0.7, 0.7], [0.7, 1.0], [0.3, 1.0]])
    car = stands("car", 0, 100, place=Box(0.4, 0.85, 0.6, 1.12))
    assert story(replayed(written(tmp_path, car, zone, until=100))) == ["opened@60[low]", "warned1@60[low]"]


PARKING_LANE: Final = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
FIRE_LANE: Final = [[0.35, 0.3], [0.55, 0.3], [0.55, 0.75], [0.35, 0.75]]


@pytest.mark.parametrize("kind", ["illegal_parking", "fire_lane"])
def test_one_car_in_nested_zones_is_one_matter(tmp_path: Path, kind: str) -> None:
    """By the stricter rule: three warnings, one order, one voice; the kind of the inner zone may be another."""
    big = zone_of("big", PARKING_LANE, "{illegal_parking: {dwell: 120s}}")
    fire = zone_of("fire", FIRE_LANE, f"{{{kind}: {{dwell: 10s, interval: 5m, warnings: 3, final_grace: 5m}}}}")
    for zones in (big + fire, fire + big):
        story_lines = story(replayed(written(tmp_path, stands("car", 0, 1300, look=RED), zones, until=1400)))
        assert story_lines == [
            "opened@10[fire]",
            "warned1@10[fire]",
            "warned2@310[fire]",
            "warned3@610[fire]",
            "escalated@910[fire]",
            "resolved@1345[fire]",
        ]


@pytest.mark.parametrize(
    ("allowed", "story_lines_wanted"),
    [
        ("permits:\n  - {id: p, holder: Li}\n", ["suppressed@10[fire]", "opened@120[big]", "warned1@120[big]"]),
        ('hours: "08:00-08:01"\n', ["opened@10[fire]", "warned1@10[fire]", "suppressed@60[fire]", "opened@120[big]"]),
    ],
    ids=["a permit in the inner one", "its hours end"],
)
def test_where_the_stricter_rule_allows_it_the_other_one_holds(
    tmp_path: Path, allowed: str, story_lines_wanted: list[str]
) -> None:
    """Nothing is lost to a rule that no longer speaks."""
    big = zone_of("big", PARKING_LANE, "{illegal_parking: {dwell: 120s}}")
    fire = zone_of("fire", FIRE_LANE, "{illegal_parking: {dwell: 10s}}", allowed)
    story_lines = story(replayed(written(tmp_path, stands("car", 0, 200), big + fire, until=200)))
    assert story_lines[: len(story_lines_wanted)] == story_lines_wanted


def test_what_only_records_is_no_second_voice(tmp_path: Path) -> None:
    """It is told beside the rule that speaks, and neither waits for the other."""
    loud = zone_of("kerb", PARKING_LANE, "{illegal_parking: {dwell: 60s}, fire_lane: {dwell: 30s, warnings: 0}}")
    story_lines = story(replayed(written(tmp_path, stands("car", 0, 200), loud, until=200)))
    assert story_lines == ["opened@30[kerb]", "opened@60[kerb]", "warned1@60[kerb]"]


def blind(hours: float, every_s: float, for_s: float, *, until: float) -> Things:
    """A car, seen but for the last ``for_s`` seconds of every ``every_s``, for so many hours; then it is gone."""
    car = stands("car", 0, min(until, hours * 3600), look=RED)
    return lambda second: () if second % every_s >= every_s - for_s else car(second)


@pytest.mark.parametrize("minutes", [10, 25])
def test_a_detector_blind_for_minutes_of_every_hour_gives_one_incident(tmp_path: Path, minutes: int) -> None:
    """Glare (the classic of Frigate): the look agrees, so it is the same car; three warnings and one order in 4 h."""
    zone = zone_of("kerb", WHOLE)
    events = replayed(written(tmp_path, blind(4, 3600, 60 * minutes, until=14400), zone, until=14400, step=5))
    assert len({event["incident"] for event in events}) == 1
    assert len({event["work_order"] for event in events if event.get("work_order")}) == 1
    assert len([event for event in events if event["type"] == "incident.warned"]) == 3


def test_a_like_car_an_hour_later_is_a_new_one(tmp_path: Path) -> None:
    """No look is so sure."""
    cars: Things = lambda second: () if 300 < second < 3900 else stands("car", 0, 5000, look=RED)(second)  # noqa: E731
    events = replayed(written(tmp_path, cars, zone_of("kerb", WHOLE), until=5000, step=5))
    assert len({event["incident"] for event in events}) == 2


def test_a_like_car_that_is_seen_to_come_later_is_a_new_one(tmp_path: Path) -> None:
    """One in four cars looks so much like the last: who drives up after twenty minutes gets warnings of his own."""
    cars = together(
        stands("car", 0, 300, look=RED),
        drives("car", 301, 310, start=KERB, speed=0.06, look=RED),
        drives("car", 1497, 1499, start=KERB.moved(-0.18, 0), speed=0.06, look=RED),
        stands("car", 1500, 1700, look=RED),
    )
    events = replayed(written(tmp_path, cars, zone_of("kerb", WHOLE), until=1800))
    assert len({event["incident"] for event in events}) == 2


@pytest.mark.parametrize("look", [None, (0.8, 0.6, 0.0, 0.0)], ids=["unknown", "less like"])
def test_where_the_look_says_little_ten_minutes_hold(tmp_path: Path, look: tuple[float, ...] | None) -> None:
    """A stall back after eleven minutes is another one, unless it looks the same."""
    zone, known = zone_of("kerb", WHOLE, "{prohibited_stall: {}}"), None if look is None else RED
    for again, incidents in ((look, 2), (RED, 1)) if look is not None else ((look, 2),):
        first, second = stands("stall", 0, 300, look=known), stands("stall", 960, 1500, look=again)
        stalls: Things = lambda at, first=first, second=second: (*first(at), *second(at))  # type: ignore[misc]  # noqa: E731
        events = replayed(written(tmp_path, stalls, zone, until=1500, step=5))
        assert len({event["incident"] for event in events}) == incidents


def test_without_a_return_window_nothing_comes_back(tmp_path: Path) -> None:
    """Whoever wants each stay told of by itself says so."""
    zone = zone_of("kerb", WHOLE, "{illegal_parking: {dwell: 60s, return_window: 0s}}")
    car: Things = lambda second: () if 200 < second < 400 else stands("car", 0, 700, look=RED, place=KERB)(second)  # noqa: E731
    events = replayed(written(tmp_path, car, zone, until=700))
    assert len({event["incident"] for event in events}) == 2
