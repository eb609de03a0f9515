"""A calibration file with one thing wrong in it: the sentence that says so, beside all others of the site."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.samples import CALIBRATED, CALIBRATION, Refusal, problems, refusals, write_calibration, write_site

REFUSALS = refusals("calibrations")


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS.keys())
def test_what_is_wrong_with_a_calibration_is_said(tmp_path: Path, refusal: Refusal) -> None:
    """One mistake, one sentence: where it is, what was found, what is expected."""
    write_calibration(tmp_path, refusal.written_into(CALIBRATION))
    assert problems(write_site(tmp_path, site=CALIBRATED)) == [refusal.says]


def test_every_slip_is_said_at_once(tmp_path: Path) -> None:
    """Those of one file, and those of the site beside them."""
    write_calibration(tmp_path, CALIBRATION.replace("[0.2, 0.4]", "[2, 4]").replace("16.05", "far"))
    site = CALIBRATED.replace("Asia/Shanghai", "Mars/Olympus")
    assert [line.split()[1] for line in problems(write_site(tmp_path, site=site))] == [
        "pairs[0].image:",
        "pairs[0].ground:",
        "pairs[1].ground:",
        "pairs[2].ground:",
        "timezone:",
    ]


def test_a_calibration_that_is_missing_is_said_where_it_is_named(tmp_path: Path) -> None:
    """As a zone file is."""
    (line,) = problems(write_site(tmp_path, site=CALIBRATED))
    expected = "site.yaml:7:61 cameras.c1.calibration: found no file calibration/c1.yaml, expected a file that exists"
    assert line == expected


def test_a_calibration_that_is_no_yaml_is_said(tmp_path: Path) -> None:
    """By the reader of all files."""
    write_calibration(tmp_path, "version: [")
    (line,) = problems(write_site(tmp_path, site=CALIBRATED))
    assert line.startswith("calibration/c1.yaml:1:11: found broken YAML")
