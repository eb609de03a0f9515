"""The model card keeps its prose and changes its table."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.training.card import as_table, write_table
from lab.training.figures import Figure


def test_the_table_is_put_between_the_marks(tmp_path: Path) -> None:
    """Twice is the same as once."""
    card = tmp_path / "street.md"
    card.write_text("before\n<!-- measured -->\nold\n<!-- /measured -->\nafter\n", encoding="utf-8")
    table = as_table([("a", "1", "2", "3", "yes")])
    for _ in range(2):
        write_table(table, card)
    expected = f"before\n<!-- measured -->\n{table}\n<!-- /measured -->\nafter\n"
    assert card.read_text(encoding="utf-8") == expected


def test_a_card_without_marks_is_left_alone(tmp_path: Path) -> None:
    """Better no table than one in the wrong place."""
    card = tmp_path / "street.md"
    card.write_text("no marks", encoding="utf-8")
    with pytest.raises(ValueError, match=r"model card 'street.md': expected the marks"):
        write_table("table", card)
    assert card.read_text(encoding="utf-8") == "no marks"


def test_a_missed_floor_stands_out() -> None:
    """Of all rows it is the one to be read."""
    missed = Figure(name="figure", key="figure", value=0.4, start=0.5, floor="≥ 0.45", met=False)
    assert missed.row() == ("figure", "0.400", "0.500", "≥ 0.45", "**no**")
    assert Figure(name="figure", key="figure", value=3, digits=0).row() == ("figure", "3", "–", "–", "–")
