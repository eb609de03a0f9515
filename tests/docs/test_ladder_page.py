"""``docs/ladder.md`` says what the code does: its picture, its settings and its defaults."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from edge_agent.core.feed import work_orders
from edge_agent.core.incident.ladder import EDGES
from edge_agent.core.incident.ladder_states import Asking, Warned
from edge_agent.core.site.policy import Rule
from edge_agent.core.track.settings import Seeing
from lab.diagram import BEGIN, END, ORDERS, diagram, main, renewed
from tests.architecture import ROOT

PAGE: Final = ROOT / "docs" / "ladder.md"


def shown(value: object) -> str:
    """A default as people write it in a file: 90s, 5m, 0.4."""
    match value:
        case timedelta() if value >= timedelta(minutes=1) and value % timedelta(minutes=1) == timedelta(0):
            return f"{value // timedelta(minutes=1)}m"
        case timedelta():
            return f"{value.total_seconds():g}s"
        case None:
            return "none"
        case _:
            return str(value)


def test_the_picture_is_fresh() -> None:
    """`make docs` would change nothing."""
    text = PAGE.read_text(encoding="utf-8")
    assert renewed(text) == text, "run `make docs`"
    assert text.count("-->\n```mermaid") == 2
    assert text.count(" --> ") == len(EDGES) + 1 + len(work_orders.EDGES) + 1


@pytest.mark.parametrize("settings", [Rule(), Seeing()], ids=["rule", "seeing"])
def test_every_setting_is_on_the_page_with_its_default(settings: Rule | Seeing) -> None:
    """And none that does not exist."""
    table = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    for setting in fields(settings):
        assert table.get(setting.name) == shown(getattr(settings, setting.name)), setting.name
    assert set(table) == {each.name for kind in (Rule, Seeing) for each in fields(kind)}


def test_a_diagram_is_one_line_an_edge() -> None:
    """Sorted, so that it changes only where the table does."""
    assert diagram([(Warned, Asking), (Asking, Warned)]).splitlines()[2:5] == [
        "    [*] --> Candidate",
        "    Asking --> Warned",
        "    Warned --> Asking",
    ]


def test_a_stale_diagram_is_drawn_anew(tmp_path: Path) -> None:
    """Only what is between the marks changes."""
    page = tmp_path / "ladder.md"
    page.write_text(f"before\n{BEGIN}stale\n{END}after\n{ORDERS}{END}", encoding="utf-8")
    main(page)
    orders = diagram(work_orders.EDGES, start="opened")
    assert page.read_text(encoding="utf-8") == f"before\n{BEGIN}{diagram(EDGES)}{END}after\n{ORDERS}{orders}{END}"


def test_a_page_without_its_marks_is_refused() -> None:
    """It would be drawn nowhere."""
    with pytest.raises(ValueError, match="expected the lines"):
        renewed("no marks")
