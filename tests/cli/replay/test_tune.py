"""`edge-agent tune`: a sweep over recorded days, what is shown of it, and what is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from edge_agent.config.site.loading import load_site
from edge_agent.core.events import Event
from tests.cli.replay.test_score import log_of, stand, truth_of
from tests.cli.streets import done, refused, typed
from tests.config.samples import SITE, ZONES, write_site
from tests.street import KERB, looks, missed, span, stands, together

COMMENTED: Final = ZONES.replace(
    "    kinds: {illegal_parking: {}}", "    # the school asked for it\n    kinds: {illegal_parking: {dwell: 30s}}"
)
EVERY: Final = 200  # seconds from one car to the next
STANDS: Final = 100
CARS: Final = 10


def day(hidden: float) -> tuple[Event, ...]:
    """Ten cars, each there for 100 s, and each missed by the detector for ``hidden`` seconds in the middle."""
    cars = together(*(stands("car", n * EVERY, n * EVERY + STANDS) for n in range(CARS)))
    seen = missed(cars, lambda second: 20 < second % EVERY < 20 + hidden)
    return looks(seen, until=CARS * EVERY, per_second=0.5)


@pytest.fixture
def days(tmp_path: Path) -> Path:
    """Two days on which cars are missed for half a minute each: too long for a short grace."""
    write_site(tmp_path, site=SITE, zones=COMMENTED)
    for name in ("one", "two"):
        log_of(tmp_path, day(30), name)
        truth_of(tmp_path, *(stand(n * EVERY, n * EVERY + STANDS, box=KERB) for n in range(CARS)), name=name)
    return tmp_path


def words(folder: Path, *more: str) -> tuple[str | Path, ...]:
    """The command, on one process where nothing else is said."""
    return ("tune", "--truth", folder, "--site", folder / "site.yaml", "--workers", "1", *more)


def swept(folder: Path, *more: str) -> dict[str, Any]:
    """What it tells a program."""
    figures: dict[str, Any] = json.loads(done(*words(folder, *more, "--json")))
    return figures


GRACE: Final = ("--vary", "leave_grace=10s,45s")


def test_the_better_setting_is_chosen(days: Path) -> None:
    """With a grace of 10 s every car is lost half way and found late or not at all; with 45 s all are found."""
    figures = swept(days, "--vary", "dwell=30s,60s", *GRACE)
    assert [each["setting"] for each in figures["settings"]] == [
        {"dwell": "30s", "leave_grace": "10s"},
        {"dwell": "30s", "leave_grace": "45s"},
        {"dwell": "1m", "leave_grace": "10s"},
        {"dwell": "1m", "leave_grace": "45s"},
    ]
    assert [each["today"] for each in figures["settings"]] == [False, True, False, False]
    assert figures["settings"][1]["tune"]["f1"]["value"] == figures["settings"][1]["check"]["f1"]["value"] == 1.0
    assert figures["settings"][2]["all"]["recall"]["value"] < 1
    assert (figures["chosen"], figures["diff"], figures["misgivings"]) == (2, "", [])
    assert figures["kept_back"] == "every other day"


def test_todays_setting_is_tried_though_nobody_asked(days: Path) -> None:
    """It is what everything is compared with."""
    figures = swept(days, "--vary", "leave_grace=10s")
    assert [(each["setting"], each["today"]) for each in figures["settings"]] == [
        ({"leave_grace": "45s"}, True),
        ({"leave_grace": "10s"}, False),
    ]


def test_the_number_of_processes_changes_no_byte(days: Path) -> None:
    """Three settings on one process, and on two."""
    more = ("--vary", "leave_grace=10s,20s,45s", "--json")
    assert done(*words(days, *more, "--workers", "2")) == done(*words(days, *more))


def test_a_person_sees_those_worth_a_look(days: Path) -> None:
    """Today's and the chosen one are marked; those that are beaten are counted, and shown where asked for."""
    shown = done(*words(days, "--vary", "leave_grace=10s,20s,45s,60s"))
    assert "chosen, today" in shown
    assert "4 tried, 2 of them beaten by others" in shown
    assert "Today's setting stays: nothing to write." in shown
    assert "leave_grace=20s" not in shown
    assert "leave_grace=20s" in done(*words(days, "--vary", "leave_grace=10s,20s,45s,60s", "--all"))


def test_what_is_chosen_is_written_with_comments_kept(days: Path) -> None:
    """After a diff, and so that `check` reads it; without --write nothing is touched."""
    path = days / "zones" / "c1.yaml"
    path.write_text(COMMENTED.replace("30s", "30s, leave_grace: 10s"), encoding="utf-8")
    before = path.read_text(encoding="utf-8")
    shown = done(*words(days, *GRACE))
    assert "-    kinds: {illegal_parking: {dwell: 30s, leave_grace: 10s}}\n" in shown
    assert "+    kinds: {illegal_parking: {dwell: 30s, leave_grace: 45s}}\n" in shown
    assert path.read_text(encoding="utf-8") == before
    result = typed(*words(days, *GRACE, "--write"))
    assert result.exit_code == 0, result.output
    assert "The site reads well." in result.stderr
    assert path.read_text(encoding="utf-8") == before.replace("10s", "45s")
    assert load_site(days / "site.yaml").site.zones[0].rules["illegal_parking"].leave_grace == span(45)


def test_too_little_truth_is_not_written_without_insisting(days: Path) -> None:
    """Three cars are no reason to change a street."""
    for name in ("one", "two"):
        truth_of(days, *(stand(n * EVERY, n * EVERY + STANDS) for n in range(3)), name=name)
    path = days / "zones" / "c1.yaml"
    more = ("--vary", "leave_grace=10s,45s", "--choose", "1", "--write")
    result = typed(*words(days, *more))
    assert result.exit_code == 1
    assert "Too little truth: 3 true incidents on one side" in result.stdout
    assert "not written, for what was said above" in result.stderr
    assert path.read_text(encoding="utf-8") == COMMENTED
    done(*words(days, *more, "--anyway"))
    assert "leave_grace: 10s" in path.read_text(encoding="utf-8")


def test_one_day_is_tuned_on_its_first_half(days: Path) -> None:
    """And said to be one day only."""
    (days / "two.truth.yaml").unlink()
    figures = swept(days, *GRACE, "--choose", "1")
    assert figures["kept_back"] == "the second half"
    assert any(each["en"].startswith("One day only") for each in figures["misgivings"])
    assert (figures["settings"][1]["tune"]["hits"], figures["settings"][1]["check"]["hits"]) == (5, 5)


def test_a_grown_zone_is_tried_and_written(days: Path) -> None:
    """The new corners are those that were tried."""
    done(*words(days, "--vary", "grow=0,-0.05", "--choose", "2", "--write", "--anyway"))
    assert "[[0.15, 0.15], [0.85, 0.15], [0.85, 0.85], [0.15, 0.85]]" in (days / "zones" / "c1.yaml").read_text()


def test_a_setting_of_seeing_is_scored_on_everything(days: Path) -> None:
    """Written into the policy file, where there is one."""
    assert "names no policy file" in refused(*words(days, "--vary", "min_score=0.9", "--choose", "2"))
    (days / "policy.yaml").write_text("version: 1\n", encoding="utf-8")
    (days / "site.yaml").write_text(SITE + "policy: policy.yaml\n", encoding="utf-8")
    figures = swept(days, "--vary", "min_score=0.9", "--choose", "2")
    assert figures["settings"][1]["all"]["hits"] == 0
    assert "+seeing: {min_score: 0.9}" in figures["diff"]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--vary", "dwel=3s"), "no knob that can be turned"),
        (("--vary", "dwell=3s", "--vary", "dwell=4s"), "--vary dwell: found twice, expected all its values in one"),
        (("--vary", "confirm=9"), "--vary: values that do not fit: confirm: expected 1 to 3"),
        (("--vary", "dwell=3s", "--zone", "x"), "--zone: found 'x', expected one of: kerb"),
        (("--vary", "dwell=3s", "--kind", "x"), "--kind: found 'x', expected one of: illegal_parking"),
        (("--vary", "dwell=3s", "--choose", "9"), "--choose 9: there are 2 settings"),
    ],
)
def test_what_cannot_be_tried_is_refused(days: Path, more: tuple[str, ...], sentence: str) -> None:
    """In one sentence, before anything is folded where that can be known."""
    assert sentence in refused(*words(days, *more))


def test_of_several_zones_one_must_be_named(days: Path) -> None:
    """Knobs are turned in one place at a time."""
    two = COMMENTED + ZONES.partition("zones:\n")[2].replace("kerb", "edge")
    (days / "zones" / "c1.yaml").write_text(two, encoding="utf-8")
    sentence = "--zone: found nothing, and there are several, expected one of: kerb, edge"
    assert refused(*words(days, *GRACE)) == sentence
    assert swept(days, *GRACE, "--zone", "kerb")["zone"] == "kerb"
