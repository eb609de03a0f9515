"""Writes the measured table, and puts it into the model card between its two marks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

_BEGIN, _END = "<!-- measured -->", "<!-- /measured -->"
_HEAD = ("figure", "street", "start", "floor", "met")


def write_table(rows: Sequence[tuple[str, ...]], card: Path | None) -> str:
    """The rows as a Markdown table; the card's own table is replaced by it when a card is given."""
    lines = ["| " + " | ".join(row) + " |" for row in (_HEAD, ("---",) * len(_HEAD), *rows)]
    table = "\n".join(lines)
    if card is not None:
        before, begin, rest = card.read_text(encoding="utf-8").partition(_BEGIN)
        _, end, after = rest.partition(_END)
        if not begin or not end:
            message = f"model card {card.name!r}: expected the marks {_BEGIN} and {_END}"
            raise ValueError(message)
        card.write_text(f"{before}{_BEGIN}\n{table}\n{_END}{after}", encoding="utf-8")
    return table
