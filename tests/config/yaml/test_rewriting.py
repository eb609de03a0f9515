"""Other values in a file that people wrote: nothing else of it changes."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.config.yaml.rewriting import rewritten
from edge_agent.config.yaml.source import BadConfigError, parse_source
from edge_agent.core.errors import BadInputError
from tests.architecture import ROOT
from tests.config.samples import CALIBRATION, SHOP_ZONE, SITE, ZONES

HERE: Final = Path("zones.yaml")
COMMENTED: Final = f"""\
# reviewed by the district
{ZONES.replace("kinds: {illegal_parking: {}}", "kinds: {illegal_parking: {dwell: '60s'}}  # as agreed")}\
  # the noodle shop
{SHOP_ZONE}"""
SAMPLES: Final = {
    "sample": (ROOT / "zones" / "campus_road.yaml").read_text(encoding="utf-8"),
    "zones": ZONES,
    "commented": COMMENTED,
    "calibration": CALIBRATION,
    "site": SITE,
}


def data_of(text: str) -> Any:  # noqa: ANN401 - YAML
    """A copy of what a text says, to be changed."""
    return deepcopy(parse_source(text, HERE).data)


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that are only in the one, and only in the other."""
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_not_changed_is_not_touched(name: str) -> None:
    """To the byte."""
    text = SAMPLES[name]
    assert rewritten(text, data_of(text), HERE) == text


def test_one_value_changes_one_line() -> None:
    """Its comment stays behind it, and the quotes around it."""
    data = data_of(COMMENTED)
    data["zones"][0]["kinds"]["illegal_parking"]["dwell"] = "30s"
    gone, come = changed_lines(COMMENTED, rewritten(COMMENTED, data, HERE))
    assert gone == ["    kinds: {illegal_parking: {dwell: '60s'}}  # as agreed"]
    assert come == ["    kinds: {illegal_parking: {dwell: '30s'}}  # as agreed"]


def test_a_key_that_is_added_comes_before_the_comment_on_what_follows() -> None:
    """A comment between two zones is about the second."""
    text = COMMENTED.replace("kinds: {illegal_parking: {dwell: '60s'}}  # as agreed", "address: 1 Main Street")
    data = data_of(text)
    data["zones"][0]["grid"] = "320402001000001"
    lines = rewritten(text, data, HERE).splitlines()
    assert lines.index("  # the noodle shop") == lines.index("  - id: front") - 1
    assert "    grid: '320402001000001'" in lines


def test_a_zone_that_is_taken_out_leaves_the_others_as_they_were() -> None:
    """Also what was written on its neighbour."""
    data = data_of(COMMENTED)
    del data["zones"][1]
    gone, come = changed_lines(COMMENTED, rewritten(COMMENTED, data, HERE))
    assert come == []
    assert not any("kerb" in line for line in gone)


def test_a_new_zone_is_written_as_people_write_them() -> None:
    """Points on one line, mappings that hold mappings in a block, codes in quotes."""
    data = data_of(ZONES)
    data["zones"].append(
        {
            "id": "new",
            "name": {"zh-CN": "新", "en": "yes: no"},
            "polygon": [[0, 0], [0.5, 0], [0.5, 0.25]],
            "kinds": {"illegal_parking": {"dwell": "3m"}, "prohibited_stall": {}},
            "shops": [{"id": "s", "name": "S", "frontage": [[0, 0], [1, 1]]}],
        }
    )
    assert rewritten(ZONES, data, HERE) == ZONES + (
        "  - id: new\n"
        "    name: {zh-CN: 新, en: 'yes: no'}\n"
        "    polygon: [[0, 0], [0.5, 0], [0.5, 0.25]]\n"
        "    kinds:\n"
        "      illegal_parking: {dwell: 3m}\n"
        "      prohibited_stall: {}\n"
        "    shops:\n"
        "      - id: s\n"
        "        name: S\n"
        "        frontage: [[0, 0], [1, 1]]\n"
    )


def test_entries_without_an_id_are_told_apart_by_what_they_say() -> None:
    """One pair of points taken out of the middle is one line less."""
    data = data_of(CALIBRATION)
    del data["pairs"][2]
    lines = CALIBRATION.splitlines()
    assert rewritten(CALIBRATION, data, HERE).splitlines() == [*lines[:7], *lines[8:]]


def test_a_renamed_zone_is_still_the_same() -> None:
    """Its comments, quotes and order stay."""
    data = data_of(COMMENTED)
    data["zones"][0]["id"] = "edge"
    assert changed_lines(COMMENTED, rewritten(COMMENTED, data, HERE)) == (["  - id: kerb"], ["  - id: edge"])


def test_a_text_that_is_no_yaml_is_refused() -> None:
    """In the words of its parser."""
    with pytest.raises(BadConfigError, match="broken YAML"):
        rewritten("zones: [", {}, HERE)


def test_an_alias_is_not_changed_in_both_of_its_places() -> None:
    """It is refused, rather than written as something else."""
    text = "a: &same {x: 1}\nb: *same\n"
    with pytest.raises(BadInputError, match="aliases"):
        rewritten(text, {"a": {"x": 2}, "b": {"x": 1}}, HERE)


WORDS = st.text(max_size=8).filter(lambda text: text.isprintable())
LEAVES = st.one_of(WORDS, st.integers(-999, 999), st.floats(0, 1).map(lambda x: round(x, 4)), st.booleans(), st.none())
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3), max_leaves=12
)


@pytest.mark.uncounted
@given(st.dictionaries(WORDS, VALUES, max_size=4))
def test_whatever_is_written_reads_back(fields: dict[str, object]) -> None:
    """Also put over something else."""
    data = {"version": 1, "zones": [], **fields}
    once = rewritten(COMMENTED, data, HERE)
    assert parse_source(once, HERE).data == data
    assert parse_source(rewritten(once, data_of(COMMENTED), HERE), HERE).data == data_of(COMMENTED)
