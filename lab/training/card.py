"""Writes the measured table, and puts it into the model card between its two marks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

_BEGIN, _END = "<!-- measured -->", "<!-- /measured -->"
_HEAD = ("figure", "street", "start", "floor", "met")


def as_table(rows: Sequence[tuple[str, ...]]) -> str:
    """The rows as a Markdown table."""
    return "\n".join("| " + " | ".join(row) + " |" for row in (_HEAD, ("---",) * len(_HEAD), *rows))


def write_table(table: str, card: Path) -> None:
    """Put the table between the card's marks; raises `ValueError` when they are not there."""
    before, begin, rest = card.read_text(encoding="utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        message = f"model card {card.name!r}: expected the marks {_BEGIN} and {_END}"
        raise ValueError(message)
    card.write_text(f"{before}{_BEGIN}\n{table}\n{_END}{after}", encoding="utf-8")
