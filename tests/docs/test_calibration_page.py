"""``docs/calibration.md`` shows what the command really prints, and the limits that really hold."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from typer.testing import CliRunner

from edge_agent.cli.commands import app
from edge_agent.core.calibration import BELIEVED, FAR_LIMIT_M, LIMIT_M, NEAR_M
from edge_agent.core.point_pairs import MIN_PAIRS
from tests.architecture import ROOT
from tests.docs.pages import fences, text

PAGE: Final = text("docs/calibration.md")
COLUMNS: Final = {"COLUMNS": "110"}


def test_the_command_prints_what_the_page_shows(tmp_path: Path) -> None:
    """Line by line, from the very file on the page."""
    path = tmp_path / "sample.yaml"
    path.write_text(fences(PAGE, "yaml")[0], encoding="utf-8")
    result = CliRunner(env=COLUMNS).invoke(app, ["calibrate", str(path)])
    assert [line.rstrip() for line in result.stdout.splitlines()] == fences(PAGE, "")[0].splitlines()


def test_the_limits_are_those_of_the_core() -> None:
    """As numbers in its sentences."""
    assert f"The limit is {LIMIT_M:g} m within {NEAR_M:g} m of the foot." in PAGE
    assert f"up to {FAR_LIMIT_M:g} m." in PAGE
    assert (BELIEVED, MIN_PAIRS) == (0.2, 6)
    assert "a fifth around it" in PAGE
    assert "fewer than six points" in PAGE


def test_the_picture_is_there() -> None:
    """The one that the page shows."""
    (name,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", PAGE)
    assert (ROOT / "docs" / name).is_file()
