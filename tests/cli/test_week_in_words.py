"""The week in words, the holidays that it is made of, and strikes that would count nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from edge_agent.cli.options import Language
from edge_agent.cli.setting_up.hours_in_words import week_in_words
from edge_agent.config.site.remarks import remarks
from tests.config.samples import SITE, ZONES, load, problems, write_site
from tests.street import at

FIVE: Final = (
    "Sun 1 Nov not at all, Mon 2 Nov 00:00–2026-11-04 00:00, Tue 3 Nov at every hour, Wed 4 Nov to Sat 7 Nov not at all"
)
HOURS: Final = (
    ZONES
    + """\
    hours: "workdays 07:00-22:00; PH off"
    permits:
      - {id: p1, holder: 李记, hours: "Mo-Fr 06:00-09:00; Sa 22:00-02:00", capacity: 6}
      - {id: p2, holder: 夜市, hours: "18:00-24:00", valid_to: "2026-11-04"}
      - {id: p3, holder: 全天}
      - {id: p4, holder: 明年, valid_from: "2027-05-01"}
      - {id: p5, holder: 昼夜, hours: "Mo 00:00-24:00; Tu 00:00-24:00"}
"""
)


def test_the_week_is_said_in_plain_words(tmp_path: Path) -> None:
    """From Sunday 1 November 2026 on, day by day, runs of like days together; what goes past midnight says so."""
    loaded = load(write_site(tmp_path, zones=HOURS))
    lines_said = list(week_in_words(loaded, at(0), Language.ENGLISH))
    own = "Sun 1 Nov 00:00–02:00, Mon 2 Nov to Fri 6 Nov 06:00–09:00, Sat 7 Nov 22:00–24:00"
    assert lines_said == [
        "hours of the next seven days, from Sun 1 Nov:",
        "  zone kerb is watched Sun 1 Nov not at all, Mon 2 Nov to Fri 6 Nov 07:00–22:00, Sat 7 Nov not at all",
        f"    permit p1 (李记) holds {own}, for 6 at once",
        "    permit p2 (夜市) holds Sun 1 Nov to Wed 4 Nov 18:00–24:00, Thu 5 Nov to Sat 7 Nov not at all",
        "    permit p3 (全天) holds at every hour",
        "    permit p4 (明年) holds at no hour",
        "    permit p5 (昼夜) holds " + FIVE,
    ]


def test_the_week_is_said_in_chinese(tmp_path: Path) -> None:
    """The same."""
    lines_said = list(week_in_words(load(write_site(tmp_path, zones=HOURS)), at(0), Language.CHINESE))
    assert lines_said[0] == "自11月1日周日起七天内的时段："
    assert lines_said[1] == "  区域 kerb 监管时段：11月1日周日 无；11月2日周一至11月6日周五 07:00–22:00；11月7日周六 无"
    assert lines_said[4] == "    许可 p3（全天）有效时段：全天"


def test_a_year_whose_holidays_nobody_knows_is_remarked(tmp_path: Path) -> None:
    """Two months before it begins, where hours ask for it; a holidays file that knows it is enough."""
    late = at(31 * 86_400)  # 2 December
    path = write_site(tmp_path, zones=HOURS)
    assert [each for each in remarks(load(path), at(-70 * 86_400)) if "holidays" in each] == []
    (remark,) = (each for each in remarks(load(path), late) if "holidays" in each)
    assert remark.startswith("the holidays of 2027 are not known, and hours ask for them (zone kerb)")
    known = write_site(
        tmp_path,
        site=SITE + "holidays: days.yaml\n",
        zones=HOURS,
        days="version: 1\nyears: [2027]\noff: [2027-01-01..2027-01-03]\n",
    )
    assert [each for each in remarks(load(known), late) if "holidays" in each] == []
    assert load(known).files[1].name == "days.yaml"


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (
            "version: 1\noff: [soon]\n",
            "days.yaml:2:7 off[0]: found 'soon', expected a day such as 2027-01-01 or a span",
        ),
        ("version: 1\noff: [2027-01-03..2027-01-01]\n", "expected a day such as 2027-01-01 or a span such as"),
        (
            "version: 1\noff: [2027-01-02]\nwork: [2027-01-02]\n",
            "days.yaml:3:7 work: found 2027-01-02, which is among off too, expected each day in one of them",
        ),
        ("version: 2\n", "days.yaml:1:10 version: found 2, expected 1, the only version there is"),
        ("version: 1\ncountry: FR\n", "days.yaml:2:10 country: found 'FR', expected 'CN' or 'none'"),
    ],
)
def test_a_holidays_file_that_is_wrong_is_refused(tmp_path: Path, days: str, says: str) -> None:
    """With the place of it."""
    problems_seen = problems(write_site(tmp_path, site=SITE + "holidays: days.yaml\n", days=days))
    assert says in problems_seen[0]


def test_a_holidays_file_that_is_missing_is_said_where_it_is_named(tmp_path: Path) -> None:
    """In the site file."""
    (problem,) = problems(write_site(tmp_path, site=SITE + "holidays: days.yaml\n"))
    assert problem == "site.yaml:8:11 holidays: found no file days.yaml, expected a file that exists"


STRIKES: Final = ZONES.replace("{illegal_parking: {}}", "{illegal_parking: {strikes: %s}}")


@pytest.mark.parametrize(
    ("strikes", "says"),
    [
        (
            "{by: plate}",
            "found strikes by plate in zone 'kerb', and plates: off, expected plates: hash or plates: clear",
        ),
        (
            "{by: shop}",
            "found strikes by shop of a kind whose cases are no shop's, expected strikes by place, or a kind",
        ),
        (
            "{by: place, steps: [blue]}",
            "strikes at the step 'blue', expected one of the policy's steps: green, yellow, red",
        ),
        ("{by: place, window: 0s}", "found values that do not fit (window: expected a span above 0, got 0s)"),
    ],
)
def test_strikes_that_would_count_nobody_are_refused(tmp_path: Path, strikes: str, says: str) -> None:
    """Before the box starts."""
    (problem,) = problems(write_site(tmp_path, zones=STRIKES % strikes))
    assert says in problem


def test_strikes_of_a_zone_are_read_with_their_steps(tmp_path: Path) -> None:
    """The shipped ones, in order."""
    site = load(write_site(tmp_path, zones=STRIKES % "{by: place, window: 7d}")).site
    (rule,) = site.watch("c1").zone_rules
    assert [(each.name, each.orders, each.warnings) for each in rule.steps] == [
        ("green", False, None),
        ("yellow", None, None),
        ("red", None, 1),
    ]
