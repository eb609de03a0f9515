"""Whatever stands in the files, the answer is a site or a list of problems, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.config.policy.policy_file import SHIPPED
from edge_agent.config.yaml.source import BadConfigError
from tests.config.samples import CALIBRATED, CALIBRATION, SHOP_ZONE, SITE, ZONES, load, write_calibration, write_site

PIECES = st.sampled_from(
    [
        *(
            "",
            ":",
            "[",
            "]",
            "{",
            "}",
            "- ",
            "\n",
            "  ",
            "&a ",
            "*a",
            "!x ",
            '"',
            "\t",
            "é",
            "#",
            "|",
            ">",
            "<<",
            "a:b@c",
        ),
        *("~", "null", "0", "-1", ".nan", "true", "1e999", "{env: NAME}", "{}", "[]", "24/7", "PH", "rtsp://h", "5m"),
    ]
)
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), PIECES), min_size=1, max_size=3)
Edits = list[tuple[float, int, str]]


def edited(text: str, edits: Edits) -> str:
    """``text`` with some of its characters replaced by a piece, at each place of ``edits``."""
    for place, length, piece in edits:
        start = int(place * len(text))
        text = text[:start] + piece + text[start + length :]
    return text


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all examples: each writes all its files anew."""
    return tmp_path_factory.mktemp("site")


def sound(path: Path) -> bool:
    """Whether the site is read, or refused with problems that are one line each and have a place."""
    try:
        load(path)
    except BadConfigError as error:
        problems_seen = error.problems
        return bool(problems_seen) and all(p.line >= 1 and p.column >= 1 and "\n" not in str(p) for p in problems_seen)
    return True


@given(EDITS)
def test_any_site_file_is_read_or_refused(folder: Path, edits: Edits) -> None:
    """A slip of the hand in the site file."""
    whole = SITE + "broker: {host: h, port: 1883}\nrules: {illegal_parking: {dwell: 3m}}\n"
    assert sound(write_site(folder, site=edited(whole, edits)))


@given(EDITS)
def test_any_zone_file_is_read_or_refused(folder: Path, edits: Edits) -> None:
    """A slip of the hand in a zone file."""
    assert sound(write_site(folder, zones=edited(ZONES + SHOP_ZONE, edits)))


@given(EDITS)
def test_any_policy_file_is_read_or_refused(folder: Path, edits: Edits) -> None:
    """A slip of the hand in a city's policy."""
    policy = edited(SHIPPED.read_text(encoding="utf-8"), edits)
    assert sound(write_site(folder, site=SITE + "policy: policy.yaml\n", policy=policy))


@given(EDITS)
def test_any_calibration_file_is_read_or_refused(folder: Path, edits: Edits) -> None:
    """A slip of the hand in a calibration, also in its numbers."""
    whole = CALIBRATION.replace("pairs:", "lens: {k1: -0.1, k2: 0.01}\nfoot: {ground: [0.0, 0.0]}\npairs:")
    write_calibration(folder, edited(whole, edits))
    assert sound(write_site(folder, site=CALIBRATED))
