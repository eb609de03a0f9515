"""Knobs as people write them, and the files in which their values are said."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_agent.config.site.settings import drafts, parse_knob, value_text
from edge_agent.core.errors import BadInputError
from edge_agent.core.geometry import Point
from edge_agent.core.site.variation import Turned
from tests.config.samples import SITE, ZONES, write_site
from tests.street import span

TURNED = Turned(zone="kerb", kind="illegal_parking")
COMMENTED = ZONES.replace("    kinds: {", "    # agreed with the school\n    kinds: {")
TRIANGLE = (Point(0.1, 0.1), Point(0.9, 0.1), Point(0.9, 0.95))


def test_a_knob_has_values() -> None:
    """Spans, whole numbers and numbers, as each needs."""
    assert parse_knob("dwell=30s, 1m30s") == ("dwell", (span(30), span(90)))
    assert parse_knob("confirm=1,2") == ("confirm", (1, 2))
    assert parse_knob("grow=-0.02,0,0.02") == ("grow", (-0.02, 0.0, 0.02))
    assert parse_knob("min_score=0.3") == ("min_score", (0.3,))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("dwel=30s", "--vary dwel=30s: found 'dwel', no knob that can be turned, expected 'dwell'?"),
        ("colour=red", "no knob that can be turned, expected one of: dwell, interval"),
        ("confirm_of=3", "no knob that can be turned, which needs the pictures, expected 'confirm'?"),
        ("dwell", "found no values, expected some such as dwell=30s,60s"),
        ("dwell=", "found no values"),
        ("dwell=30", "found '30', expected a duration such as 30s,60s"),
        ("confirm=1.5", "found '1.5', expected a whole number such as 1,2"),
        ("min_score=high", "found 'high', expected a number such as 0.25,0.35"),
        ("min_score=nan", "found 'nan', expected a number"),
        ("dwell=60s,1m", "found a value twice, expected each once"),
    ],
)
def test_what_is_no_knob_is_refused(text: str, sentence: str) -> None:
    """In one sentence with what is expected."""
    with pytest.raises(BadInputError) as refused:
        parse_knob(text)
    assert sentence in str(refused.value)


def test_values_are_told_as_they_are_written() -> None:
    """Spans as durations, numbers short."""
    assert [value_text(value) for value in (span(90), 2, 0.25, -0.02)] == ["1m30s", "2", "0.25", "-0.02"]


def test_a_rule_and_a_polygon_are_said_in_the_zone_file(tmp_path: Path) -> None:
    """What was there stays, and so does every comment."""
    site = write_site(tmp_path, zones=COMMENTED)
    path = tmp_path / "zones" / "c1.yaml"
    texts = drafts(site, TURNED, (("dwell", span(30)), ("confirm", 1), ("grow", 0.05)), TRIANGLE)
    assert texts == {
        path: COMMENTED.replace("{}}", "{dwell: 30s, confirm: 1}}").replace(
            "[[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]", "[[0.1, 0.1], [0.9, 0.1], [0.9, 0.95]]"
        )
    }
    assert path.read_text(encoding="utf-8") == COMMENTED


def test_a_polygon_that_is_not_grown_is_left_as_it_was_drawn(tmp_path: Path) -> None:
    """And a setting that says what is said already changes no file."""
    site = write_site(tmp_path, zones=COMMENTED)
    (text,) = drafts(site, TURNED, (("dwell", span(30)), ("grow", 0.0)), TRIANGLE).values()
    assert "[0.1, 0.9]]" in text
    assert drafts(site, TURNED, (), TRIANGLE) == {}
    assert drafts(site, TURNED, (("grow", 0.0),), TRIANGLE) == {}


def test_how_cameras_see_is_said_in_the_policy_file(tmp_path: Path) -> None:
    """Beside what is said there already; a site without one is told to make one."""
    policy = tmp_path / "policy.yaml"
    policy.write_text("version: 1\n# seen by night\nseeing: {settle: 4s}\n", encoding="utf-8")
    site = write_site(tmp_path, site=SITE + "policy: policy.yaml\n")
    setting = (("min_score", 0.5),)
    assert drafts(site, TURNED, setting, ()) == {
        policy: "version: 1\n# seen by night\nseeing: {settle: 4s, min_score: 0.5}\n"
    }
    policy.write_text("version: 1\n", encoding="utf-8")
    assert drafts(site, TURNED, setting, ()) == {policy: "version: 1\nseeing: {min_score: 0.5}\n"}
    with pytest.raises(BadInputError, match="names no policy file, in which settings of seeing are said"):
        drafts(write_site(tmp_path, site=SITE), TURNED, setting, ())


def test_a_zone_that_is_drawn_nowhere_cannot_be_changed(tmp_path: Path) -> None:
    """The file may have been replaced since the site was read."""
    with pytest.raises(BadInputError, match="zone 'edge' is drawn in no file"):
        drafts(write_site(tmp_path), Turned(zone="edge", kind="k"), (("dwell", span(1)),), ())
