"""Kinds of every sort: silent, only recorded, told by their label, a month long; and bins that overflow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner

from edge_agent.cli.commands import app
from edge_agent.config.site.loading import load_site
from edge_agent.core.events import FrameSeen
from edge_agent.core.geometry import Box
from edge_agent.core.site.site import Site
from tests.core_run import tell
from tests.replaying import replayed, story, written, zone_of
from tests.street import BLUE, KERB, RED, Things, at, detection, nothing, second_of, stands, together

Seen = Callable[[float], bool]

WHOLE: Final[list[list[float]]] = [[0, 0], [1, 0], [1, 1], [0, 1]]
MUCK_TRUCK: Final = """\
version: 1
kinds:
  muck_truck:
    title: {zh-CN: 渣土车, en: Muck truck}
    labels: [truck]
    geometry: in_zone
    group: spot
    matter: illegal_parking
    rule: {dwell: 60s}
    words:
      warnings: {zh-CN: [请驶离。], en: [Please move.]}
      order: {zh-CN: 请核实。, en: Please check.}
"""
SURELY: Final = MUCK_TRUCK + "    label_share: 0.8\n    min_size: 0.15\n"
LORRY: Final = Box(0.3, 0.3, 0.5, 0.5)


def told(folder: Path, things: Things, kinds: str, *, until: float, step: float = 1, policy: str = "") -> list[str]:
    """What a replay tells of things in one zone over the whole picture."""
    return story(replayed(written(folder, things, zone_of("z", WHOLE, kinds), until=until, step=step, policy=policy)))


def test_what_is_silent_is_ordered_without_a_word(tmp_path: Path) -> None:
    """A person is called after the final grace; the order says that nobody was spoken to."""
    zones = zone_of("z", WHOLE, "{illegal_parking: {dwell: 60s, silent: true, final_grace: 2m}}")
    events = replayed(written(tmp_path, stands("car", 0, 300), zones, until=400))
    assert story(events) == ["opened@60[z]", "escalated@180[z]", "resolved@345[z]"]
    ordered = events[1]
    assert (ordered["reason"], ordered["delivered"]) == ("silent", 0)
    assert ordered["text"] == {
        "zh-CN": "z：机动车违停，不喊话，直接转派工单",
        "en": "z: Illegal parking, nobody is spoken to; work order opened",
    }


def test_what_is_only_recorded_is_neither_said_nor_ordered(tmp_path: Path) -> None:
    """It opens and is resolved; back in its place it is the same one."""
    stays = together(stands("car", 0, 300, look=RED), stands("car", 500, 800, look=RED))
    assert told(tmp_path, stays, "{illegal_parking: {dwell: 60s, warnings: 0}}", until=900) == [
        "opened@60[z]",
        "resolved@345[z]",
        "recurred@505[z]",
        "resolved@845[z]",
    ]


def test_a_silent_kind_has_words_of_its_own_for_the_order(tmp_path: Path) -> None:
    """An overflowing bin is 06042, and the cleaning team is called at once; none of the words speaks of warnings."""
    zones = zone_of("z", WHOLE, "{bin_overflow: {}, exposed_garbage: {}}")
    bin_ = together(stands("overflow", 0, 700), stands("garbage", 0, 700, place=Box(0.42, 0.41, 0.48, 0.46)))
    opened, ordered = replayed(written(tmp_path, bin_, zones, until=700))
    assert story([opened, ordered]) == ["opened@600[z]", "escalated@601[z]"]
    assert opened["codes"] == {"GB/T 47678.5-2026": "06042"}
    assert ordered["text"] == {
        "zh-CN": "z垃圾桶满溢10分钟，请及时清运。",
        "en": "The bin at z has been overflowing for 10 minutes. Please empty it.",
    }


@pytest.mark.parametrize(
    ("kind", "things", "dwell_s"),
    [
        ("fire_lane", stands("car", 0, 3000), 30),
        ("bicycle_parking", stands("bicycle", 0, 3000), 600),
        ("bicycle_parking", stands("motorcycle", 0, 3000), 600),
        ("road_trading", stands("cart", 0, 3000), 60),
        ("piled_goods", stands("box", 0, 3000), 1800),
    ],
)
def test_each_shipped_kind_opens_after_its_dwell(tmp_path: Path, kind: str, things: Things, dwell_s: int) -> None:
    """Asked for by a zone and nothing else."""
    assert told(tmp_path, things, f"{{{kind}: {{}}}}", until=2000, step=5)[0] == f"opened@{dwell_s}[z]"


def test_bicycles_beside_each_other_are_one_matter(tmp_path: Path) -> None:
    """A cluster: one warning, one order."""
    row = together(*(stands("bicycle", 0, 2000, place=KERB.moved(0.12 * n, 0)) for n in range(4)))
    assert told(tmp_path, row, "{bicycle_parking: {}}", until=1300, step=5) == [
        "opened@600[z]",
        "warned1@600[z]",
        "escalated@900[z]",
    ]


def called(share: float, place: Box) -> Things:
    """A van that is called a truck in so many of its looks."""
    return lambda second: (detection("truck" if (second * share) % 1 < share else "van", place),)


@pytest.mark.parametrize(
    ("share", "place", "fires"),
    [(1.0, LORRY, True), (0.9, LORRY, True), (0.6, LORRY, False), (1.0, KERB, False)],
    ids=["a lorry", "a lorry, now and then a van", "mostly a truck", "a small truck"],
)
def test_a_muck_truck_is_no_van(tmp_path: Path, share: float, place: Box, fires: bool) -> None:  # noqa: FBT001
    """What only its label tells needs a share of its looks and a size."""
    assert bool(told(tmp_path, called(share, place), "{muck_truck: {}}", until=200, policy=SURELY)) is fires


def test_a_kind_that_only_its_label_tells_is_refused_without_both(tmp_path: Path) -> None:
    """Most looks call a white van a truck."""
    arguments = written(
        tmp_path, called(1.0, LORRY), zone_of("z", WHOLE, "{muck_truck: {}}"), until=5, policy=MUCK_TRUCK
    )
    refused = CliRunner().invoke(app, ["replay", *arguments])
    assert refused.exit_code != 0
    assert "found only 'truck', which is hard to tell from car, bus, van" in refused.output


@pytest.mark.parametrize("window", ["", ", resume_window: 12h"], ids=["the window follows the dwell", "said"])
def test_a_two_hour_outage_does_not_begin_a_long_dwell_anew(tmp_path: Path, window: str) -> None:
    """Three hours, two that nobody can see and do not count, then the rest: opened when five hours have been seen."""
    car = stands("car", 0, 32400, look=RED)
    zones = zone_of("z", WHOLE, f"{{illegal_parking: {{dwell: 5h, warnings: 1{window}}}}}")
    log = _without(written(tmp_path, car, zones, until=32395, step=5), 10800, 18000)
    events = replayed(log)
    assert story(events)[0] == "opened@25205[z]"
    assert (events[0]["dwell_s"], events[0]["unobservable_s"]) == (18000.0, 7205.0)


def _without(arguments: list[str], first: float, last: float) -> list[str]:
    """The arguments of a replay, with the looks from ``first`` to ``last`` (excluded) taken out of its log."""
    log = Path(arguments[1])
    header, *frames = log.read_text(encoding="utf-8").splitlines(keepends=True)
    lines_kept = [line for n, line in enumerate(frames) if not first <= n * 5 < last]
    log.write_text(header + "".join(lines_kept), encoding="utf-8")
    return arguments


DAY_S: Final = 86400


@pytest.mark.parametrize(
    ("unseen", "opened_day"),
    [
        (lambda second: not 8 <= second % DAY_S / 3600 < 18, 30),
        (lambda second: 12 <= second % DAY_S / 3600 < 14, 30),
        (lambda second: 10 * DAY_S <= second < 13 * DAY_S, 33),
    ],
    ids=["dark nights", "two hours of every day", "three days"],
)
def test_thirty_days_go_on_over_nights_and_outages(tmp_path: Path, unseen: Seen, opened_day: int) -> None:
    """A night counts if the same thing is there in the morning; an outage of days only delays."""
    car = stands("car", 0, 40 * DAY_S, look=RED)
    looks = tuple(
        FrameSeen(at=at(second), detections=car(second)) for second in range(0, 35 * DAY_S, 600) if not unseen(second)
    )
    days = [second_of(event.at) / DAY_S for event in tell(looks, _shipped(tmp_path, "abandoned_vehicle")).events]
    assert len(days) == 2  # opened, and ordered at the next look, without a word
    assert opened_day <= days[0] < days[1] < opened_day + 0.4


def test_thirty_days_begin_anew_for_what_was_seen_to_leave(tmp_path: Path) -> None:
    """An hour away in daylight, and another car after it."""
    stays = together(stands("car", 0, 20 * DAY_S, look=RED), stands("car", 20 * DAY_S + 3600, 45 * DAY_S, look=BLUE))
    looks = tuple(FrameSeen(at=at(second), detections=stays(second)) for second in range(0, 45 * DAY_S, 600))
    assert tell(looks, _shipped(tmp_path, "abandoned_vehicle")).events == ()


def _shipped(folder: Path, kind: str) -> Site:
    """A site that asks for a shipped kind over the whole picture."""
    written(folder, nothing, zone_of("z", WHOLE, f"{{{kind}: {{}}}}"), until=0)
    return load_site(folder / "site.yaml").site
