"""A table of figures, and the files that it can be taken away in."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import xlsxwriter  # type: ignore[import-untyped]

Cell = str | int | float | None
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Table:
    """Its name, the key of each column's heading, and its rows."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def as_csv(headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """UTF-8 with the mark that Excel wants. A text that a spreadsheet would take for a formula is quoted."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(name: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """A workbook with one sheet. Texts are written as texts, so that none becomes a formula or a link."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(name[:31])
        sheet.write_row(0, 0, headings, book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row)
        sheet.autofit()
        sheet.freeze_panes(1, 0)
    return file.getvalue()


def _harmless(cell: Cell) -> Cell:
    return "'" + cell if isinstance(cell, str) and cell.startswith(FORMULA) else cell
