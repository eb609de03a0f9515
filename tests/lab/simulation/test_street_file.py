"""A street file says what happens in words of people, and all that is wrong with it is said at once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from edge_agent.config.yaml.source import BadConfigError
from edge_agent.core.geometry import Box
from lab.simulation.street import Breaks, Gathers, Parks, Part, Passes, Queues, Stay
from lab.simulation.street_file import WrittenStreet, read_street
from tests.street import span

GALLERY: Final = Path(__file__).parents[3] / "lab" / "bench" / "streets"
STREET: Final = """\
version: 1
camera: c1
timezone: Asia/Shanghai
start: 2026-11-02T06:30
lasts: 2h
looks_per_second: 2
zones:
  - {id: kerb, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]], kinds: {illegal_parking: {dwell: 30s}, prohibited_stall: {}}}
parks:
  - name: car
    place: [0.1, 0.1, 0.2, 0.2]
    labels: [car]
    often: {"07-09": 6, "22-02": 1.5}
    stay: {median: 2m, spread: 0.5, most: 1h}
    breaks: {zone: kerb, kind: illegal_parking}
passes:
  - {name: walker, lane: [0.1, 0.1, 0.2, 0.2], labels: [person], often: 60, crossing: 30s, comes: right}
queues:
  - {name: queue, head: [0.1, 0.1, 0.2, 0.2], places: 3, step: 0.2, vehicles: 5, labels: [car], often: 2, pause: 20s}
gathers:
  - name: stall
    parts: [{labels: [table], box: [0.1, 0.1, 0.2, 0.2]}]
    often: 1
    stay: 20m
    breaks: {zone: kerb, kind: prohibited_stall}
sight: {recall: 0.85, false_alarms: {"00-24": 3}}
network: {lost: 0.5, lost_for: 40s}
"""


def read(folder: Path, text: str) -> WrittenStreet:
    """A street file of this text."""
    path = folder / "street.yaml"
    path.write_text(text, encoding="utf-8")
    return read_street(path)


def refused(folder: Path, was: str, now: str) -> str:
    """What is said of the street with one thing changed."""
    assert was in STREET
    with pytest.raises(BadConfigError) as error:
        read(folder, STREET.replace(was, now))
    return str(error.value)


def test_a_street_is_read_as_it_is_written(tmp_path: Path) -> None:
    """Every behaviour, with its spans, hours and places; local times in the street's own time zone."""
    written = read(tmp_path, STREET)
    street = written.street
    car, walker, queue, stall = street.behaviours
    assert street.start == datetime(2026, 11, 1, 22, 30, tzinfo=UTC)
    assert (street.hour, street.per_second, street.lasts) == (6.5, 2, span(7200))
    assert isinstance(car, Parks)
    assert (car.place, car.breaks) == (Box(0.1, 0.1, 0.2, 0.2), Breaks(zone="kerb", kind="illegal_parking"))
    assert car.stay == Stay(median=span(120), spread=0.5, most=span(3600))
    assert [car.often.at(hour) for hour in (6, 7, 8, 9, 21, 22, 23, 0, 1, 2)] == [0, 6, 6, 0, 0, 1.5, 1.5, 1.5, 1.5, 0]
    assert isinstance(walker, Passes)
    assert (walker.comes, set(walker.often.rates)) == ("right", {60})
    assert isinstance(queue, Queues)
    assert (queue.vehicles, queue.pause) == (5, Stay(median=span(20)))
    assert isinstance(stall, Gathers)
    assert stall.parts == (Part(labels=("table",), box=Box(0.1, 0.1, 0.2, 0.2)),)
    assert (street.sight.recall, set(street.sight.false_alarms.rates)) == (0.85, {3})
    assert street.network.lost_for == Stay(median=span(40))
    (zone,) = street.zones
    assert zone.rules["illegal_parking"].dwell == span(30)


@pytest.mark.parametrize(
    ("was", "now", "sentence"),
    [
        ('"07-09": 6', '"7 to 9": 6', "parks[0].often: found '7 to 9', expected hours of the day such as \"07-09\""),
        ('"07-09": 6', '"07-25": 6', "found '07-25', expected hours of the day"),
        ('"07-09": 6', '"07-09": often', "found 'often', expected a number an hour from 0 on"),
        ("often: 60", "often: -1", "passes[0].often: found -1, expected a number an hour, or a mapping"),
        ("median: 2m", "median: 120", "parks[0].stay"),
        ("stay: 20m", "stay: 20", "gathers[0].stay: found 20, expected a duration such as 4m, or a mapping"),
        ("recall: 0.85", "recall: 85", "sight: found values that do not fit (recall: expected a share from 0 to 1"),
        ("labels: [car]\n", "labels: []\n", "parks[0].labels: found nothing in it, expected at least one entry"),
        ("name: walker", "name: car", "passes[0].name: found 'car', the name of another, expected a name of its own"),
        (
            "kind: illegal_parking",
            "kind: exposed_garbage",
            "parks[0].breaks: found kind 'exposed_garbage' in zone 'kerb', expected one of: illegal_parking in kerb",
        ),
        ("lasts: 2h", "lasts: 25h", "lasts: found 1d1h, expected a span of up to 24h"),
        ("version: 1", "version: 2", "version: found 2, expected 1"),
        ("timezone: Asia/Shanghai", "timezone: Asia/Changzhou", "timezone: found 'Asia/Changzhou'"),
        ("{dwell: 30s}", "{dwell: 30s, warnings: -1}", "zones[0].kinds.illegal_parking: found values that do not fit"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(tmp_path: Path, was: str, now: str, sentence: str) -> None:
    """What was found, and what is expected."""
    assert sentence in refused(tmp_path, was, now)


@pytest.mark.parametrize("path", sorted(GALLERY.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_gallery_can_be_read(path: Path) -> None:
    """Every street that is shown, under the name of its camera."""
    assert read_street(path).street.camera == path.stem
